// What is to be done next with a Challenge, and what an answer of its server means. Pure and total.
// Source: reference/controllers.md 5.5; RFC 8555 §7.5.1.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "controller/acme/pace.h"
#include "controller/acme/setback.h"
#include "controller/acme/solver.h"
#include "lib/acme/messages.h"
#include "lib/api/challenge.h"
#include "lib/base/clock.h"

namespace cw::controller::acme {

// Beside what is stored.
struct ChallengeMemory {
  bool knows_server = false;  // what the server has of it needs no look first: we have put the answer up
  bool is_visible = false;    // the CA will see the answer
  bool is_accepted = false;   // the server was told to look
  bool is_cleaned = false;
  SteadyTime quiet_until = SteadyTime::min();  // after an error
  TimePoint accepted_at = {};
  Looks looks = {};  // at the answer, then at the authorization
};

struct ChallengeView {
  api::Challenge challenge;  // metadata and status with what this pass has done
  ChallengeMemory memory = {};
  bool has_slot = false;
  std::chrono::seconds check_retry_period{10};
  TimePoint now = {};
  SteadyTime steady_now = {};
};

// Nothing until something changes.
struct Idle {
  bool operator==(const Idle&) const = default;
};
struct WaitFor {
  milliseconds left;
  bool operator==(const WaitFor&) const = default;
};
// Until there is a slot.
struct Queue {
  bool operator==(const Queue&) const = default;
};
struct HoldOpen {  // our finalizer is missing
  bool operator==(const HoldOpen&) const = default;
};
struct Present {
  bool operator==(const Present&) const = default;
};
struct Check {
  bool operator==(const Check&) const = default;
};
struct Accept {
  bool operator==(const Accept&) const = default;
};
struct LookAtAuthorization {
  bool operator==(const LookAtAuthorization&) const = default;
};
struct CleanUp {
  bool operator==(const CleanUp&) const = default;
};
// Status: neither processing nor presented.
struct SettleStatus {
  bool operator==(const SettleStatus&) const = default;
};
struct LetGo {  // our finalizers go
  bool operator==(const LetGo&) const = default;
};
using ChallengeStep = std::variant<Idle, WaitFor, Queue, HoldOpen, Present, Check, Accept,
                                   LookAtAuthorization, CleanUp, SettleStatus, LetGo>;

ChallengeStep next_step(const ChallengeView&);

// The answer was looked for.
void learn_visibility(ChallengeView&, const Result<Visibility>&, const Pace&);
// The authorization as it is now. `refusal`: of an accept before it.
void learn_authorization(ChallengeView&, const wire::Authorization&, const Pace&,
                         const std::optional<wire::Failure>& refusal);
// Refused for good: "malformed" is taken for a challenge that the server has no longer.
void learn_refusal(ChallengeView&, const wire::Failure&);

// The server has not made up its mind for so long that the queue's longer and longer waits are enough.
bool takes_too_long(const ChallengeView&);

// Without our finalizers; with ours, and no old one.
kube::List<std::string> without_finalizers(const kube::List<std::string>&);
kube::List<std::string> with_finalizer(const kube::List<std::string>&);
bool is_held(const api::Challenge&);

}  // namespace cw::controller::acme
