// status.conditions of a CertificateRequest: Approved and Denied, each at most once, True, and never
// together.
#include <algorithm>

#include "lib/api/names.h"
#include "webhook/rules/certificate_request_parts.h"
#include "webhook/rules/shown.h"

namespace cw::webhook {
namespace {

using api::CertificateRequestStatus;
using kube::FieldErrors;
using kube::FieldPath;

std::ptrdiff_t count(const CertificateRequestStatus& status, std::string_view type) {
  return std::count_if(status.conditions.begin(), status.conditions.end(),
                       [&](const kube::Condition& condition) { return condition.type == type; });
}

FieldErrors at_most_one(const CertificateRequestStatus& status, const FieldPath& at, std::string_view type) {
  if (count(status, type) <= 1) return {};
  return {kube::forbidden(at.child("conditions"), "more than one condition " + std::string(type))};
}

// The path ends in the condition's type as if it were a field: the field's own.
FieldErrors only_true(const CertificateRequestStatus& status, const FieldPath& at, std::string_view type) {
  if (count(status, type) != 1) return {};
  const kube::Condition& condition = *kube::find_condition(status.conditions, type);
  if (condition.status == kube::kConditionTrue) return {};
  return {kube::invalid(at.child("conditions").child(type), shown_enum(condition.status), "must be True")};
}

FieldErrors one_approved(const CertificateRequestStatus& status, const FieldPath& at) {
  return at_most_one(status, at, api::kApproved);
}
FieldErrors one_denied(const CertificateRequestStatus& status, const FieldPath& at) {
  return at_most_one(status, at, api::kDenied);
}
FieldErrors approved_is_true(const CertificateRequestStatus& status, const FieldPath& at) {
  return only_true(status, at, api::kApproved);
}
FieldErrors denied_is_true(const CertificateRequestStatus& status, const FieldPath& at) {
  return only_true(status, at, api::kDenied);
}
FieldErrors not_both(const CertificateRequestStatus& status, const FieldPath& at) {
  if (count(status, api::kApproved) == 0 || count(status, api::kDenied) == 0) return {};
  return {kube::forbidden(at.child("conditions"), "a request is either Approved or Denied, not both")};
}

constexpr Rule<CertificateRequestStatus> kRules[] = {
    {"certificateRequest.approved.once", "CRQ-14; validation/certificaterequest.go", one_approved},
    {"certificateRequest.denied.once", "CRQ-15; validation/certificaterequest.go", one_denied},
    {"certificateRequest.approved.true", "CRQ-16; validation/certificaterequest.go", approved_is_true},
    {"certificateRequest.denied.true", "CRQ-17; validation/certificaterequest.go", denied_is_true},
    {"certificateRequest.approval.one", "CRQ-18; validation/certificaterequest.go", not_both},
};

}  // namespace

FieldErrors check_approval(const CertificateRequestStatus& status, const FieldPath& at,
                           const RuleOptions& options) {
  return run_rules<CertificateRequestStatus>(kRules, status, at, options);
}

void list_approval_rules(RuleList& into) { list_rows(into, kRules); }

}  // namespace cw::webhook
