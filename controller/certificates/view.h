// What one pass over a Certificate knows: everything was read before anything is decided. Data only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/certificates/acme_renewal.h"
#include "controller/certificates/authority.h"
#include "controller/certificates/reissues.h"
#include "controller/certificates/settings.h"
#include "lib/api/certificate.h"
#include "lib/api/certificate_request.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/pki/certificate.h"

namespace cw::controller::certificates {

using CertificatePointer = std::shared_ptr<const api::Certificate>;
using RequestPointer = std::shared_ptr<const api::CertificateRequest>;

// Why something is to be done: the reason of a condition, and the sentence for people.
struct Finding {
  std::string_view reason;
  std::string message;
  bool operator==(const Finding&) const = default;
};

// The target Secret. Keys are known by their SubjectPublicKeyInfo: no private key is in here.
struct SecretFacts {
  bool has_key = false;
  bool has_certificate = false;
  std::string key_problem;          // why tls.key cannot be read; empty: it can, or there is none
  std::string certificate_problem;  // likewise tls.crt
  std::string key_spki;
  std::vector<std::string> key_violations = {};  // how the key differs from spec.privateKey
  bool key_matches_certificate = false;
  bool temporary = false;  // of a CA made for the moment (temporary.h)
  std::optional<TimePoint> not_before = {};
  std::optional<TimePoint> not_after = {};
  // Annotations; nullopt if absent.
  std::optional<std::string> certificate_name = {};
  std::optional<std::string> issuer_name = {};
  std::optional<std::string> issuer_kind = {};
  std::optional<std::string> issuer_group = {};
  std::string other_writer = {};  // the field manager, not ours, that wrote data of it last; empty: none
  std::vector<AuthorityMark> authorities = {};  // of the CA certificates beside the leaf
  std::string foreign_type =
      {};  // it is of this type, not made for key pairs: not to be written; empty: it may

  bool operator==(const SecretFacts&) const = default;
};

// A CertificateRequest that this Certificate controls.
struct OwnedRequest {
  RequestPointer object;
  std::optional<std::int64_t> revision = {};  // nullopt: no annotation, or no number
  // Only of the current and the next revision. Invalid: the CSR cannot be decoded.
  Result<std::vector<std::string>> violations = std::vector<std::string>{};
  std::string key_spki = {};       // empty: the CSR or its key cannot be decoded
  std::string pending_cause = {};  // why nobody has decided over it; empty: somebody has, or it is not known
};

// A Secret that may hold the private key of the next issuance.
struct NextKey {
  std::string name;
  std::string uid;
  std::string spki = {};  // empty: not looked into, or no key can be read
  std::vector<std::string> violations = {};
};

// Another Certificate that names the same Secret.
struct Rival {
  std::string name;
  std::optional<TimePoint> created;
};

struct View {
  CertificatePointer certificate;
  api::CertificateStatus status;  // as it is at this point of the pass
  std::optional<SecretFacts> secret = {};
  // How the certificate in the Secret differs from the spec; only without a current request.
  std::vector<std::string> certificate_violations = {};
  // How the Secret differs from what we would write now.
  std::optional<Finding> drift = {};
  std::vector<OwnedRequest> requests = {};
  std::vector<NextKey> next_keys = {};
  std::vector<Rival> rivals = {};
  std::string fresh_key_name = {};  // for a Secret that does not exist yet
  // status.nextPrivateKeySecretName is that of a Secret which is not among next_keys.
  bool promised_name_taken = false;
  Settings settings = {};
  std::optional<Authority> authority = {};           // that the issuer signs with now
  std::optional<AcmeRenewal> acme = {};              // the issuer is an ACME server
  std::optional<TimePoint> issuer_ready_since = {};  // only looked for after a failure
  std::optional<TimePoint> released_since = {};      // likewise: what was denied would be approved
  Reissues reissues = {};                            // of the last hour
  std::string setback = {};  // why the last pass could not be carried out; empty: it could

  const api::CertificateSpec& spec() const { return certificate->spec; }
  const std::string& name() const { return certificate->metadata.name; }
};

std::int64_t next_revision(const View&);
bool is_issuing(const View&);

// The one owned request of a revision. Null: none, or (problem set) several.
struct RequestOfRevision {
  const OwnedRequest* request = nullptr;
  std::string problem = {};
};
RequestOfRevision current_request(const View&);
RequestOfRevision next_request(const View&);
// Why neither can be told; empty: it can.
std::string request_problem(const View&);

// "a, b, c"
std::string joined(const std::vector<std::string>& items);

}  // namespace cw::controller::certificates
