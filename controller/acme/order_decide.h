// What is to be done next with an Order, and what an answer of its server means. Pure and total.
// Source: reference/controllers.md 5.2, 5.4; RFC 8555 §7.1.6, §7.4.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "controller/acme/order_view.h"
#include "controller/acme/setback.h"
#include "lib/acme/messages.h"
#include "lib/base/clock.h"

namespace cw::controller::acme {

// How status.reason begins when the server has refused for good.
inline constexpr std::string_view kFailedToCreate = "Failed to create Order: ";
inline constexpr std::string_view kFailedToRetrieve = "Failed to retrieve Order resource: ";
inline constexpr std::string_view kFailedToAuthorize = "Failed to retrieve authorizations: ";
inline constexpr std::string_view kFailedToFinalize = "Failed to finalize Order: ";
inline constexpr std::string_view kFailedToDownload = "Failed to retrieve the certificate: ";

// Nothing until something changes.
struct Rest {
  bool operator==(const Rest&) const = default;
};
struct WaitForServer {
  milliseconds left;
  bool operator==(const WaitForServer&) const = default;
};
struct RequestOrder {
  bool operator==(const RequestOrder&) const = default;
};
struct FetchAuthorizations {
  bool operator==(const FetchAuthorizations&) const = default;
};
struct LookAtOrder {
  bool operator==(const LookAtOrder&) const = default;
};
struct Fail {
  std::string state;
  std::string reason;
  bool operator==(const Fail&) const = default;
};
// No solver fits: a person must change the issuer or the Order's annotations.
struct TellSolver {
  std::string message;
  bool operator==(const TellSolver&) const = default;
};
struct CreateChallenges {
  std::vector<api::Challenge> challenges;
  bool operator==(const CreateChallenges&) const = default;
};
struct DeleteChallenges {
  std::vector<ChallengePointer> challenges;
  bool operator==(const DeleteChallenges&) const = default;
};
struct Finalize {
  bool operator==(const Finalize&) const = default;
};
struct FetchCertificate {
  std::string url;
  bool operator==(const FetchCertificate&) const = default;
};
using OrderStep = std::variant<Rest, WaitForServer, RequestOrder, FetchAuthorizations, LookAtOrder, Fail,
                               TellSolver, CreateChallenges, DeleteChallenges, Finalize, FetchCertificate>;

OrderStep next_step(const OrderView&);

// Of a finished Order: what is left of its Challenges. Those of a failed one that have come to an end tell
// why, and stay.
std::vector<ChallengePointer> leftovers(const api::OrderStatus&, const std::vector<ChallengePointer>&);

// The answer to newOrder.
void learn_new_order(OrderView&, const wire::Order&);
// `index`: of status.authorizations.
void learn_authorization(OrderView&, std::size_t index, const wire::Authorization&);
// The answer to finalize, or the order as it is now.
void learn_order(OrderView&, const wire::Order&, const Pace&, TimePoint now);

// Enters a failed state, with the time.
void fail(api::OrderStatus&, std::string_view state, std::string reason, TimePoint now);

}  // namespace cw::controller::acme
