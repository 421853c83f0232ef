// When a certificate is to be renewed (reference/controllers.md 1.10). Pure but for time zone files;
// thread-safe.
#pragma once

#include <cstdint>
#include <optional>

#include "lib/api/certificate.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace cw::issuance {

struct RenewalTime {
  std::optional<TimePoint> at = {};        // nullopt: never (policy Disabled)
  std::optional<Error> window_error = {};  // reason WindowError; `at` is then the time without windows
  bool operator==(const RenewalTime&) const = default;
};

// How long before its end a certificate is renewed whose spec does not say: a third of its life, or, if that
// is less than ten days, half of it (Let's Encrypt's integration guide).
enum class Unsaid : std::uint8_t { Third, ByLifetime };

// Of the certificate that is stored, by the spec as it is now. Where the field has no time at all (broken
// window, unknown policy) this answers the time without windows beside the error: a certificate must not run
// out over it.
RenewalTime renewal_time(TimePoint not_before, TimePoint not_after, const api::CertificateSpec&,
                         Unsaid = Unsaid::Third);
// Of a time that somebody else proposes: `at` itself, or when the spec's renewal windows let it be.
RenewalTime fit_into_windows(TimePoint at, TimePoint not_before, TimePoint not_after,
                             const api::CertificateSpec&);

inline constexpr Duration kDefaultDuration = std::chrono::hours(90 * 24);
// spec.duration or 90 days.
Duration effective_duration(const api::CertificateSpec&);

}  // namespace cw::issuance
