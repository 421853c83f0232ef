// Times of certificates (RFC 5280 §4.1.2.5): UTCTime up to 2049, GeneralizedTime from 2050, in UTC with
// seconds. Private to lib/pki. Pure.
#pragma once

#include <string>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/pki/der.h"

namespace cw::pki::der {

std::string time(TimePoint);
Result<TimePoint> decode_time(const Element&);

}  // namespace cw::pki::der
