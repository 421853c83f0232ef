// Approver: who approves CertificateRequests, and whether an issuer may serve one. Without policy it approves
// all but what the issuer's guard refuses, as cert-manager does. Implemented by controller/policy.
// Thread-safe. Source: reference/policy.md 1.5, 1.6, 3.4.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/runtime/events.h"
#include "lib/api/certificate_request.h"
#include "lib/api/issuer.h"
#include "lib/base/result.h"

namespace cw::controller::requests {

enum class ApprovalStep : std::uint8_t {
  Approve,
  Deny,
  Wait,      // nothing decides over it now: looked at again when something changes
  TryAgain,  // could not be found out: back-off
};

struct ApprovalDecision {
  ApprovalStep step = ApprovalStep::Wait;
  std::string message = {};                 // of the condition; for TryAgain the reason, for the log
  std::vector<runtime::Event> events = {};  // with the condition, or instead of one
  std::optional<std::chrono::milliseconds> again_after = {};  // of Wait: look again then, even so
};

class Approver {
 public:
  Approver() = default;
  Approver(const Approver&) = delete;
  Approver& operator=(const Approver&) = delete;
  virtual ~Approver() = default;
  // Of a request that has neither Approved nor Denied.
  virtual ApprovalDecision decide(const api::CertificateRequest&) = 0;
  // Its approvals are those of cert-manager's built-in approver: they go into one write with what the request
  // comes to. Otherwise approval is a write of its own.
  virtual bool approves_as_built_in() const = 0;
  // Reason of the condition, and the field manager that writes it.
  virtual std::string_view reason() const = 0;
  virtual std::string_view field_manager() const = 0;
  // Of a request that somebody approved, by the issuer's guard: the issuer may have come, or got its guard,
  // after that. Forbidden: never; other errors: could not be found out.
  virtual Status may_sign(const api::CertificateRequest&, const api::Issuer&) = 0;
};

}  // namespace cw::controller::requests
