#include "webhook/rules/certificate_request.h"

#include "lib/api/names.h"
#include "webhook/rules/certificate_request_parts.h"
#include "webhook/rules/issuer_reference.h"

namespace cw::webhook {
namespace {

using api::CertificateRequest;
using kube::FieldErrors;
using kube::FieldPath;

constexpr Rule<api::IssuerReference> kIssuerReference[] = {
    {"certificateRequest.issuerRef.name.required", "CRQ-01; validation/certificate.go", issuer_name_is_given},
    {"certificateRequest.issuerRef.kind.known", "CRQ-02; validation/certificate.go", issuer_kind_is_known},
    {"certificateRequest.issuerRef.kind.default", "CRQ-03; validation/certificate.go",
     default_issuer_kind_is_known},
};

// Plain prefixes, no '/' asked: "cert-manager.io.example/x" is frozen too, as in the field.
bool is_frozen_annotation(std::string_view key) {
  return key.starts_with(api::kGroup) || key.starts_with(api::kAcmeGroup);
}

// Annotations of `some` that `other` does not have with the same value.
FieldErrors differing_annotations(const kube::Map& some, const kube::Map& other) {
  FieldErrors errors;
  for (const auto& [key, value] : some) {
    if (!is_frozen_annotation(key)) continue;
    const std::string* counterpart = other.find(key);
    if (counterpart != nullptr && *counterpart == value) continue;
    errors.push_back(kube::forbidden(FieldPath("metadata.annotations").child(key),
                                     "may not be added, changed or removed after creation"));
  }
  return errors;
}

// One update: what was stored and what is to be.
struct Update {
  const CertificateRequest& before;
  const CertificateRequest& after;
};

FieldErrors stored_annotations_stay(const Update& update, const FieldPath&) {
  return differing_annotations(update.before.metadata.annotations, update.after.metadata.annotations);
}

FieldErrors no_annotations_come(const Update& update, const FieldPath&) {
  return differing_annotations(update.after.metadata.annotations, update.before.metadata.annotations);
}

FieldErrors condition_stays(const Update& update, std::string_view type) {
  const auto* before = kube::find_condition(update.before.status.conditions, type);
  if (before == nullptr) return {};
  const auto* after = kube::find_condition(update.after.status.conditions, type);
  if (after != nullptr && *after == *before) return {};
  return {kube::forbidden(FieldPath("status.conditions"),
                          "the condition " + std::string(type) + " may not be changed or removed once set")};
}

FieldErrors approved_stays(const Update& update, const FieldPath&) {
  return condition_stays(update, api::kApproved);
}
FieldErrors denied_stays(const Update& update, const FieldPath&) {
  return condition_stays(update, api::kDenied);
}

FieldErrors spec_stays(const Update& update, const FieldPath&) {
  if (update.before.spec == update.after.spec) return {};
  return {kube::forbidden(FieldPath("spec"), "a request may not be changed after creation: make a new one")};
}

constexpr Rule<Update> kUpdate[] = {
    {"certificateRequest.annotations.frozen", "CRQ-19; validation/certificaterequest.go",
     stored_annotations_stay},
    {"certificateRequest.annotations.closed", "CRQ-20; validation/certificaterequest.go",
     no_annotations_come},
    {"certificateRequest.approved.frozen", "CRQ-21; validation/certificaterequest.go", approved_stays},
    {"certificateRequest.denied.frozen", "CRQ-22; validation/certificaterequest.go", denied_stays},
    {"certificateRequest.spec.frozen", "CRQ-23; validation/certificaterequest.go", spec_stays},
};

}  // namespace

Findings validate_create(const CertificateRequest& request, const RuleOptions& options) {
  const FieldPath at("spec");
  FieldErrors errors = run_rules<api::IssuerReference>(kIssuerReference, request.spec.issuer_ref,
                                                       at.child("issuerRef"), options);
  append(errors, check_csr(request.spec, at, options));
  append(errors, check_approval(request.status, FieldPath("status"), options));
  return {std::move(errors), {}};
}

Findings validate_update(const CertificateRequest& before, const CertificateRequest& after,
                         const RuleOptions& options) {
  FieldErrors errors = run_rules<Update>(kUpdate, Update{before, after}, FieldPath(), options);
  append(errors, check_approval(after.status, FieldPath("status"), options));
  return {std::move(errors), {}};
}

void list_certificate_request_rules(RuleList& into) {
  list_rows(into, kIssuerReference);
  list_csr_rules(into);
  list_approval_rules(into);
  list_rows(into, kUpdate);
}

}  // namespace cw::webhook
