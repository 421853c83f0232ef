#include "controller/certificates/temporary.h"

#include <algorithm>

#include "controller/certificates/policy.h"
#include "lib/api/names.h"
#include "lib/issuance/certificate_template.h"
#include "lib/pki/serving.h"
#include "lib/pki/signer.h"

namespace cw::controller::certificates {
namespace {

constexpr std::string_view kAuthority = "cert-manager.local";
constexpr pki::KeySpec kAuthorityKey{pki::KeyAlgorithm::Ecdsa, 521};

}  // namespace

bool wants_temporary(const View& view) {
  if (view.secret && !view.secret->foreign_type.empty()) return false;
  return view.certificate->metadata.annotations.get(api::kIssueTemporaryAnnotation) == "true" &&
         missing_pair(view).has_value();
}

bool is_temporary(const pki::Certificate& certificate) {
  return pki::common_name(certificate.issuer()) == kAuthority;
}

Result<pki::Certificate> temporary_certificate(const api::CertificateRequestSpec& request,
                                               pki::KeyMaker& keys, TimePoint now,
                                               const pki::PemLimits& limits) {
  const auto wanted = TRY(issuance::certificate_template(request, {}, now, limits));
  const auto lifetime = std::chrono::duration_cast<std::chrono::seconds>(wanted.certificate.not_after - now);
  const auto authority = TRY(pki::make_ca(
      {.common_name = std::string(kAuthority), .lifetime = lifetime, .key = kAuthorityKey}, keys, now));
  return pki::sign_certificate(wanted.certificate, wanted.key, authority.certificate, authority.key);
}

}  // namespace cw::controller::certificates
