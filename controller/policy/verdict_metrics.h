// VerdictMetrics: what was decided by policy, and how long it took. Names of policies are label values: so
// many are kept, and no more. Thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "lib/base/metrics_page.h"
#include "lib/policy/decide.h"

namespace cw::controller::approval {

class VerdictMetrics {
 public:
  void add(const policy::Verdict&, std::chrono::steady_clock::duration took);
  void write(MetricsPage&) const;

 private:
  void count(const std::string& policy, std::string_view verdict);

  // Seconds, as metrics have them.
  static constexpr std::array<std::string_view, 10> kBounds{"0.0005", "0.001", "0.0025", "0.005", "0.01",
                                                            "0.025",  "0.05",  "0.1",    "0.5",   "1"};
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string_view>, std::uint64_t> counts_;
  std::array<std::uint64_t, kBounds.size() + 1> buckets_{};  // the last: beyond all bounds
  double seconds_ = 0;
};

}  // namespace cw::controller::approval
