// Order: the typed form of acme.cert-manager.io/v1 Order. Data only.
// Source: cert-manager pkg/apis/acme/v1/types_order.go, field order as declared there.
#pragma once

#include <optional>
#include <string>

#include "lib/api/references.h"
#include "lib/base/clock.h"
#include "lib/base/duration.h"
#include "lib/kube/fields.h"
#include "lib/kube/json.h"
#include "lib/kube/metadata.h"

namespace cw::api {

// request is a CSR in PEM; in DER if an old release made the Order.
struct OrderSpec {
  kube::Bytes request;
  IssuerReference issuer_ref;
  std::string common_name;
  kube::List<std::string> dns_names;
  kube::List<std::string> ip_addresses;
  std::optional<Duration> duration;
  std::string profile;
  std::string replaces;
  bool operator==(const OrderSpec&) const = default;
};

template <kube::FieldsOf<OrderSpec> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("request"), s.request);
  visit(kube::always("issuerRef"), s.issuer_ref);
  visit("commonName", s.common_name);
  visit("dnsNames", s.dns_names);
  visit("ipAddresses", s.ip_addresses);
  visit("duration", s.duration);
  visit("profile", s.profile);
  visit("replaces", s.replaces);
}

struct AuthorizationChallenge {
  std::string url;
  std::string token;
  std::string type;
  bool operator==(const AuthorizationChallenge&) const = default;
};

template <kube::FieldsOf<AuthorizationChallenge> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("url"), s.url);
  visit(kube::always("token"), s.token);
  visit(kube::always("type"), s.type);
}

struct Authorization {
  std::string url;
  std::string identifier;
  std::optional<bool> wildcard;
  std::string initial_state;
  kube::List<AuthorizationChallenge> challenges;
  bool operator==(const Authorization&) const = default;
};

template <kube::FieldsOf<Authorization> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("url"), s.url);
  visit("identifier", s.identifier);
  visit("wildcard", s.wildcard);
  visit("initialState", s.initial_state);
  visit("challenges", s.challenges);
}

// certificate is the PEM chain.
struct OrderStatus {
  std::string url;
  std::string finalize_url;
  kube::List<Authorization> authorizations;
  kube::Bytes certificate;
  std::string state;
  std::string reason;
  std::optional<TimePoint> failure_time;
  bool operator==(const OrderStatus&) const = default;
};

template <kube::FieldsOf<OrderStatus> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("url", s.url);
  visit("finalizeURL", s.finalize_url);
  visit("authorizations", s.authorizations);
  visit("certificate", s.certificate);
  visit("state", s.state);
  visit("reason", s.reason);
  visit("failureTime", s.failure_time);
}

struct Order {
  kube::ObjectMeta metadata;
  OrderSpec spec;
  OrderStatus status;
  bool operator==(const Order&) const = default;
};

template <kube::FieldsOf<Order> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("metadata"), s.metadata);
  visit("spec", s.spec);
  visit("status", s.status);
}

// Go's decode semantics (lib/kube/decode.h); Invalid names the field's path.
Result<Order> decode_order(const kube::Json&);
Result<Order> decode_order(const simdjson::dom::element&);
// With apiVersion and kind.
kube::Json encode(const Order&);

}  // namespace cw::api
