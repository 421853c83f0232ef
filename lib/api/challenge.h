// Challenge: the typed form of acme.cert-manager.io/v1 Challenge. Data only.
// Source: cert-manager pkg/apis/acme/v1/types_challenge.go, field order as declared there.
#pragma once

#include <optional>
#include <string>

#include "lib/api/references.h"
#include "lib/api/solver.h"
#include "lib/base/clock.h"
#include "lib/kube/fields.h"
#include "lib/kube/json.h"
#include "lib/kube/metadata.h"

namespace cw::api {

struct ChallengeSpec {
  std::string url;
  std::string authorization_url;
  std::string dns_name;
  bool wildcard = false;
  std::string type;
  std::string token;
  std::string key;
  Solver solver;
  IssuerReference issuer_ref;
  bool operator==(const ChallengeSpec&) const = default;
};

template <kube::FieldsOf<ChallengeSpec> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("url"), s.url);
  visit(kube::always("authorizationURL"), s.authorization_url);
  visit(kube::always("dnsName"), s.dns_name);
  visit(kube::always("wildcard"), s.wildcard);
  visit(kube::always("type"), s.type);
  visit(kube::always("token"), s.token);
  visit(kube::always("key"), s.key);
  visit(kube::always("solver"), s.solver);
  visit(kube::always("issuerRef"), s.issuer_ref);
}

struct ChallengeStatus {
  bool processing = false;
  bool presented = false;
  std::optional<TimePoint> presented_at;
  std::string reason;
  std::string state;
  bool operator==(const ChallengeStatus&) const = default;
};

template <kube::FieldsOf<ChallengeStatus> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("processing"), s.processing);
  visit(kube::always("presented"), s.presented);
  visit("presentedAt", s.presented_at);
  visit("reason", s.reason);
  visit("state", s.state);
}

struct Challenge {
  kube::ObjectMeta metadata;
  ChallengeSpec spec;
  ChallengeStatus status;
  bool operator==(const Challenge&) const = default;
};

template <kube::FieldsOf<Challenge> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("metadata"), s.metadata);
  visit(kube::always("spec"), s.spec);
  visit("status", s.status);
}

// Go's decode semantics (lib/kube/decode.h); Invalid names the field's path.
Result<Challenge> decode_challenge(const kube::Json&);
Result<Challenge> decode_challenge(const simdjson::dom::element&);
// With apiVersion and kind.
kube::Json encode(const Challenge&);

}  // namespace cw::api
