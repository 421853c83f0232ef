// Certificate: the typed form of cert-manager.io/v1 Certificate. Data only. The list of JSON names lives in
// visit_fields(); decode, encode and schema parity all walk that one list.
// Source: cert-manager pkg/apis/certmanager/v1/types_certificate.go, field order as declared there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/api/certificate_parts.h"
#include "lib/api/references.h"
#include "lib/base/clock.h"
#include "lib/base/duration.h"
#include "lib/kube/conditions.h"
#include "lib/kube/fields.h"
#include "lib/kube/json.h"
#include "lib/kube/metadata.h"

namespace cw::api {

struct CertificateSpec {
  std::optional<X509Subject> subject;
  std::string literal_subject;
  std::string common_name;
  std::optional<Duration> duration;
  std::optional<Duration> renew_before;
  std::optional<std::int32_t> renew_before_percentage;
  std::optional<CertificateRenewal> renewal;
  kube::List<std::string> dns_names;
  kube::List<std::string> ip_addresses;
  kube::List<std::string> uris;
  kube::List<OtherName> other_names;
  kube::List<std::string> email_addresses;
  std::string secret_name;
  std::optional<CertificateSecretTemplate> secret_template;
  std::optional<CertificateKeystores> keystores;
  IssuerReference issuer_ref;
  bool is_ca = false;
  kube::List<std::string> usages;
  std::optional<CertificatePrivateKey> private_key;
  std::string signature_algorithm;
  std::optional<bool> encode_usages_in_request;
  std::optional<std::int32_t> revision_history_limit;
  kube::List<CertificateOutputFormat> additional_output_formats;
  std::optional<NameConstraints> name_constraints;
  bool operator==(const CertificateSpec&) const = default;
};

template <kube::FieldsOf<CertificateSpec> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("subject", s.subject);
  visit("literalSubject", s.literal_subject);
  visit("commonName", s.common_name);
  visit("duration", s.duration);
  visit("renewBefore", s.renew_before);
  visit("renewBeforePercentage", s.renew_before_percentage);
  visit("renewal", s.renewal);
  visit("dnsNames", s.dns_names);
  visit("ipAddresses", s.ip_addresses);
  visit("uris", s.uris);
  visit("otherNames", s.other_names);
  visit("emailAddresses", s.email_addresses);
  visit(kube::always("secretName"), s.secret_name);
  visit("secretTemplate", s.secret_template);
  visit("keystores", s.keystores);
  visit(kube::always("issuerRef"), s.issuer_ref);
  visit("isCA", s.is_ca);
  visit("usages", s.usages);
  visit("privateKey", s.private_key);
  visit("signatureAlgorithm", s.signature_algorithm);
  visit("encodeUsagesInRequest", s.encode_usages_in_request);
  visit("revisionHistoryLimit", s.revision_history_limit);
  visit("additionalOutputFormats", s.additional_output_formats);
  visit("nameConstraints", s.name_constraints);
}

struct AcmeRenewalWindow {
  std::optional<TimePoint> start;
  std::optional<TimePoint> end;
  bool operator==(const AcmeRenewalWindow&) const = default;
};

template <kube::FieldsOf<AcmeRenewalWindow> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("start"), s.start);
  visit(kube::always("end"), s.end);
}

struct CertificateAcmeRenewalInfo {
  std::optional<AcmeRenewalWindow> suggested_window;
  std::string explanation_url;
  std::optional<TimePoint> last_checked;
  std::optional<TimePoint> next_check;
  std::string last_error;
  bool operator==(const CertificateAcmeRenewalInfo&) const = default;
};

template <kube::FieldsOf<CertificateAcmeRenewalInfo> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("suggestedWindow", s.suggested_window);
  visit("explanationURL", s.explanation_url);
  visit("lastChecked", s.last_checked);
  visit("nextCheck", s.next_check);
  visit("lastError", s.last_error);
}

struct CertificateAcmeStatus {
  std::optional<CertificateAcmeRenewalInfo> ari;
  bool operator==(const CertificateAcmeStatus&) const = default;
};

template <kube::FieldsOf<CertificateAcmeStatus> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("ari", s.ari);
}

struct CertificateStatus {
  kube::List<kube::Condition> conditions;
  std::optional<TimePoint> last_failure_time;
  std::optional<TimePoint> not_before;
  std::optional<TimePoint> not_after;
  std::optional<TimePoint> renewal_time;
  std::optional<std::int64_t> revision;
  std::optional<std::string> next_private_key_secret_name;
  std::optional<std::int64_t> failed_issuance_attempts;
  std::optional<CertificateAcmeStatus> acme;
  bool operator==(const CertificateStatus&) const = default;
};

template <kube::FieldsOf<CertificateStatus> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("conditions", s.conditions);
  visit("lastFailureTime", s.last_failure_time);
  visit("notBefore", s.not_before);
  visit("notAfter", s.not_after);
  visit("renewalTime", s.renewal_time);
  visit("revision", s.revision);
  visit("nextPrivateKeySecretName", s.next_private_key_secret_name);
  visit("failedIssuanceAttempts", s.failed_issuance_attempts);
  visit("acme", s.acme);
}

struct Certificate {
  kube::ObjectMeta metadata;
  CertificateSpec spec;
  CertificateStatus status;
  bool operator==(const Certificate&) const = default;
};

template <kube::FieldsOf<Certificate> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("metadata", s.metadata);
  visit(kube::always("spec"), s.spec);
  visit(kube::always("status"), s.status);
}

// Go's decode semantics (lib/kube/decode.h); Invalid names the field's path.
Result<Certificate> decode_certificate(const kube::Json&);
Result<Certificate> decode_certificate(const simdjson::dom::element&);
// With apiVersion and kind.
kube::Json encode(const Certificate&);

}  // namespace cw::api
