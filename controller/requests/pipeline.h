// What is to be done with a CertificateRequest: the approver (reference/controllers.md 2.1) and the steps all
// issuers share (2.2), in their order. Pure. Signing itself is one step, carried out elsewhere.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <variant>

#include "controller/issuers/issuer_directory.h"
#include "controller/issuers/issuer_type.h"
#include "lib/api/certificate_request.h"
#include "lib/base/result.h"

namespace cw::controller::requests {

struct RequestView {
  api::CertificateRequest request;
  // By spec.issuerRef; NotFound carries the whole explanation. Not set for a foreign group.
  std::optional<Result<issuers::IssuerPointer>> issuer;
};

// What of this is on (--controllers).
struct Duties {
  bool approve = true;
  bool sign = true;
  std::set<issuers::IssuerType> left_to_others = {};  // types whose requests another program answers
};

struct Nothing {
  bool operator==(const Nothing&) const = default;
};
// Denied by someone: becomes Ready=False/Denied.
struct MarkDenied {
  bool operator==(const MarkDenied&) const = default;
};
struct AwaitApproval {
  bool operator==(const AwaitApproval&) const = default;
};
// Ready=False/Pending. `reason` is that of the event.
struct Pend {
  std::string reason;
  std::string message;
  bool operator==(const Pend&) const = default;
};
struct Sign {
  issuers::IssuerPointer issuer;
  bool operator==(const Sign&) const = default;
};
using Step = std::variant<Nothing, MarkDenied, AwaitApproval, Pend, Sign>;

struct Plan {
  bool approve = false;  // set Approved in the same write as what the step brings
  Step step;
};

// It is undecided: neither approved nor denied, nor finished without that, whoever issues it.
bool wants_approval(const api::CertificateRequest&);

// A request that this plan approves counts as approved for its step: both reach the API server in one write,
// or neither does.
Plan plan(const RequestView&, const Duties&);

}  // namespace cw::controller::requests
