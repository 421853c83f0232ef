#include "lib/acme/renewal_info.h"

#include <algorithm>

#include "lib/base/encoding.h"

namespace cw::acme {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// RFC 9773 §4.3.2: reasonable limits on what a server says.
constexpr std::chrono::seconds kShortest = minutes(1);
constexpr std::chrono::seconds kLongest = hours(24);
constexpr std::chrono::seconds kUsual = hours(6);

}  // namespace

Result<std::string> certificate_id(const pki::Certificate& certificate) {
  if (certificate.authority_key_id().empty()) {
    return Error{Code::Invalid, "the certificate has no authority key identifier"};
  }
  return encode_base64url(certificate.authority_key_id()) + "." + encode_base64url(certificate.serial_der());
}

std::chrono::seconds renewal_info_interval(std::chrono::seconds retry_after) {
  if (retry_after <= std::chrono::seconds(0)) return kUsual;
  return std::clamp(retry_after, kShortest, kLongest);
}

}  // namespace cw::acme
