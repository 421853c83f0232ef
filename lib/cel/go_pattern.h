// Regular expressions as Go reads them, for an RE2 that is older or differs: (?<name>…), the long names of
// Unicode categories in any case, what Go refuses. Pure. Source: Go's regexp/syntax.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cw::cel {

// The same pattern in RE2's syntax; nullopt: Go would refuse it. What both refuse is left to RE2.
std::optional<std::string> as_re2(std::string_view pattern);

}  // namespace cw::cel
