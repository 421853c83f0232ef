// IssuanceTimes: how long issuances took, from the Issuing condition to the Secret, as a histogram for each
// kind and group of issuer. In whole seconds, as the condition's date has them. Label values are bounded.
// Thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "lib/api/references.h"

namespace cw::controller::certificates {

class IssuanceTimes {
 public:
  // Seconds, as metrics have them.
  static constexpr std::array<std::string_view, 11> kBounds{"1",   "2",   "5",   "10",   "30",  "60",
                                                            "120", "300", "600", "1800", "3600"};
  struct Row {
    std::string issuer_kind;
    std::string issuer_group;
    std::array<std::uint64_t, kBounds.size() + 1> buckets{};  // the last: beyond all bounds
    std::int64_t seconds = 0;                                 // all together
  };

  void add(const api::IssuerReference&, std::chrono::seconds took);
  std::vector<Row> rows() const;

 private:
  Row& row_of(std::string_view kind, std::string_view group);

  mutable std::mutex mutex_;
  std::vector<Row> rows_;
};

}  // namespace cw::controller::certificates
