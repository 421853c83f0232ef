#include "lib/kube/resource_version.h"

#include <charconv>

namespace cw::kube {

std::uint64_t version_number(std::string_view resource_version) {
  std::uint64_t number = 0;
  const auto [stop, problem] =
      std::from_chars(resource_version.data(), resource_version.data() + resource_version.size(), number);
  return problem == std::errc{} && stop == resource_version.data() + resource_version.size() ? number : 0;
}

}  // namespace cw::kube
