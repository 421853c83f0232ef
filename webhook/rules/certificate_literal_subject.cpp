// spec.literalSubject and what excludes it; the common name, whichever way it is given.
#include "lib/pki/name.h"
#include "webhook/rules/certificate_parts.h"
#include "webhook/rules/literal_common_name.h"
#include "webhook/rules/shown.h"

namespace cw::webhook {
namespace {

using kube::FieldErrors;
using kube::FieldPath;

constexpr std::size_t kMaxCommonNameBytes = 64;  // RFC 5280 ub-common-name

bool gate_off(const RuleOptions& options) { return !options.literal_certificate_subject; }

FieldErrors literal_is_switched_on(const CertificateSpec& spec, const FieldPath& at) {
  if (spec.literal_subject.empty()) return {};
  return {kube::forbidden(at.child("literalSubject"),
                          "switch the feature gate LiteralCertificateSubject on in webhook and controller")};
}

FieldErrors literal_excludes_common_name(const CertificateSpec& spec, const FieldPath& at) {
  if (spec.literal_subject.empty() || spec.common_name.empty()) return {};
  return {kube::invalid(at.child("commonName"), kube::quoted(spec.common_name),
                        "leave it out when literalSubject is given, and put the name there as CN=")};
}

bool has_subject(const CertificateSpec& spec) {
  if (!spec.subject) return false;
  const api::X509Subject& s = *spec.subject;
  return !s.organizations.empty() || !s.countries.empty() || !s.organizational_units.empty() ||
         !s.localities.empty() || !s.provinces.empty() || !s.street_addresses.empty() ||
         !s.postal_codes.empty() || !s.serial_number.empty();
}

FieldErrors literal_excludes_subject(const CertificateSpec& spec, const FieldPath& at) {
  if (spec.literal_subject.empty() || !has_subject(spec)) return {};
  return {
      kube::invalid(at.child("subject"), shown(*spec.subject), "leave it out when literalSubject is given")};
}

FieldErrors literal_is_a_name(const CertificateSpec& spec, const FieldPath& at) {
  if (spec.literal_subject.empty()) return {};
  const auto name = pki::parse_literal_name(spec.literal_subject);
  if (name) return {};
  return {
      kube::invalid(at.child("literalSubject"), kube::quoted(spec.literal_subject), name.error().message)};
}

FieldErrors literal_types_are_known(const CertificateSpec& spec, const FieldPath& at) {
  if (spec.literal_subject.empty()) return {};
  const auto name = pki::parse_literal_name(spec.literal_subject);
  if (!name) return {};
  FieldErrors errors;
  for (const pki::RelativeName& part : *name) {
    for (const pki::NameAttribute& attribute : part) {
      if (pki::find_attribute_type(attribute.type)) continue;
      errors.push_back(kube::invalid(at.child("literalSubject"), kube::quoted(spec.literal_subject),
                                     "the type " + kube::quoted(attribute.type) + " of the value " +
                                         kube::quoted(attribute.value) +
                                         " is no known keyword and no dotted number"));
    }
  }
  return errors;
}

FieldErrors common_name_fits(const CertificateSpec& spec, const FieldPath& at) {
  const std::string literal = literal_common_name(spec);
  const std::string& name = literal.empty() ? spec.common_name : literal;
  if (name.size() <= kMaxCommonNameBytes) return {};
  return {kube::too_long(at.child("commonName"), kMaxCommonNameBytes)};
}

constexpr Rule<CertificateSpec> kRules[] = {
    {"certificate.literalSubject.gate", "CRT-07; validation/certificate.go", literal_is_switched_on,
     gate_off},
    {"certificate.literalSubject.commonName", "CRT-08; validation/certificate.go",
     literal_excludes_common_name},
    {"certificate.literalSubject.subject", "CRT-09; validation/certificate.go", literal_excludes_subject},
    {"certificate.literalSubject.syntax", "CRT-10, CRT-11 (never: every value is text); go-ldap ParseDN",
     literal_is_a_name},
    {"certificate.literalSubject.type", "CRT-12; validation/certificate.go", literal_types_are_known},
    {"certificate.commonName.length", "CRT-14; RFC 5280 ub-common-name", common_name_fits},
};

}  // namespace

std::string literal_common_name(const CertificateSpec& spec) {
  if (spec.literal_subject.empty()) return {};
  const auto name = pki::parse_literal_subject(spec.literal_subject);
  return name ? pki::common_name(*name) : std::string();
}

FieldErrors check_literal_subject(const CertificateSpec& spec, const FieldPath& at,
                                  const RuleOptions& options) {
  return run_rules<CertificateSpec>(kRules, spec, at, options);
}

void list_literal_subject_rules(RuleList& into) { list_rows(into, kRules); }

}  // namespace cw::webhook
