// Who may approve or deny a CertificateRequest: the verb "approve" on the resource "signers" named after its
// issuer. Source: reference/admission.md 3.2.2 (cert-manager
// internal/webhook/admission/certificaterequest/approval).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/api/certificate_request.h"
#include "lib/base/result.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/field_error.h"

namespace cw::webhook {

// The resource that an issuer's kind is served as.
struct SignerResource {
  std::string plural;
  bool namespaced = true;
  bool operator==(const SignerResource&) const = default;
};

class SignerResources {
 public:
  SignerResources() = default;
  SignerResources(const SignerResources&) = delete;
  SignerResources& operator=(const SignerResources&) = delete;
  virtual ~SignerResources() = default;
  // nullopt: the API server serves no such kind. Errors: it could not be asked. Thread-safe.
  virtual Result<std::optional<SignerResource>> find(std::string_view group, std::string_view kind) = 0;
};

class SignerAccess {
 public:
  SignerAccess() = default;
  SignerAccess(const SignerAccess&) = delete;
  SignerAccess& operator=(const SignerAccess&) = delete;
  virtual ~SignerAccess() = default;
  // Errors: it could not be found out. Thread-safe.
  virtual Result<bool> may_approve(const kube::UserInfo&, std::string_view signer) = 0;
};

struct ApprovalPolicy {
  SignerResources& resources;
  SignerAccess& access;
};

// APR-04…06, for an update of the status. Nothing is asked unless a condition Approved or Denied is new.
kube::FieldErrors verify_approval(const api::CertificateRequest& before, const api::CertificateRequest& after,
                                  const kube::UserInfo&, const ApprovalPolicy&);

}  // namespace cw::webhook
