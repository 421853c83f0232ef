#include "webhook/rules/certificate.h"

#include "webhook/rules/certificate_parts.h"
#include "webhook/rules/issuer_reference.h"

namespace cw::webhook {
namespace {

using kube::FieldErrors;
using kube::FieldPath;

constexpr Rule<api::IssuerReference> kIssuerReference[] = {
    {"certificate.issuerRef.name.required", "CRT-04; validation/certificate.go", issuer_name_is_given},
    {"certificate.issuerRef.kind.known", "CRT-05; validation/certificate.go", issuer_kind_is_known},
    {"certificate.issuerRef.kind.default", "CRT-06; validation/certificate.go", default_issuer_kind_is_known},
};

constexpr FieldErrors (*kParts[])(const CertificateSpec&, const FieldPath&, const RuleOptions&) = {
    check_literal_subject, check_identity,         check_key,       check_duration,
    check_secret,          check_name_constraints, check_keystores, check_renewal};

FieldErrors check_spec(const CertificateSpec& spec, const FieldPath& at, const RuleOptions& options) {
  FieldErrors all =
      run_rules<api::IssuerReference>(kIssuerReference, spec.issuer_ref, at.child("issuerRef"), options);
  for (const auto part : kParts) append(all, part(spec, at, options));
  return all;
}

}  // namespace

Findings validate_create(const api::Certificate& certificate, const RuleOptions& options) {
  const FieldPath at("spec");
  FieldErrors errors = check_spec(certificate.spec, at, options);
  append(errors, check_renewal_stricter(certificate.spec, at, options));
  return {std::move(errors), {}};
}

Findings validate_update(const api::Certificate& before, const api::Certificate& after,
                         const RuleOptions& options) {
  const FieldPath at("spec");
  FieldErrors errors = check_spec(after.spec, at, options);
  append(errors, without_known(check_renewal_stricter(after.spec, at, options),
                               check_renewal_stricter(before.spec, at, options)));
  return {std::move(errors), {}};
}

void list_certificate_rules(RuleList& into) {
  list_rows(into, kIssuerReference);
  list_identity_rules(into);
  list_literal_subject_rules(into);
  list_secret_rules(into);
  list_keystore_rules(into);
  list_key_rules(into);
  list_name_constraint_rules(into);
  list_duration_rules(into);
  list_renewal_rules(into);
}

}  // namespace cw::webhook
