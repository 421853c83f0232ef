// Finds a header in a list, its name in any case (RFC 9110 §5.1). Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/ascii.h"

namespace cw::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

inline bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower_case(a[i]) != lower_case(b[i])) return false;
  }
  return true;
}

// The first of that name; empty if there is none.
inline std::string_view find_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (equals_ignoring_case(key, name)) return value;
  }
  return {};
}

}  // namespace cw::http
