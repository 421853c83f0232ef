#include "controller/certificates/trigger.h"

#include <algorithm>

#include "controller/certificates/back_off.h"
#include "controller/certificates/policy.h"
#include "controller/certificates/reasons.h"
#include "controller/certificates/renewal.h"
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
  std::string text = "the last issuance failed; the next attempt is at " + format_time(until);
  const auto* issuing = kube::find_condition(view.status.conditions, "Issuing");
  if (issuing != nullptr && !issuing->message.empty()) text += ": " + issuing->message;
  return text;
}

std::optional<TimePoint> next_date(const View& view, TimePoint now) {
  const auto at = renewal_of(view).at;
  if (!at || *at <= now) return std::nullopt;
  return at;
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
  auto finding = first_mismatch(view);
  if (!finding) finding = renewal_due(view, now);
  if (!finding) return {.look_again = next_date(view, now)};
  if (const auto until = backing_off_until(view, now)) {
    return {.look_again = until, .held_back = waiting_text(view, *until)};
  }
  if (finding->reason != kWindowError) return {.start = std::move(finding)};
  const auto window_error = finding;
  finding->reason = kRenewing;
  return {.start = std::move(finding), .window_error = window_error};
}

}  // namespace cw::controller::certificates
