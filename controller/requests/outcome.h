// What came of a request, and what its status says of it. Pure.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "controller/requests/approver.h"
#include "controller/requests/pipeline.h"
#include "controller/runtime/events.h"
#include "lib/api/certificate_request.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace cw::controller::requests {

struct Issued {
  std::string certificate;  // PEM, leaf first
  std::string ca;           // PEM, may be empty
  std::string remark = {};  // for people, in the condition; empty: none
};
// Terminal. `reason` is that of the event; the condition says Failed.
struct Failed {
  std::string reason;
  std::string message;
};
// Nothing that stands in the request or its issuer: try again (the API server could not be reached).
struct Retry {
  std::string reason;
  Error error;
};
using SignOutcome = std::variant<Issued, Pend, Failed, Retry>;

struct StatusChange {
  api::CertificateRequestStatus status;
  std::vector<runtime::Event> events;
  std::optional<Error> retry;
  std::optional<std::chrono::milliseconds> again_after = {};  // look again then, even if nothing changes
};

// The status after the plan; `outcome` is set iff its step is Sign.
StatusChange settle(const api::CertificateRequest&, const Plan&, const std::optional<SignOutcome>& outcome,
                    TimePoint now);
// The status after a decision of an approver whose approvals are writes of their own.
StatusChange settle_approval(const api::CertificateRequest&, const ApprovalDecision&, std::string_view reason,
                             TimePoint now);

}  // namespace cw::controller::requests
