// NameLocks: one change at a time for each record name, in all publishers that share it: most providers only
// take whole record sets, so a value is read, added and written back. Thread-safe.
#pragma once

#include <array>
#include <mutex>
#include <string_view>

#include "lib/base/stable_hash.h"

namespace cw::dns01 {

class NameLocks {
 public:
  [[nodiscard]] std::unique_lock<std::mutex> lock(std::string_view name) {
    return std::unique_lock(stripes_[stable_hash(name) % stripes_.size()]);
  }

 private:
  std::array<std::mutex, 64> stripes_;
};

}  // namespace cw::dns01
