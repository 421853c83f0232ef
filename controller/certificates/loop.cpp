#include "controller/certificates/loop.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "controller/certificates/issue.h"
#include "controller/certificates/reasons.h"
#include "lib/api/names.h"
#include "lib/base/time_text.h"
#include "lib/kube/field_error.h"

namespace cw::controller::certificates {
namespace {

// A renewal that comes sooner than this after the one before it was not on a date of the spec's making.
constexpr std::chrono::minutes kQuickRenewal{1};

bool is_renewal(std::string_view reason) { return reason == kRenewing || reason == kWindowError; }

// With `before`, the reissue before it: null if there was none within the hour.
bool counts(std::string_view reason, const Reissue* before) {
  return !is_renewal(reason) || (before != nullptr && before->is_due_at_once);
}

std::vector<const Reissue*> counted(const Reissues& reissues) {
  std::vector<const Reissue*> all;
  const Reissue* before = nullptr;
  for (const auto& reissue : reissues) {
    if (counts(reissue.reason, before)) all.push_back(&reissue);
    before = &reissue;
  }
  return all;
}

// "SecretMismatch 7 times, DoesNotExist 3 times", the most frequent first.
struct Tally {
  std::string most_frequent;
  std::string text;
};

Tally tally(const std::vector<const Reissue*>& reissues) {
  std::map<std::string, int> times;
  for (const auto* reissue : reissues) ++times[reissue->reason];
  std::vector<std::pair<std::string, int>> sorted(times.begin(), times.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [reason, count] : sorted) {
    text +=
        (text.empty() ? "" : ", ") + reason + " " + std::to_string(count) + (count == 1 ? " time" : " times");
  }
  return {sorted.front().first, std::move(text)};
}

std::string advice(const View& view, std::string_view reason) {
  const auto secret = "Secret " + kube::quoted(view.spec().secret_name);
  if (is_renewal(reason)) {
    return "what the issuer gives is due for renewal at once: compare spec.duration and spec.renewBefore "
           "with what it gives";
  }
  if (reason == kCaChanged) return "find out why the CA of its issuer changes again and again";
  if (view.secret && !view.secret->other_writer.empty()) {
    return "data of " + secret + " was last written by " + kube::quoted(view.secret->other_writer) +
           ": make it leave this Secret alone";
  }
  if (reason == kDoesNotExist) return "find out who deletes " + secret;
  return "find out who else writes " + secret + " (kubectl get --show-managed-fields tells)";
}

}  // namespace

std::optional<Loop> find_loop(const View& view, const Finding& due, TimePoint now) {
  const auto limit = view.settings.max_reissues_per_hour;
  if (limit <= 0 || view.reissues.empty()) return std::nullopt;
  if (!counts(due.reason, &view.reissues.back())) return std::nullopt;
  const auto all = counted(view.reissues);
  if (all.size() < static_cast<std::size_t>(limit)) return std::nullopt;
  Loop loop{.until = all[all.size() - static_cast<std::size_t>(limit)]->at + kReissueSpan};
  if (loop.until <= now) return std::nullopt;
  const auto reasons = tally(all);
  loop.message = "issued anew " + std::to_string(all.size()) +
                 " times within an hour although the spec did not change (" + reasons.text +
                 "); not again before " + format_time(loop.until) +
                 ", unless the spec changes or it is renewed by hand; " + advice(view, reasons.most_frequent);
  return loop;
}

bool is_due_at_once(std::optional<TimePoint> renewal, TimePoint now) {
  return renewal && *renewal < now + kQuickRenewal;
}

// The same loop is told in the same words, even if the Secret is written by another one meanwhile.
bool mark_loop(api::CertificateStatus& status, const Loop& loop, std::int64_t generation, TimePoint now) {
  const auto* issuing = kube::find_condition(status.conditions, api::kIssuing);
  if (issuing != nullptr && issuing->reason == kReissueLoop && issuing->observed_generation == generation &&
      issuing->message.find(format_time(loop.until)) != std::string::npos) {
    return false;
  }
  set_issuing(status, {kube::kConditionFalse, kReissueLoop, loop.message}, generation, now);
  return true;
}

bool is_marked_as_loop(const api::CertificateStatus& status) {
  const auto* issuing = kube::find_condition(status.conditions, api::kIssuing);
  return issuing != nullptr && issuing->reason == kReissueLoop && issuing->status != kube::kConditionTrue;
}

void unmark_loop(api::CertificateStatus& status) {
  if (is_marked_as_loop(status)) kube::remove_condition(status.conditions, api::kIssuing);
}

}  // namespace cw::controller::certificates
