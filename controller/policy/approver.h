// The two approvers. PolicyApprover asks CertificateRequestPolicies (--policy=on), as the field's
// approver-policy does; GuardApprover approves all (--policy=off). The guard of the issuer, if it has one,
// has the first word with both. Every decision on a request asks the API server anew. Thread-safe. Source:
// reference/policy.md 1.5, 1.6, 3.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "controller/policy/pending_causes.h"
#include "controller/policy/verdict_metrics.h"
#include "controller/requests/approver.h"
#include "lib/api/certificate.h"
#include "lib/issuance/csr_template.h"
#include "lib/policy/decide.h"
#include "lib/policy/options.h"

namespace cw::controller::approval {

struct ApproverParts {
  const policy::World& world;
  policy::Options options;
  issuance::CsrTemplateOptions requests;  // of Certificates
  PendingCauses& causes;
  VerdictMetrics& metrics;
  // Another cause than before is known why this request waits.
  std::function<void(const api::CertificateRequest&)> cause_changed;
  // How long ago roles or bindings changed: the API server may not know of it yet.
  std::function<std::chrono::steady_clock::duration()> rights_changed_ago;
};

class PolicyApprover : public requests::Approver {
 public:
  explicit PolicyApprover(ApproverParts parts) : parts_(std::move(parts)) {}

  requests::ApprovalDecision decide(const api::CertificateRequest&) override;
  bool approves_as_built_in() const override { return false; }
  std::string_view reason() const override;
  std::string_view field_manager() const override { return "approver-policy"; }
  Status may_sign(const api::CertificateRequest&, const api::Issuer&) override;

  // Whether the request that this Certificate would make next would be approved. `requester`: who makes it;
  // null: as in the options.
  virtual bool would_approve(const api::Certificate&, const kube::UserInfo* requester,
                             std::int64_t revision) const;

 protected:
  requests::ApprovalDecision settle(const api::CertificateRequest&, const policy::RequestView*,
                                    const policy::Verdict&);
  requests::ApprovalDecision wait(const api::CertificateRequest&, runtime::Event);

  ApproverParts parts_;
};

// Its world knows no policies.
class GuardApprover final : public PolicyApprover {
 public:
  explicit GuardApprover(ApproverParts parts) : PolicyApprover(std::move(parts)) {}

  requests::ApprovalDecision decide(const api::CertificateRequest&) override;
  bool approves_as_built_in() const override { return true; }
  bool would_approve(const api::Certificate&, const kube::UserInfo* requester,
                     std::int64_t revision) const override;

 private:
  Result<bool> is_guarded(const api::IssuerReference&, const std::string& name_space) const;
};

}  // namespace cw::controller::approval
