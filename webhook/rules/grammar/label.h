// Keys and values of labels, and keys of annotations, as Kubernetes checks them. Pure; one text a fault,
// empty = fine. Source: k8s.io/apimachinery util/validation IsQualifiedName, IsValidLabelValue.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cw::webhook {

inline constexpr std::size_t kMaxLabelBytes = 63;

// "name" or "prefix/name".
std::vector<std::string> label_key_faults(std::string_view key);
std::vector<std::string> label_value_faults(std::string_view value);

}  // namespace cw::webhook
