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
TargetFacts facts_of_target(const api::Secret&);

// How the Secret will look once the answer to `request` is stored.
SecretFacts facts_after_issue(const View&, const api::CertificateRequest&, const std::string& key_spki,
                              const pki::Certificate&);

// certificate-revision as a number; nullopt: absent, or none.
std::optional<std::int64_t> revision_of(const api::CertificateRequest&);

// `weighed`: compare the CSR with the spec too, which costs a parse.
enum class Weigh : bool { No, Yes };
OwnedRequest facts_of_request(RequestPointer, const api::CertificateSpec&, Weigh);

// The key in a next-private-key Secret. Invalid: there is none that can be read.
Result<pki::PrivateKey> next_key_of(const api::Secret&);
NextKey facts_of_next_key(std::string name, std::string uid, const pki::PrivateKey&,
                          const api::CertificateSpec&);

}  // namespace cw::controller::certificates
