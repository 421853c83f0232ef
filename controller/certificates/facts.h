// From API objects to the facts of a View. Pure; private keys are looked at here and not kept.
#pragma once

#include <optional>
#include <string>

#include "controller/certificates/view.h"
#include "lib/api/certificate_request.h"
#include "lib/api/secret.h"
#include "lib/pki/certificate.h"
#include "lib/pki/private_key.h"

namespace cw::controller::certificates {

struct TargetFacts {
  SecretFacts secret;
  std::optional<pki::Certificate> certificate = {};  // the first of tls.crt
};
TargetFacts facts_of_target(const api::Secret&, const api::CertificateSpec&, const pki::PemLimits&);

// How the Secret will look once the answer to `request` is stored.
SecretFacts facts_after_issue(const View&, const api::CertificateRequest&, const std::string& key_spki,
                              const pki::Certificate&);

// certificate-revision as a number; nullopt: absent, or none.
std::optional<std::int64_t> revision_of(const api::CertificateRequest&);

// What a request asks for, against the spec. Costs two parses.
struct WeighedRequest {
  Result<std::vector<std::string>> violations;
  std::string key_spki = {};
};
WeighedRequest weigh_request(const api::CertificateRequest&, const api::CertificateSpec&,
                             const pki::PemLimits&);

// The key in a next-private-key Secret. Invalid: there is none that can be read.
Result<pki::PrivateKey> next_key_of(const api::Secret&, const pki::PemLimits&);
// The type of a Secret that is neither made for key pairs nor ours already, which must not be written; empty:
// it may be.
std::string foreign_type_of(const api::Secret&);

NextKey facts_of_next_key(std::string name, std::string uid, const pki::PrivateKey&,
                          const api::CertificateSpec&);

}  // namespace cw::controller::certificates
