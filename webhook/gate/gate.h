// Gate: the same policy that decides at approval, asked at admission, so that `kubectl apply` says what is
// wrong. Approval stays the boundary: what the gate cannot find out it admits with a warning, unless told to
// fail closed. Source: reference/policy.md 3.2 to 3.5. Thread-safe as the World is.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lib/api/certificate.h"
#include "lib/api/certificate_request.h"
#include "lib/api/certificate_request_policy.h"
#include "lib/issuance/csr_template.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/field_error.h"
#include "lib/policy/decide.h"
#include "lib/policy/options.h"
#include "webhook/gate/gate_counter.h"

namespace cw::webhook {

// How the request came.
struct GateRequest {
  const kube::UserInfo& user;
  bool dry_run = false;
};

struct GateFindings {
  kube::FieldErrors errors;           // rules "policy.denied", "policy.unmatched", "policy.unknown", …
  std::vector<std::string> warnings;  // ASCII
  std::map<std::string, std::string> audit_annotations;  // keys without the webhook's name
};

// Certificates that a policy may concern, for the warning that a new policy would deny their renewal.
class LiveCertificates {
 public:
  LiveCertificates() = default;
  LiveCertificates(const LiveCertificates&) = delete;
  LiveCertificates& operator=(const LiveCertificates&) = delete;
  virtual ~LiveCertificates() = default;
  // Until `visit` answers false.
  virtual void for_each(const std::function<bool(const api::Certificate&)>& visit) const = 0;
};

struct GateParts {
  const policy::World* world = nullptr;  // nullptr: no cluster is known; then nothing is judged
  policy::Options options;
  issuance::CsrTemplateOptions requests;
  GateCounter* counter = nullptr;
  const LiveCertificates* live = nullptr;
};

class Gate {
 public:
  explicit Gate(GateParts parts) : parts_(std::move(parts)) {}

  // Main resource, valid by all other rules. `before` is nullptr on a create. An update that leaves the
  // request as it was is not judged.
  GateFindings judge(const api::Certificate* before, const api::Certificate& after, const GateRequest&) const;
  // A request that somebody makes by hand: a warning of what will become of it, or a refusal.
  GateFindings judge(const api::CertificateRequest* before, const api::CertificateRequest& after,
                     const GateRequest&) const;
  // Warnings: the Certificates that would now be denied.
  GateFindings judge(const api::CertificateRequestPolicy* before, const api::CertificateRequestPolicy& after,
                     const GateRequest&) const;
  // --policy-protect-approval: an update of the status that adds Approved.
  GateFindings judge_approval(const api::CertificateRequest& before, const api::CertificateRequest& after,
                              const GateRequest&) const;

 private:
  GateParts parts_;
};

}  // namespace cw::webhook
