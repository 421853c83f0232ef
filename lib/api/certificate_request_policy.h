// CertificateRequestPolicy: the typed form of policy.cert-manager.io/v1alpha1. Data only. Absent and empty
// differ throughout: `values: []` allows nothing, no `values` leaves it to the validations.
// Source: approver-policy pkg/apis/policy/v1alpha1, field order as declared there.
#pragma once

#include <optional>
#include <string>

#include "lib/base/duration.h"
#include "lib/kube/conditions.h"
#include "lib/kube/fields.h"
#include "lib/kube/json.h"
#include "lib/kube/metadata.h"

namespace cw::api {

struct ValidationRule {
  std::string rule;                    // CEL
  std::optional<std::string> message;  // what to say when it does not hold
  bool operator==(const ValidationRule&) const = default;
};

template <kube::FieldsOf<ValidationRule> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("rule"), s.rule);
  visit("message", s.message);
}

struct AllowedString {
  std::optional<std::string> value;
  std::optional<bool> required;
  kube::List<ValidationRule> validations;
  bool operator==(const AllowedString&) const = default;
};

template <kube::FieldsOf<AllowedString> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("value", s.value);
  visit("required", s.required);
  visit("validations", s.validations);
}

struct AllowedList {
  kube::List<std::string> values;  // absent and [] differ
  std::optional<bool> required;
  kube::List<ValidationRule> validations;
  bool operator==(const AllowedList&) const = default;
};

template <kube::FieldsOf<AllowedList> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("values", s.values);
  visit("required", s.required);
  visit("validations", s.validations);
}

// An AllowedList for the values of one OID.
struct AllowedOid {
  std::string oid;
  kube::List<std::string> values;  // absent and [] differ
  std::optional<bool> required;
  kube::List<ValidationRule> validations;
  bool operator==(const AllowedOid&) const = default;
};

template <kube::FieldsOf<AllowedOid> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("oid"), s.oid);
  visit("values", s.values);
  visit("required", s.required);
  visit("validations", s.validations);
}

struct AllowedSubject {
  std::optional<AllowedList> organizations;
  std::optional<AllowedList> countries;
  std::optional<AllowedList> organizational_units;
  std::optional<AllowedList> localities;
  std::optional<AllowedList> provinces;
  std::optional<AllowedList> street_addresses;
  std::optional<AllowedList> postal_codes;
  std::optional<AllowedString> serial_number;
  kube::List<AllowedOid> other_attributes;
  bool operator==(const AllowedSubject&) const = default;
};

template <kube::FieldsOf<AllowedSubject> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("organizations", s.organizations);
  visit("countries", s.countries);
  visit("organizationalUnits", s.organizational_units);
  visit("localities", s.localities);
  visit("provinces", s.provinces);
  visit("streetAddresses", s.street_addresses);
  visit("postalCodes", s.postal_codes);
  visit("serialNumber", s.serial_number);
  visit("otherAttributes", s.other_attributes);
}

struct PolicyAllowed {
  std::optional<AllowedString> common_name;
  std::optional<AllowedList> dns_names;
  std::optional<AllowedList> ip_addresses;
  std::optional<AllowedList> uris;
  std::optional<AllowedList> email_addresses;
  std::optional<bool> is_ca;
  kube::List<std::string> usages;  // absent and [] differ
  std::optional<AllowedSubject> subject;
  kube::List<AllowedOid> other_names;
  bool operator==(const PolicyAllowed&) const = default;
};

template <kube::FieldsOf<PolicyAllowed> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("commonName", s.common_name);
  visit("dnsNames", s.dns_names);
  visit("ipAddresses", s.ip_addresses);
  visit("uris", s.uris);
  visit("emailAddresses", s.email_addresses);
  visit("isCA", s.is_ca);
  visit("usages", s.usages);
  visit("subject", s.subject);
  visit("otherNames", s.other_names);
}

struct ConstrainedPrivateKey {
  std::optional<std::string> algorithm;  // RSA, ECDSA, Ed25519
  std::optional<std::int64_t> min_size;  // bits
  std::optional<std::int64_t> max_size;  // bits
  bool operator==(const ConstrainedPrivateKey&) const = default;
};

template <kube::FieldsOf<ConstrainedPrivateKey> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("algorithm", s.algorithm);
  visit("minSize", s.min_size);
  visit("maxSize", s.max_size);
}

struct PolicyConstraints {
  std::optional<Duration> min_duration;
  std::optional<Duration> max_duration;
  std::optional<ConstrainedPrivateKey> private_key;
  bool operator==(const PolicyConstraints&) const = default;
};

template <kube::FieldsOf<PolicyConstraints> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("minDuration", s.min_duration);
  visit("maxDuration", s.max_duration);
  visit("privateKey", s.private_key);
}

struct PolicyPlugin {
  kube::Map values;
  bool operator==(const PolicyPlugin&) const = default;
};

template <kube::FieldsOf<PolicyPlugin> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("values", s.values);
}

// Each member may have '*' in it; an absent one is any.
struct PolicyIssuerSelector {
  std::optional<std::string> name;
  std::optional<std::string> kind;
  std::optional<std::string> group;
  bool operator==(const PolicyIssuerSelector&) const = default;
};

template <kube::FieldsOf<PolicyIssuerSelector> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("name", s.name);
  visit("kind", s.kind);
  visit("group", s.group);
}

// Both given: both must hold.
struct PolicyNamespaceSelector {
  kube::List<std::string> match_names;  // each may have '*' in it
  kube::Map match_labels;
  bool operator==(const PolicyNamespaceSelector&) const = default;
};

template <kube::FieldsOf<PolicyNamespaceSelector> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("matchNames", s.match_names);
  visit("matchLabels", s.match_labels);
}

struct PolicySelector {
  std::optional<PolicyIssuerSelector> issuer_ref;
  std::optional<PolicyNamespaceSelector> name_space;
  bool operator==(const PolicySelector&) const = default;
};

template <kube::FieldsOf<PolicySelector> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("issuerRef", s.issuer_ref);
  visit("namespace", s.name_space);
}

struct CertificateRequestPolicySpec {
  std::optional<PolicyAllowed> allowed;
  std::optional<PolicyConstraints> constraints;
  kube::MapOf<PolicyPlugin> plugins;
  PolicySelector selector;
  bool operator==(const CertificateRequestPolicySpec&) const = default;
};

template <kube::FieldsOf<CertificateRequestPolicySpec> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("allowed", s.allowed);
  visit("constraints", s.constraints);
  visit("plugins", s.plugins);
  visit(kube::always("selector"), s.selector);
}

struct CertificateRequestPolicyStatus {
  kube::List<kube::Condition> conditions;
  bool operator==(const CertificateRequestPolicyStatus&) const = default;
};

template <kube::FieldsOf<CertificateRequestPolicyStatus> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("conditions", s.conditions);
}

struct CertificateRequestPolicy {
  kube::ObjectMeta metadata;
  CertificateRequestPolicySpec spec;
  CertificateRequestPolicyStatus status;
  bool operator==(const CertificateRequestPolicy&) const = default;
};

template <kube::FieldsOf<CertificateRequestPolicy> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("metadata", s.metadata);
  visit(kube::always("spec"), s.spec);
  visit(kube::always("status"), s.status);
}

// Go's decode semantics (lib/kube/decode.h); Invalid names the field's path.
Result<CertificateRequestPolicy> decode_certificate_request_policy(const kube::Json&);
Result<CertificateRequestPolicy> decode_certificate_request_policy(const simdjson::dom::element&);
// With apiVersion and kind.
kube::Json encode(const CertificateRequestPolicy&);

}  // namespace cw::api
