// What a change of the CA means for the certificates below it. Opt-in cascade: an annotation of the issuer
// lets its leaves be re-issued when it signs with another CA certificate than theirs (a new key, or a renewed
// certificate), each at its own time within a span. And the other way round: a leaf that ends with its CA
// gains nothing from a renewal before the CA has been renewed. Pure. The field has neither
// (docs/differences.md).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "controller/certificates/view.h"
#include "lib/base/clock.h"

namespace cw::controller::certificates {

inline constexpr std::chrono::seconds kDefaultCascade = std::chrono::hours(1);

struct CascadeDecision {
  std::optional<Finding> due = {};           // issue anew, because of this
  std::optional<TimePoint> look_again = {};  // it will be due then
};
CascadeDecision cascade(const View&, TimePoint now);

// Why a renewal would bring nothing now; nullopt: it would.
std::optional<std::string> ends_with_authority(const View&);

// The value of the issuer's annotation: a duration, or anything else for kDefaultCascade; "false", "0" and an
// empty value switch it off.
std::optional<std::chrono::seconds> parse_cascade(std::string_view annotation);

// The same for one UID and span at any time and in every process; below `span`.
std::chrono::seconds cascade_delay(std::string_view uid, std::chrono::seconds span);

}  // namespace cw::controller::certificates
