// definitions/*.json, built into the program (see CMakeLists.txt).
#pragma once

#include <string_view>

namespace cw::apiserver {

extern const std::string_view kCoreDefinitions;
extern const std::string_view kDefaultRoles;

}  // namespace cw::apiserver
