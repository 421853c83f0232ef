// What operators choose about policy by flags; the same for webhook and controller. Data.
// Source: reference/policy.md 3.2.
#pragma once

#include <cstdint>
#include <string>

namespace cw::policy {

// How far the gate goes at admission; in the order of strictness.
enum class Mode : std::uint8_t { Off, Audit, Warn, Enforce };
// What becomes of a request that no policy applies to.
enum class Unmatched : std::uint8_t { Ignore, Deny };
// Whether the requester needs the right to use a policy.
enum class Rights : std::uint8_t { Require, SkipController };
enum class OnFailure : std::uint8_t { Open, Closed };

struct Options {
  bool on = false;                                // --policy: off is the field's approve-all
  Mode admission = Mode::Enforce;                 // --policy-admission
  Unmatched unmatched = Unmatched::Ignore;        // --policy-unmatched
  Rights rights = Rights::Require;                // --policy-rbac
  OnFailure admission_failure = OnFailure::Open;  // --policy-admission-fail
  bool protect_approval = false;                  // --policy-protect-approval
  bool refuse_denied_requests = false;            // --policy-refuse-denied-requests
  // Who makes the requests of Certificates: the user that the controller is to the API server.
  std::string controller_user = "system:serviceaccount:cert-manager:cert-manager";
};

}  // namespace cw::policy
