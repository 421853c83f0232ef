// The Secret that a Certificate is stored in: its name, its labels and annotations, the extra formats in it.
#include <algorithm>

#include "lib/api/names.h"
#include "lib/base/ascii.h"
#include "webhook/rules/certificate_parts.h"
#include "webhook/rules/grammar/dns_name.h"
#include "webhook/rules/grammar/label.h"
#include "webhook/rules/shown.h"

namespace cw::webhook {
namespace {

using api::CertificateSecretTemplate;
using kube::FieldErrors;
using kube::FieldPath;

constexpr std::size_t kMaxAnnotationBytes = 256UL << 10U;  // apimachinery TotalAnnotationSizeLimitB
constexpr std::string_view kOurPrefix = "cert-manager.io/";

constexpr RequiredField<CertificateSpec> kRequired[] = {
    {"certificate.secretName.required", "CRT-01; validation/certificate.go", "secretName",
     [](const CertificateSpec& spec) { return spec.secret_name.empty(); },
     "name the Secret that the certificate is stored in"},
};

FieldErrors secret_name_fits(const CertificateSpec& spec, const FieldPath& at) {
  if (spec.secret_name.size() <= kMaxSubdomainBytes) return {};
  return {kube::invalid(at.child("secretName"), kube::quoted(spec.secret_name), subdomain_length_fault())};
}

FieldErrors secret_name_is_a_name(const CertificateSpec& spec, const FieldPath& at) {
  if (spec.secret_name.empty() || is_subdomain_form(spec.secret_name)) return {};
  return {kube::invalid(at.child("secretName"), kube::quoted(spec.secret_name), subdomain_form_fault())};
}

// The path has the literal key "type" and no index: the field's own.
FieldErrors formats_are_unique(const CertificateSpec& spec, const FieldPath& at) {
  FieldErrors errors;
  const auto& formats = spec.additional_output_formats;
  for (auto format = formats.begin(); format != formats.end(); ++format) {
    if (std::find(formats.begin(), format, *format) == format) continue;
    errors.push_back(
        kube::duplicate(at.child("additionalOutputFormats").key("type"), shown_enum(format->type)));
  }
  return errors;
}

constexpr Rule<CertificateSpec> kRules[] = {
    {"certificate.secretName.length", "CRT-02; validation/certificate.go", secret_name_fits},
    {"certificate.secretName.syntax", "CRT-03; validation/certificate.go", secret_name_is_a_name},
    {"certificate.additionalOutputFormats.unique", "CRT-45; validation/certificate.go", formats_are_unique},
};

void append_invalid(FieldErrors& errors, const FieldPath& at, const std::string& value,
                    const std::vector<std::string>& faults) {
  for (const std::string& fault : faults) errors.push_back(kube::invalid(at, kube::quoted(value), fault));
}

FieldErrors label_keys_are_names(const CertificateSecretTemplate& secret, const FieldPath& at) {
  FieldErrors errors;
  for (const auto& [key, value] : secret.labels) {
    append_invalid(errors, at.child("labels"), key, label_key_faults(key));
  }
  return errors;
}

FieldErrors label_values_are_values(const CertificateSecretTemplate& secret, const FieldPath& at) {
  FieldErrors errors;
  for (const auto& [key, value] : secret.labels) {
    append_invalid(errors, at.child("labels"), value, label_value_faults(value));
  }
  return errors;
}

FieldErrors annotations_are_not_ours(const CertificateSecretTemplate& secret, const FieldPath& at) {
  FieldErrors errors;
  for (const auto& [key, value] : secret.annotations) {
    if (!key.starts_with(kOurPrefix) || key == api::kAllowDirectInjectionAnnotation) continue;
    errors.push_back(kube::invalid(at.child("annotations"), kube::quoted(key),
                                   "annotations that begin with cert-manager.io/ are set by the controller"));
  }
  return errors;
}

FieldErrors annotation_keys_are_names(const CertificateSecretTemplate& secret, const FieldPath& at) {
  FieldErrors errors;
  for (const auto& [key, value] : secret.annotations) {
    append_invalid(errors, at.child("annotations"), key, label_key_faults(lower_case(key)));
  }
  return errors;
}

FieldErrors annotations_fit(const CertificateSecretTemplate& secret, const FieldPath& at) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : secret.annotations) bytes += key.size() + value.size();
  if (bytes <= kMaxAnnotationBytes) return {};
  return {kube::too_long(at.child("annotations"), kMaxAnnotationBytes)};
}

constexpr Rule<CertificateSecretTemplate> kTemplate[] = {
    {"certificate.secretTemplate.labels.key", "CRT-35; apimachinery ValidateLabels", label_keys_are_names},
    {"certificate.secretTemplate.labels.value", "CRT-36; apimachinery ValidateLabels",
     label_values_are_values},
    {"certificate.secretTemplate.annotations.reserved", "CRT-37; validation/certificate.go",
     annotations_are_not_ours},
    {"certificate.secretTemplate.annotations.key", "CRT-38; apimachinery ValidateAnnotations",
     annotation_keys_are_names},
    {"certificate.secretTemplate.annotations.size", "CRT-39; apimachinery ValidateAnnotations",
     annotations_fit},
};

}  // namespace

FieldErrors check_secret(const CertificateSpec& spec, const FieldPath& at, const RuleOptions& options) {
  FieldErrors all = run_required<CertificateSpec>(kRequired, spec, at);
  append(all, run_rules<CertificateSpec>(kRules, spec, at, options));
  if (spec.secret_template) {
    append(all, run_rules<CertificateSecretTemplate>(kTemplate, *spec.secret_template,
                                                     at.child("secretTemplate"), options));
  }
  return all;
}

void list_secret_rules(RuleList& into) {
  list_rows(into, kRequired);
  list_rows(into, kRules);
  list_rows(into, kTemplate);
}

}  // namespace cw::webhook
