// The rule tables that advice is made of; internal to webhook/advice. A table that needs a certain issuer is
// run only if the object has it.
#pragma once

#include <span>

#include "lib/api/certificate.h"
#include "lib/api/certificate_request.h"
#include "lib/api/issuer.h"
#include "webhook/advice/advice.h"

namespace cw::webhook {

// An Issuer or ClusterIssuer: where its Secrets are makes the difference.
struct IssuerView {
  const api::IssuerSpec& spec;
  std::string_view secret_namespace;  // empty: not known
};

using CertificateAdvice = std::span<const AdviceRule<api::Certificate>>;
using RequestAdvice = std::span<const AdviceRule<api::CertificateRequest>>;
using IssuerAdvice = std::span<const AdviceRule<IssuerView>>;

CertificateAdvice certificate_issuer_advice();  // any issuer of ours
CertificateAdvice name_advice();
CertificateAdvice secret_advice();
CertificateAdvice usage_advice();
CertificateAdvice renewal_advice();
CertificateAdvice duplicate_advice();
CertificateAdvice acme_advice();  // the issuer is known and ACME
CertificateAdvice ca_advice();    // the issuer is known and CA

RequestAdvice request_issuer_advice();
RequestAdvice request_key_advice();

IssuerAdvice issuer_advice();

}  // namespace cw::webhook
