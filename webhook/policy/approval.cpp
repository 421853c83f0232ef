#include "webhook/policy/approval.h"

#include <array>

#include "lib/api/names.h"

namespace cw::webhook {
namespace {

using api::CertificateRequest;
using kube::FieldErrors;
using kube::FieldPath;

bool appears(const CertificateRequest& before, const CertificateRequest& after, std::string_view type) {
  return kube::find_condition(after.status.conditions, type) != nullptr &&
         kube::find_condition(before.status.conditions, type) == nullptr;
}

// As written, without defaults: what the user recognises.
std::string text_of(const api::IssuerReference& ref) {
  return "{" + ref.name + " " + ref.kind + " " + ref.group + "}";
}

// The widest first. The namespace is the object's own.
std::array<std::string, 2> signer_names(const CertificateRequest& request, const SignerResource& resource) {
  const api::IssuerReference& ref = request.spec.issuer_ref;
  const std::string prefix = resource.plural + "." + std::string(api::issuer_group(ref)) + "/";
  const std::string name = resource.namespaced ? request.metadata.name_space + "." + ref.name : ref.name;
  return {prefix + "*", prefix + name};
}

// An error counts as no: the next name is not tried.
bool may_approve_any(const std::array<std::string, 2>& signers, const kube::UserInfo& user,
                     SignerAccess& access) {
  for (const std::string& signer : signers) {
    const Result<bool> allowed = access.may_approve(user, signer);
    if (!allowed) return false;
    if (*allowed) return true;
  }
  return false;
}

FieldErrors refuse(kube::FieldError error, std::string_view rule) {
  error.rule = rule;
  return {std::move(error)};
}

}  // namespace

FieldErrors verify_approval(const CertificateRequest& before, const CertificateRequest& after,
                            const kube::UserInfo& user, const ApprovalPolicy& policy) {
  if (!appears(before, after, api::kApproved) && !appears(before, after, api::kDenied)) return {};
  const api::IssuerReference& ref = after.spec.issuer_ref;
  const auto resource = policy.resources.find(api::issuer_group(ref), api::issuer_kind(ref));
  if (!resource) return refuse(kube::plain_error(resource.error().message), "approval.discovery");
  if (!*resource) {
    return refuse(kube::forbidden(FieldPath("spec.issuerRef"),
                                  "the API server serves no such kind of issuer: " + text_of(ref)),
                  "approval.signer.known");
  }
  if (may_approve_any(signer_names(after, **resource), user, policy.access)) return {};
  return refuse(kube::forbidden(FieldPath("status.conditions"),
                                "user " + kube::quoted(user.username) +
                                    " may not approve or deny requests to the issuer " + text_of(ref) +
                                    ": the verb approve on signers of cert-manager.io is needed"),
                "approval.permission");
}

}  // namespace cw::webhook
