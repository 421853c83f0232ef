// Packing: how a cache keeps objects that are not used.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::watch {

// What comes back may be less than what went in. What does not come back at all is not packed.
template <typename T>
struct Packing {
  std::string (*pack)(const T&) = nullptr;
  Result<T> (*unpack)(std::string_view) = nullptr;
  std::size_t loose = 512;  // so many, those used last, stay as they are
};

}  // namespace cw::watch
