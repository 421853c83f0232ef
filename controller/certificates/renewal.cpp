#include "controller/certificates/renewal.h"

#include "controller/certificates/reasons.h"
#include "lib/base/time_text.h"

namespace cw::controller::certificates {
bool never_renews(const View& view) {
  return view.spec().renewal && view.spec().renewal->policy == "Disabled";
}

issuance::RenewalTime renewal_of(const View& view) {
  if (!view.secret || !view.secret->not_before || !view.secret->not_after) return {};
  return issuance::renewal_time(*view.secret->not_before, *view.secret->not_after, view.spec());
}

std::optional<Finding> renewal_due(const View& view, TimePoint now) {
  if (!view.secret || !view.secret->not_before || never_renews(view)) return std::nullopt;
  const auto renewal = renewal_of(view);
  if (!renewal.at || now < *renewal.at) return std::nullopt;
  const auto message = "the certificate was due for renewal at " + format_time(*renewal.at);
  if (!renewal.window_error) return Finding{kRenewing, message};
  return Finding{kWindowError, message + "; " + renewal.window_error->message};
}

}  // namespace cw::controller::certificates
