// Resource versions of one API server are numbers that grow. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace cw::kube {

// 0 if it is no number.
std::uint64_t version_number(std::string_view resource_version);

}  // namespace cw::kube
