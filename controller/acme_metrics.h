// AcmeRequestMetrics: how many requests went to ACME servers, and how long they took: the field's counter and
// summary. The number of series is bounded: hosts beyond it share one. Thread-safe.
// Source: reference/controllers.md 9.6.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "lib/base/metrics_page.h"

namespace cw::controller {

class AcmeRequestMetrics {
 public:
  struct Request {
    std::string_view action;
    std::string_view host;
    std::string_view method;
    std::string_view scheme;
    int status = 0;  // 999: no answer
    std::chrono::microseconds took{};
  };
  void add(const Request&);
  void write(MetricsPage&) const;

 private:
  static constexpr std::size_t kMaxSeries = 500;
  static constexpr std::size_t kKept = 256;  // durations of a series that its quantiles are taken from

  using Labels = std::tuple<std::string, std::string, std::string, std::string, int>;
  struct Series {
    std::uint64_t count = 0;
    double seconds = 0;
    std::vector<float> latest;  // a ring of kKept
  };
  static std::array<double, 3> quantiles_of(std::vector<float> durations);

  mutable std::mutex mutex_;
  std::map<Labels, Series> series_;
};

}  // namespace cw::controller
