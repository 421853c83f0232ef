// CertificateRequest: the typed form of cert-manager.io/v1 CertificateRequest. Data only.
// Source: cert-manager pkg/apis/certmanager/v1/types_certificaterequest.go, field order as declared there.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "lib/api/references.h"
#include "lib/base/clock.h"
#include "lib/base/duration.h"
#include "lib/kube/conditions.h"
#include "lib/kube/fields.h"
#include "lib/kube/json.h"
#include "lib/kube/metadata.h"

namespace cw::api {

// request is a PEM CSR. username, uid, groups and extra are stamped by the mutating webhook.
struct CertificateRequestSpec {
  std::optional<Duration> duration;
  IssuerReference issuer_ref;
  kube::Bytes request;
  bool is_ca = false;
  kube::List<std::string> usages;
  std::string username;
  std::string uid;
  kube::List<std::string> groups;
  kube::MapOf<kube::List<std::string>> extra;
  bool operator==(const CertificateRequestSpec&) const = default;
};

template <kube::FieldsOf<CertificateRequestSpec> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("duration", s.duration);
  visit(kube::always("issuerRef"), s.issuer_ref);
  visit(kube::always("request"), s.request);
  visit("isCA", s.is_ca);
  visit("usages", s.usages);
  visit("username", s.username);
  visit("uid", s.uid);
  visit("groups", s.groups);
  visit("extra", s.extra);
}

// A condition without observedGeneration, which this kind does not have.
struct CertificateRequestCondition : kube::Condition {
  CertificateRequestCondition() = default;
  CertificateRequestCondition(kube::Condition condition)  // NOLINT: a Condition is what callers have
      : kube::Condition(std::move(condition)) {
    observed_generation = 0;
  }
  bool operator==(const CertificateRequestCondition&) const = default;
};

template <kube::FieldsOf<CertificateRequestCondition> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("type"), s.type);
  visit(kube::always("status"), s.status);
  visit("lastTransitionTime", s.last_transition_time);
  visit("reason", s.reason);
  visit("message", s.message);
}

// certificate and ca are PEM.
struct CertificateRequestStatus {
  kube::List<CertificateRequestCondition> conditions;
  kube::Bytes certificate;
  kube::Bytes ca;
  std::optional<TimePoint> failure_time;
  bool operator==(const CertificateRequestStatus&) const = default;
};

template <kube::FieldsOf<CertificateRequestStatus> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("conditions", s.conditions);
  visit("certificate", s.certificate);
  visit("ca", s.ca);
  visit("failureTime", s.failure_time);
}

struct CertificateRequest {
  kube::ObjectMeta metadata;
  CertificateRequestSpec spec;
  CertificateRequestStatus status;
  bool operator==(const CertificateRequest&) const = default;
};

template <kube::FieldsOf<CertificateRequest> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("metadata", s.metadata);
  visit(kube::always("spec"), s.spec);
  visit(kube::always("status"), s.status);
}

// Ready is Issued, Failed or Denied: nothing about the request changes any more.
bool is_finished(const CertificateRequest&);

// Go's decode semantics (lib/kube/decode.h); Invalid names the field's path.
Result<CertificateRequest> decode_certificate_request(const kube::Json&);
Result<CertificateRequest> decode_certificate_request(const simdjson::dom::element&);
// With apiVersion and kind.
kube::Json encode(const CertificateRequest&);

}  // namespace cw::api
