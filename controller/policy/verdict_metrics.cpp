#include "controller/policy/verdict_metrics.h"

#include <algorithm>

namespace cw::controller::approval {
namespace {

using policy::Answer;
using policy::Stage;

constexpr std::array<double, 10> kLimits{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1};
constexpr std::size_t kMaxRows = 2000;
const std::string kOther = "other";

}  // namespace

void VerdictMetrics::add(const policy::Verdict& verdict, std::chrono::steady_clock::duration took) {
  const double seconds = std::chrono::duration<double>(took).count();
  const auto* const limit = std::lower_bound(kLimits.begin(), kLimits.end(), seconds);
  const std::scoped_lock lock(mutex_);
  ++buckets_[static_cast<std::size_t>(limit - kLimits.begin())];
  seconds_ += seconds;
  if (verdict.answer == Answer::Approved) count(verdict.policy, "approved");
  if (verdict.answer == Answer::Pending) count({}, "unmatched");
  if (verdict.answer == Answer::Error) count({}, "error");
  if (verdict.answer == Answer::Denied && !verdict.guard.empty()) count({}, "denied");
  for (const auto& outcome : verdict.outcomes) {
    if (outcome.stage == Stage::Shadow) {
      count(outcome.policy, outcome.failures.empty() ? "would-approve" : "would-deny");
    }
    if (outcome.stage == Stage::Fails && verdict.answer == Answer::Denied) count(outcome.policy, "denied");
  }
}

void VerdictMetrics::count(const std::string& policy, std::string_view verdict) {
  const bool full = counts_.size() >= kMaxRows && !counts_.contains({policy, verdict});
  ++counts_[{full ? kOther : policy, verdict}];
}

void VerdictMetrics::write(MetricsPage& page) const {
  const std::scoped_lock lock(mutex_);
  page.family("certwright_policy_verdicts_total", MetricsPage::Type::Counter,
              "Verdicts at approval, by the policy that gave them; none of them: no policy did.");
  for (const auto& [row, times] : counts_) {
    page.sample({{"policy", row.first}, {"verdict", row.second}}, static_cast<std::int64_t>(times));
  }
  page.family("certwright_policy_evaluation_seconds", MetricsPage::Type::Histogram,
              "How long a verdict took, with the questions to the API server.");
  page.histogram({}, kBounds, buckets_, seconds_);
}

}  // namespace cw::controller::approval
