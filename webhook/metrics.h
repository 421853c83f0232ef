// What the webhook counts: the families of controller-runtime under their names, and our own. Thread-safe;
// counting takes no lock and costs a few relaxed additions. Label values are bounded by tables of ours:
// nothing that a client sends becomes one. Source: reference/admission.md 3.7.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/metrics_page.h"
#include "webhook/gate/gate_counter.h"

namespace cw::webhook {

inline constexpr std::string_view kValidatePath = "/validate";
inline constexpr std::string_view kMutatePath = "/mutate";
// Where the field's approver of policies is asked; the answer is that of kValidatePath.
inline constexpr std::string_view kValidatePolicyPath =
    "/validate-policy-cert-manager-io-v1alpha1-certificaterequestpolicy";

// What a review was about and how it ended, as far as metrics tell them apart.
struct ReviewLabels {
  enum class Operation : std::uint8_t { Create, Update, Other };
  enum class Verdict : std::uint8_t { Allowed, Refused, Failed };  // Failed: not judged
  static constexpr std::size_t kOtherKind = 7;

  std::size_t kind = kOtherKind;  // row of kinds() (dispatch.h)
  Operation operation = Operation::Other;
  Verdict verdict = Verdict::Failed;
};

struct SpokenAdvice {
  enum class As : std::uint8_t { Warned, Enforced };

  std::string_view rule;  // of advice_rules(): lives for ever
  As as = As::Warned;
};

class Metrics final : public GateCounter {
 public:
  enum class Path : std::uint8_t { Validate, Mutate, ValidatePolicy };

  void begin(Path);
  // `http_status` of the answer; took: since begin.
  void end(Path, int http_status, std::chrono::nanoseconds took);
  void reviewed(const ReviewLabels&, std::chrono::nanoseconds took);
  void advised(const SpokenAdvice&);
  // Words that are not in the tables are not counted.
  void count(std::string_view gate, std::string_view verdict) override;
  void panicked() { panics_.fetch_add(1, std::memory_order_relaxed); }
  // Until when the serving certificate is valid.
  void serving_until(TimePoint not_after) { serving_until_.store(not_after); }

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
  static constexpr std::size_t kReviewBuckets = 7;
  struct alignas(64) ReviewCounts {
    std::array<std::atomic<std::uint64_t>, kReviewBuckets + 1> took{};
    std::atomic<std::uint64_t> nanoseconds{0};
  };
  static constexpr std::size_t kOperations = 3;
  static constexpr std::size_t kVerdicts = 3;
  static constexpr std::size_t kReviews = (ReviewLabels::kOtherKind + 1) * kOperations * kVerdicts;
  struct AdviceCounts {
    std::string_view rule;
    std::array<std::atomic<std::uint64_t>, 2> times{};
  };

  AdviceCounts* find_advice(std::string_view rule);
  void append_latency(MetricsPage&) const;
  void append_requests(MetricsPage&) const;
  void append_reviews(MetricsPage&) const;
  void append_advice(MetricsPage&) const;
  void append_gates(MetricsPage&) const;
  void append_certificate(MetricsPage&) const;

  static constexpr std::size_t kGates = 3;
  static constexpr std::size_t kGateVerdicts = 4;

  std::array<PathCounts, 3> paths_;
  std::array<ReviewCounts, kReviews> reviews_;
  std::array<std::atomic<std::uint64_t>, kGates * kGateVerdicts> gates_{};
  std::array<AdviceCounts, 64> advice_;
  std::atomic<std::size_t> advice_known_{0};  // those in front of it do not change any more
  std::mutex advice_mutex_;                   // held to make a new one known
  std::atomic<std::uint64_t> panics_{0};
  std::atomic<TimePoint> serving_until_{TimePoint{}};  // 1970: not known
};

}  // namespace cw::webhook
