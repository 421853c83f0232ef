// The parts of a Certificate's spec. Enums are strings, so that an unknown value reaches the rules.
// Source: cert-manager pkg/apis/certmanager/v1/types_certificate.go, field order as declared there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/api/references.h"
#include "lib/base/duration.h"
#include "lib/kube/fields.h"

namespace cw::api {

struct X509Subject {
  kube::List<std::string> organizations;
  kube::List<std::string> countries;
  kube::List<std::string> organizational_units;
  kube::List<std::string> localities;
  kube::List<std::string> provinces;
  kube::List<std::string> street_addresses;
  kube::List<std::string> postal_codes;
  std::string serial_number;
  bool operator==(const X509Subject&) const = default;
};

template <kube::FieldsOf<X509Subject> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("organizations", s.organizations);
  visit("countries", s.countries);
  visit("organizationalUnits", s.organizational_units);
  visit("localities", s.localities);
  visit("provinces", s.provinces);
  visit("streetAddresses", s.street_addresses);
  visit("postalCodes", s.postal_codes);
  visit("serialNumber", s.serial_number);
}

struct OtherName {
  std::string oid;
  std::string utf8_value;
  bool operator==(const OtherName&) const = default;
};

template <kube::FieldsOf<OtherName> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("oid", s.oid);
  visit("utf8Value", s.utf8_value);
}

struct CertificateRenewalWindow {
  std::string timezone;
  std::optional<Duration> window_duration;
  std::string cron;
  bool operator==(const CertificateRenewalWindow&) const = default;
};

template <kube::FieldsOf<CertificateRenewalWindow> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("timezone", s.timezone);
  visit("windowDuration", s.window_duration);
  visit("cron", s.cron);
}

struct CertificateRenewal {
  std::string policy;
  kube::List<CertificateRenewalWindow> windows;
  bool operator==(const CertificateRenewal&) const = default;
};

template <kube::FieldsOf<CertificateRenewal> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("policy", s.policy);
  visit("windows", s.windows);
}

struct CertificateSecretTemplate {
  kube::Map annotations;
  kube::Map labels;
  bool operator==(const CertificateSecretTemplate&) const = default;
};

template <kube::FieldsOf<CertificateSecretTemplate> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("annotations", s.annotations);
  visit("labels", s.labels);
}

struct JksKeystore {
  bool create = false;
  std::optional<std::string> alias;
  SecretKeySelector password_secret_ref;
  std::optional<std::string> password;
  bool operator==(const JksKeystore&) const = default;
};

template <kube::FieldsOf<JksKeystore> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("create"), s.create);
  visit("alias", s.alias);
  visit("passwordSecretRef", s.password_secret_ref);
  visit("password", s.password);
}

struct Pkcs12Keystore {
  bool create = false;
  std::string profile;
  SecretKeySelector password_secret_ref;
  std::optional<std::string> password;
  bool operator==(const Pkcs12Keystore&) const = default;
};

template <kube::FieldsOf<Pkcs12Keystore> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("create"), s.create);
  visit("profile", s.profile);
  visit("passwordSecretRef", s.password_secret_ref);
  visit("password", s.password);
}

struct CertificateKeystores {
  std::optional<JksKeystore> jks;
  std::optional<Pkcs12Keystore> pkcs12;
  bool operator==(const CertificateKeystores&) const = default;
};

template <kube::FieldsOf<CertificateKeystores> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("jks", s.jks);
  visit("pkcs12", s.pkcs12);
}

// size is a Go int; 0: the default of the algorithm.
struct CertificatePrivateKey {
  std::string rotation_policy;
  std::string encoding;
  std::string algorithm;
  std::int64_t size = 0;
  bool operator==(const CertificatePrivateKey&) const = default;
};

template <kube::FieldsOf<CertificatePrivateKey> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("rotationPolicy", s.rotation_policy);
  visit("encoding", s.encoding);
  visit("algorithm", s.algorithm);
  visit("size", s.size);
}

struct CertificateOutputFormat {
  std::string type;
  bool operator==(const CertificateOutputFormat&) const = default;
};

template <kube::FieldsOf<CertificateOutputFormat> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("type"), s.type);
}

struct NameConstraintItem {
  kube::List<std::string> dns_domains;
  kube::List<std::string> ip_ranges;
  kube::List<std::string> email_addresses;
  kube::List<std::string> uri_domains;
  bool operator==(const NameConstraintItem&) const = default;
};

template <kube::FieldsOf<NameConstraintItem> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("dnsDomains", s.dns_domains);
  visit("ipRanges", s.ip_ranges);
  visit("emailAddresses", s.email_addresses);
  visit("uriDomains", s.uri_domains);
}

struct NameConstraints {
  bool critical = false;
  std::optional<NameConstraintItem> permitted;
  std::optional<NameConstraintItem> excluded;
  bool operator==(const NameConstraints&) const = default;
};

template <kube::FieldsOf<NameConstraints> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("critical", s.critical);
  visit("permitted", s.permitted);
  visit("excluded", s.excluded);
}

}  // namespace cw::api
