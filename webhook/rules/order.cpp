#include "webhook/rules/order.h"

#include <algorithm>

namespace cw::webhook {
namespace {

using api::Authorization;
using api::AuthorizationChallenge;
using api::Order;
using api::OrderSpec;
using api::OrderStatus;
using kube::FieldErrors;
using kube::FieldPath;

// Text or bytes: once there is any, it stays.
template <typename Text>
bool set_and_changed(const Text& before, const Text& after) {
  return !before.empty() && before != after;
}

constexpr std::string_view kWholeSpec =
    "stricter: docs/differences.md; RFC 8555 §7.4 (an order is fixed once made)";

constexpr FrozenField<OrderSpec> kRequest[] = {
    {"order.request.frozen", "ORD-01; acme/validation/order.go", "request",
     [](const OrderSpec& a, const OrderSpec& b) { return a.request.text() != b.request.text(); }},
};

constexpr FrozenField<OrderSpec> kRestOfSpec[] = {
    {"order.issuerRef.frozen", kWholeSpec, "issuerRef",
     [](const OrderSpec& a, const OrderSpec& b) { return a.issuer_ref != b.issuer_ref; }},
    {"order.commonName.frozen", kWholeSpec, "commonName",
     [](const OrderSpec& a, const OrderSpec& b) { return a.common_name != b.common_name; }},
    {"order.dnsNames.frozen", kWholeSpec, "dnsNames",
     [](const OrderSpec& a, const OrderSpec& b) { return !kube::same_items(a.dns_names, b.dns_names); }},
    {"order.ipAddresses.frozen", kWholeSpec, "ipAddresses",
     [](const OrderSpec& a, const OrderSpec& b) {
       return !kube::same_items(a.ip_addresses, b.ip_addresses);
     }},
    {"order.duration.frozen", kWholeSpec, "duration",
     [](const OrderSpec& a, const OrderSpec& b) { return a.duration != b.duration; }},
    {"order.profile.frozen", kWholeSpec, "profile",
     [](const OrderSpec& a, const OrderSpec& b) { return a.profile != b.profile; }},
    {"order.replaces.frozen", kWholeSpec, "replaces",
     [](const OrderSpec& a, const OrderSpec& b) { return a.replaces != b.replaces; }},
};

constexpr FrozenField<OrderStatus> kStatus[] = {
    {"order.status.url.frozen", "ORD-02; acme/validation/order.go", "url",
     [](const OrderStatus& a, const OrderStatus& b) { return set_and_changed(a.url, b.url); }},
    {"order.status.finalizeURL.frozen", "ORD-03; acme/validation/order.go", "finalizeURL",
     [](const OrderStatus& a, const OrderStatus& b) {
       return set_and_changed(a.finalize_url, b.finalize_url);
     }},
    {"order.status.certificate.frozen", "ORD-04; acme/validation/order.go", "certificate",
     [](const OrderStatus& a, const OrderStatus& b) {
       return set_and_changed(a.certificate.text(), b.certificate.text());
     }},
    {"order.authorizations.length.frozen", "ORD-05; acme/validation/order.go", "authorizations",
     [](const OrderStatus& a, const OrderStatus& b) {
       return !a.authorizations.empty() && a.authorizations.size() != b.authorizations.size();
     }},
};

constexpr FrozenField<Authorization> kAuthorization[] = {
    {"order.authorization.url.frozen", "ORD-06; acme/validation/order.go", "url",
     [](const Authorization& a, const Authorization& b) { return set_and_changed(a.url, b.url); }},
    {"order.authorization.identifier.frozen", "ORD-07; acme/validation/order.go", "identifier",
     [](const Authorization& a, const Authorization& b) {
       return set_and_changed(a.identifier, b.identifier);
     }},
    {"order.authorization.wildcard.frozen", "ORD-08; acme/validation/order.go", "wildcard",
     [](const Authorization& a, const Authorization& b) { return a.wildcard && a.wildcard != b.wildcard; }},
    {"order.authorization.initialState.frozen", "ORD-09; acme/validation/order.go", "initialState",
     [](const Authorization& a, const Authorization& b) {
       return set_and_changed(a.initial_state, b.initial_state);
     }},
    {"order.challenges.length.frozen", "ORD-10; acme/validation/order.go", "challenges",
     [](const Authorization& a, const Authorization& b) {
       return !a.challenges.empty() && a.challenges.size() != b.challenges.size();
     }},
};

constexpr FrozenField<AuthorizationChallenge> kChallenge[] = {
    {"order.challenge.url.frozen", "ORD-11; acme/validation/order.go", "url",
     [](const AuthorizationChallenge& a, const AuthorizationChallenge& b) {
       return set_and_changed(a.url, b.url);
     }},
    {"order.challenge.type.frozen", "ORD-12; acme/validation/order.go", "type",
     [](const AuthorizationChallenge& a, const AuthorizationChallenge& b) {
       return set_and_changed(a.type, b.type);
     }},
    {"order.challenge.token.frozen", "ORD-13; acme/validation/order.go", "token",
     [](const AuthorizationChallenge& a, const AuthorizationChallenge& b) {
       return set_and_changed(a.token, b.token);
     }},
};

// Elements are compared by position over what both lists have: the field reads past a list that shrank. The
// lengths have rules of their own.
template <typename T, typename Compare>
FieldErrors frozen_elements(const kube::List<T>& before, const kube::List<T>& after, const FieldPath& at,
                            Compare compare) {
  FieldErrors all;
  const std::size_t common = std::min(before.size(), after.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (before[i] != after[i]) append(all, compare(before[i], after[i], at.index(i)));
  }
  return all;
}

FieldErrors frozen_challenge(const AuthorizationChallenge& before, const AuthorizationChallenge& after,
                             const FieldPath& at) {
  return run_frozen<AuthorizationChallenge>(kChallenge, before, after, at);
}

FieldErrors frozen_authorization(const Authorization& before, const Authorization& after,
                                 const FieldPath& at) {
  FieldErrors all = run_frozen<Authorization>(kAuthorization, before, after, at);
  append(all, frozen_elements(before.challenges, after.challenges, at.child("challenges"), frozen_challenge));
  return all;
}

// With another request it is another order: the rest is not counted up then, as in the field.
FieldErrors frozen_spec(const OrderSpec& before, const OrderSpec& after, const FieldPath& at) {
  FieldErrors errors = run_frozen<OrderSpec>(kRequest, before, after, at);
  return errors.empty() ? run_frozen<OrderSpec>(kRestOfSpec, before, after, at) : errors;
}

}  // namespace

Findings validate_create(const Order&, const RuleOptions&) { return {}; }

Findings validate_update(const Order& before, const Order& after, const RuleOptions&) {
  const FieldPath status("status");
  FieldErrors errors = frozen_spec(before.spec, after.spec, FieldPath("spec"));
  append(errors, run_frozen<OrderStatus>(kStatus, before.status, after.status, status));
  append(errors, frozen_elements(before.status.authorizations, after.status.authorizations,
                                 status.child("authorizations"), frozen_authorization));
  return {std::move(errors), {}};
}

void list_order_rules(RuleList& into) {
  list_rows(into, kRequest);
  list_rows(into, kRestOfSpec);
  list_rows(into, kStatus);
  list_rows(into, kAuthorization);
  list_rows(into, kChallenge);
}

}  // namespace cw::webhook
