#include "webhook/metrics.h"

#include <algorithm>
#include <vector>

#include "lib/base/process_metrics.h"
#include "webhook/dispatch.h"

namespace cw::webhook {
namespace {

using Type = MetricsPage::Type;

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::array<std::string_view, 3> kPathNames{kValidatePath, kMutatePath, kValidatePolicyPath};
constexpr std::array<std::string_view, 3> kGateNames{"certificate", "request", "approval"};
constexpr std::array<std::string_view, 4> kGateVerdictNames{"approved", "denied", "pending", "error"};
constexpr std::array<std::string_view, 3> kOperationNames{"CREATE", "UPDATE", "other"};
constexpr std::array<std::string_view, 3> kVerdictNames{"allowed", "refused", "failed"};
constexpr std::array<std::string_view, 2> kEnforcedNames{"false", "true"};
constexpr std::array<std::string_view, 12> kBounds{"1e-08", "1e-07", "1e-06", "1e-05", "0.0001", "0.001",
                                                   "0.01",  "0.1",   "1",     "10",    "100",    "1000"};
constexpr std::array<std::string_view, 7> kReviewBounds{"2.5e-05", "0.0001", "0.00025", "0.001",
                                                        "0.005",   "0.05",   "0.5"};
constexpr std::array<std::uint64_t, 7> kReviewNanoseconds{25'000,    100'000,    250'000,    1'000'000,
                                                          5'000'000, 50'000'000, 500'000'000};

double seconds(std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e9; }

// The first bucket that holds it; the last one holds everything.
std::size_t bucket_of(std::uint64_t nanoseconds, std::size_t buckets) {
  std::uint64_t bound = 10;
  std::size_t bucket = 0;
  while (bucket < buckets && nanoseconds > bound) {
    bound *= 10;
    ++bucket;
  }
  return bucket;
}

std::size_t review_bucket(std::uint64_t nanoseconds) {
  const auto* bound = std::lower_bound(kReviewNanoseconds.begin(), kReviewNanoseconds.end(), nanoseconds);
  return static_cast<std::size_t>(bound - kReviewNanoseconds.begin());
}

template <std::size_t N>
std::vector<std::uint64_t> values_of(const std::array<std::atomic<std::uint64_t>, N>& counts) {
  std::vector<std::uint64_t> values;
  values.reserve(N);
  for (const auto& count : counts) values.push_back(count.load(kRelaxed));
  return values;
}

std::string_view kind_name(std::size_t kind) {
  return kind < kinds().size() ? std::string_view(kinds()[kind].resource->kind) : "other";
}

}  // namespace

void Metrics::begin(Path path) { paths_[static_cast<std::size_t>(path)].in_flight.fetch_add(1, kRelaxed); }

void Metrics::end(Path path, int http_status, std::chrono::nanoseconds took) {
  PathCounts& counts = paths_[static_cast<std::size_t>(path)];
  const auto nanoseconds = static_cast<std::uint64_t>(took.count());
  const auto* code = std::find(kCodes.begin(), kCodes.end() - 1, http_status);
  counts.requests[static_cast<std::size_t>(code - kCodes.begin())].fetch_add(1, kRelaxed);
  counts.latency[bucket_of(nanoseconds, kBuckets)].fetch_add(1, kRelaxed);
  counts.nanoseconds.fetch_add(nanoseconds, kRelaxed);
  counts.in_flight.fetch_sub(1, kRelaxed);
}

void Metrics::reviewed(const ReviewLabels& labels, std::chrono::nanoseconds took) {
  const std::size_t kind = std::min(labels.kind, ReviewLabels::kOtherKind);
  const std::size_t row = kind * kOperations + static_cast<std::size_t>(labels.operation);
  ReviewCounts& counts = reviews_[row * kVerdicts + static_cast<std::size_t>(labels.verdict)];
  const auto nanoseconds = static_cast<std::uint64_t>(took.count());
  counts.took[review_bucket(nanoseconds)].fetch_add(1, kRelaxed);
  counts.nanoseconds.fetch_add(nanoseconds, kRelaxed);
}

Metrics::AdviceCounts* Metrics::find_advice(std::string_view rule) {
  auto* const end = advice_.begin() + advice_known_.load(std::memory_order_acquire);
  auto* const found = std::find_if(advice_.begin(), end, [&](const auto& row) { return row.rule == rule; });
  return found == end ? nullptr : found;
}

void Metrics::advised(const SpokenAdvice& advice) {
  AdviceCounts* counts = find_advice(advice.rule);
  if (counts == nullptr) {
    const std::lock_guard lock(advice_mutex_);
    counts = find_advice(advice.rule);  // another thread may have been faster
    const std::size_t known = advice_known_.load(kRelaxed);
    if (counts == nullptr && known < advice_.size()) {
      counts = &advice_[known];
      counts->rule = advice.rule;
      advice_known_.store(known + 1, std::memory_order_release);
    }
  }
  if (counts != nullptr) counts->times[static_cast<std::size_t>(advice.as)].fetch_add(1, kRelaxed);
}

void Metrics::count(std::string_view gate, std::string_view verdict) {
  const auto row = static_cast<std::size_t>(std::ranges::find(kGateNames, gate) - kGateNames.begin());
  const auto column =
      static_cast<std::size_t>(std::ranges::find(kGateVerdictNames, verdict) - kGateVerdictNames.begin());
  if (row == kGates || column == kGateVerdicts) return;
  gates_[row * kGateVerdicts + column].fetch_add(1, kRelaxed);
}

void Metrics::append_latency(MetricsPage& page) const {
  page.family("controller_runtime_webhook_latency_seconds", Type::Histogram,
              "How long requests took to answer, in seconds");
  for (std::size_t path = 0; path < paths_.size(); ++path) {
    const PathCounts& counts = paths_[path];
    page.histogram({{"webhook", kPathNames[path]}}, kBounds, values_of(counts.latency),
                   seconds(counts.nanoseconds.load(kRelaxed)));
  }
}

void Metrics::append_requests(MetricsPage& page) const {
  page.family("controller_runtime_webhook_requests_total", Type::Counter,
              "Requests answered, by HTTP status");
  for (std::size_t path = 0; path < paths_.size(); ++path) {
    for (std::size_t code = 0; code < kCodes.size(); ++code) {
      const std::string status = std::to_string(kCodes[code]);
      page.sample({{"code", status}, {"webhook", kPathNames[path]}},
                  static_cast<std::int64_t>(paths_[path].requests[code].load(kRelaxed)));
    }
  }
  page.family("controller_runtime_webhook_requests_in_flight", Type::Gauge, "Requests being answered");
  for (std::size_t path = 0; path < paths_.size(); ++path) {
    page.sample({{"webhook", kPathNames[path]}}, paths_[path].in_flight.load(kRelaxed));
  }
  page.family("controller_runtime_webhook_panics_total", Type::Counter, "Reviews that failed in the webhook");
  page.sample({}, static_cast<std::int64_t>(panics_.load(kRelaxed)));
}

// Only what has happened: of 63 series a cluster sees a dozen.
void Metrics::append_reviews(MetricsPage& page) const {
  page.family("certwright_webhook_review_duration_seconds", Type::Histogram,
              "How long reviews took to judge, by kind, operation and verdict, in seconds");
  for (std::size_t row = 0; row < reviews_.size(); ++row) {
    const std::vector<std::uint64_t> took = values_of(reviews_[row].took);
    if (std::ranges::all_of(took, [](std::uint64_t count) { return count == 0; })) continue;
    const std::size_t operation = row / kVerdicts % kOperations;
    page.histogram({{"kind", kind_name(row / kVerdicts / kOperations)},
                    {"operation", kOperationNames[operation]},
                    {"verdict", kVerdictNames[row % kVerdicts]}},
                   kReviewBounds, took, seconds(reviews_[row].nanoseconds.load(kRelaxed)));
  }
}

void Metrics::append_advice(MetricsPage& page) const {
  page.family("certwright_webhook_advice_total", Type::Counter,
              "Times that a rule of advice spoke; enforced: the request was refused for it");
  const std::size_t known = advice_known_.load(std::memory_order_acquire);
  for (std::size_t row = 0; row < known; ++row) {
    for (std::size_t enforced = 0; enforced < kEnforcedNames.size(); ++enforced) {
      const std::uint64_t times = advice_[row].times[enforced].load(kRelaxed);
      if (times == 0) continue;
      page.sample({{"rule", advice_[row].rule}, {"enforced", kEnforcedNames[enforced]}},
                  static_cast<std::int64_t>(times));
    }
  }
}

void Metrics::append_gates(MetricsPage& page) const {
  page.family("certwright_policy_admission_total", Type::Counter,
              "Verdicts of policy at admission, by what was judged");
  for (std::size_t at = 0; at < gates_.size(); ++at) {
    const std::uint64_t times = gates_[at].load(kRelaxed);
    if (times == 0) continue;
    page.sample(
        {{"gate", kGateNames[at / kGateVerdicts]}, {"verdict", kGateVerdictNames[at % kGateVerdicts]}},
        static_cast<std::int64_t>(times));
  }
}

void Metrics::append_certificate(MetricsPage& page) const {
  const TimePoint until = serving_until_.load();
  if (until == TimePoint{}) return;
  page.family("certwright_webhook_serving_certificate_expiration_timestamp_seconds", Type::Gauge,
              "When the serving certificate expires, in seconds since 1970");
  page.sample({}, static_cast<std::int64_t>(until.time_since_epoch().count()));
}

std::string Metrics::text() const {
  MetricsPage page;
  append_latency(page);
  append_requests(page);
  append_reviews(page);
  append_advice(page);
  append_gates(page);
  append_certificate(page);
  append_process_metrics(page);
  return page.take();
}

}  // namespace cw::webhook
