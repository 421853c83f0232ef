// '*' matches any run of characters, also none, also dots; everything else is itself. No escapes; case
// counts. Time is linear in both lengths. Pure. Source: reference/policy.md 1.2.
#pragma once

#include <string_view>

namespace cw::policy {

bool matches_wildcard(std::string_view pattern, std::string_view text);

}  // namespace cw::policy
