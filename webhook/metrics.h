// What the webhook counts, in Prometheus text form under the names that controller-runtime gives them.
// Thread-safe; counting takes no lock. Source: reference/admission.md 3.7.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cw::webhook {

inline constexpr std::string_view kValidatePath = "/validate";
inline constexpr std::string_view kMutatePath = "/mutate";

class Metrics {
 public:
  enum class Path : std::uint8_t { Validate, Mutate };

  void begin(Path);
  // `http_status` of the answer; took: since begin.
  void end(Path, int http_status, std::chrono::nanoseconds took);
  std::string text() const;

 private:
  // 10 ns, 100 ns … 1000 s, and beyond.
  static constexpr std::size_t kBuckets = 12;
  // One label value a status that the server gives; everything else is 500.
  static constexpr std::array<int, 6> kCodes{200, 400, 405, 413, 415, 500};
  struct PathCounts {
    std::array<std::atomic<std::uint64_t>, kBuckets + 1> latency{};
    std::atomic<std::uint64_t> nanoseconds{0};
    std::array<std::atomic<std::uint64_t>, kCodes.size()> requests{};
    std::atomic<std::int64_t> in_flight{0};
  };

  void append_latency(std::string& out) const;
  void append_requests(std::string& out) const;

  std::array<PathCounts, 2> paths_;
};

}  // namespace cw::webhook
