#include "controller/certificates/trigger.h"

#include <algorithm>

#include "controller/certificates/back_off.h"
#include "controller/certificates/cascade.h"
#include "controller/certificates/policy.h"
#include "controller/certificates/reasons.h"
#include "controller/certificates/renewal.h"
#include "lib/api/names.h"
#include "lib/base/time_text.h"
#include "lib/kube/field_error.h"

namespace cw::controller::certificates {
namespace {

constexpr std::chrono::minutes kRivalCheck{3};

// Oldest first; of the same second, by name.
bool comes_first(const Rival& a, const Rival& b) {
  if (a.created != b.created) return a.created < b.created;
  return a.name < b.name;
}

std::string waiting_text(const View& view, TimePoint until) {
  std::string text = "the last issuance failed";
  const auto failures = view.status.failed_issuance_attempts.value_or(0);
  if (failures > 1) text = "the last " + std::to_string(failures) + " issuances failed";
  text += "; the next attempt is at " + format_time(until);
  const auto* issuing = kube::find_condition(view.status.conditions, api::kIssuing);
  if (issuing != nullptr && !issuing->message.empty()) text += ": " + issuing->message;
  return text;
}

std::optional<TimePoint> next_date(const View& view, TimePoint now) {
  const auto at = renewal_of(view).at;
  if (!at || *at <= now) return std::nullopt;
  return at;
}

// What only somebody else can clear away, which is then looked at anew.
std::string find_obstacle(const View& view) {
  if (view.secret && !view.secret->foreign_type.empty()) {
    return foreign_secret_text(view.spec().secret_name, view.secret->foreign_type);
  }
  return request_problem(view);
}

std::optional<TimePoint> earlier(std::optional<TimePoint> a, std::optional<TimePoint> b) {
  if (a && b) return std::min(*a, *b);
  return a ? a : b;
}

// Why an issuance is due, what makes it useless, or when to look again.
TriggerDecision find_due(const View& view, TimePoint now) {
  if (auto mismatch = first_mismatch(view)) return {.start = std::move(mismatch)};
  if (auto renewal = renewal_due(view, now)) {
    // A leaf that ends with its CA would be renewed over and over, for ever shorter times.
    if (auto why = ends_with_authority(view)) return {.held_back = *std::move(why)};
    return {.start = std::move(renewal)};
  }
  auto cascading = cascade(view, now);
  if (cascading.due) return {.start = std::move(cascading.due)};
  return {.look_again = earlier(next_date(view, now), cascading.look_again)};
}

}  // namespace

std::string owner_of_secret(const View& view) {
  std::vector<Rival> all = view.rivals;
  all.push_back({view.name(), view.certificate->metadata.creation_timestamp});
  if (view.secret && view.secret->certificate_name) {
    const auto& named = *view.secret->certificate_name;
    const bool is_one = std::any_of(all.begin(), all.end(), [&](const Rival& r) { return r.name == named; });
    if (is_one) return named;
  }
  return std::min_element(all.begin(), all.end(), comes_first)->name;
}

TriggerDecision trigger(const View& view, TimePoint now) {
  if (is_issuing(view)) return {};
  if (!view.rivals.empty()) {
    const auto owner = owner_of_secret(view);
    if (owner != view.name()) {
      return {.look_again = now + kRivalCheck,
              .held_back = "Certificate " + kube::quoted(owner) + " names the same Secret and comes first"};
    }
  }
  auto due = find_due(view, now);
  if (!due.start) return due;
  auto finding = std::move(due.start);
  if (auto obstacle = find_obstacle(view); !obstacle.empty()) return {.held_back = std::move(obstacle)};
  if (const auto until = backing_off_until(view, now)) {
    return {.look_again = until, .held_back = waiting_text(view, *until)};
  }
  if (auto loop = find_loop(view, *finding, now)) {
    return {.look_again = loop->until, .held_back = loop->message, .loop = loop};
  }
  if (finding->reason != kWindowError) return {.start = std::move(finding)};
  const auto window_error = finding;
  finding->reason = kRenewing;
  return {.start = std::move(finding), .window_error = window_error};
}

}  // namespace cw::controller::certificates
