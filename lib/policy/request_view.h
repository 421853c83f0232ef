// RequestView: what policy sees of a request, whichever way it came: decoded from a CertificateRequest, or
// projected from the Certificate that would make it. One evaluator for both, so the gate at admission cannot
// differ from approval. Pure; thread-safe. Source: reference/policy.md 1.3, 3.1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/api/certificate.h"
#include "lib/api/certificate_request.h"
#include "lib/base/duration.h"
#include "lib/base/result.h"
#include "lib/issuance/csr_template.h"
#include "lib/kube/admission_review.h"

namespace cw::policy {

// One attribute of the Subject, in DER order. A value whose ASN.1 type cannot be read as text is denied even
// where its bytes would match.
struct SubjectValue {
  std::string oid;  // dotted
  std::optional<std::string> text;
  std::string shown;  // for people: the text, or hex of the DER
  bool operator==(const SubjectValue&) const = default;
};

// Values of one otherName OID, in the order of the request: text of UTF8, Printable, IA5 and T61 strings,
// otherwise lower-case hex of the DER.
struct OtherNameValues {
  std::string oid;
  std::vector<std::string> values;
  bool operator==(const OtherNameValues&) const = default;
};

// Why no policy can allow the request: names of kinds that cannot be named in a policy (directoryName,
// x400Address, ediPartyName, registeredID), a second SAN extension.
struct Unnameable {
  // The whole path, as the field reports it: "spec.allowed.subjectAltName.directoryName"; empty: names of the
  // request that cannot be decoded, which the field reports without a path.
  std::string field;
  std::string detail;  // what it is
  bool operator==(const Unnameable&) const = default;
};

struct KeyView {
  // "RSA", "ECDSA", "Ed25519"; empty: an algorithm that is not known. Then a policy with
  // constraints.privateKey cannot be evaluated at all (Error, to be tried again), and one without does not
  // mind, as in the field.
  std::string algorithm;
  int size = 0;  // bits; Ed25519: -1, as in the field
  bool operator==(const KeyView&) const = default;
};

struct RequestView {
  std::string name;
  std::string name_space;
  kube::UserInfo requester;
  api::IssuerReference issuer;  // defaults applied
  std::vector<SubjectValue> subject;
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;  // canonical text
  std::vector<std::string> uris;          // re-serialised as Go's net/url does
  std::vector<std::string> email_addresses;
  std::vector<OtherNameValues> other_names;
  std::vector<Unnameable> unnameable;
  bool is_ca = false;
  std::vector<std::string> usages;  // as stated; none stated stays none
  std::optional<Duration> duration;
  KeyView key;
  bool operator==(const RequestView&) const = default;
};

// Invalid: the CSR cannot be read (no PEM, bad DER, SAN that does not decode, two SAN extensions, a broken
// key or one on an unknown curve): no verdict, to be tried again.
Result<RequestView> view_of(const api::CertificateRequest&);

struct Projection {
  std::string controller_user;                 // as Options::controller_user
  issuance::CsrTemplateOptions requests = {};  // feature gates
  int next_revision = 1;
};
// The request that the Certificate would make, without making a key. Invalid: the spec cannot become a CSR
// (then no request is ever made), naming the field.
Result<RequestView> view_of(const api::Certificate&, const Projection&);

}  // namespace cw::policy
