#include "controller/certificates/renewal.h"

#include "controller/certificates/reasons.h"
#include "lib/base/time_text.h"

namespace cw::controller::certificates {
bool never_renews(const View& view) {
  return view.spec().renewal && view.spec().renewal->policy == "Disabled";
}

issuance::RenewalTime renewal_of(const View& view) {
  if (!view.secret || !view.secret->not_before || !view.secret->not_after) return {};
  const auto not_before = *view.secret->not_before;
  const auto not_after = *view.secret->not_after;
  if (const auto suggested = suggested_renewal(view)) {
    return issuance::fit_into_windows(*suggested, not_before, not_after, view.spec());
  }
  const auto unsaid = view.acme ? issuance::Unsaid::ByLifetime : issuance::Unsaid::Third;
  return issuance::renewal_time(not_before, not_after, view.spec(), unsaid);
}

std::optional<Finding> renewal_due(const View& view, TimePoint now) {
  if (!view.secret || !view.secret->not_before || never_renews(view)) return std::nullopt;
  const auto renewal = renewal_of(view);
  if (!renewal.at || now < *renewal.at) return std::nullopt;
  auto message = "the certificate was due for renewal at " + format_time(*renewal.at);
  if (suggested_renewal(view)) {
    const auto& info = *view.status.acme->ari;
    message += ", in the window that the ACME server suggests";
    if (!info.explanation_url.empty()) message += " (" + info.explanation_url + ")";
  }
  if (!renewal.window_error) return Finding{kRenewing, message};
  return Finding{kWindowError, message + "; " + renewal.window_error->message};
}

}  // namespace cw::controller::certificates
