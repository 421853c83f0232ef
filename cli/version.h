// The program's version, as `certwright version` and the user agent say it.
#pragma once

#include <string_view>

namespace cw::cli {

inline constexpr std::string_view kVersion = CW_VERSION;

}  // namespace cw::cli
