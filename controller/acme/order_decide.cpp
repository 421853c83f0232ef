#include "controller/acme/order_decide.h"

#include <algorithm>

#include "controller/acme/required_challenges.h"
#include "lib/api/acme_state.h"
#include "lib/api/names.h"
#include "lib/kube/field_error.h"

namespace cw::controller::acme {
namespace {

// A state that lasts no longer than these looks is not worth a write.
constexpr unsigned kLooksBeforeTold = 5;

bool is_final(const ChallengePointer& challenge) { return api::is_final_state(challenge->status.state); }

OrderStep clear_away(const OrderView& view) {
  auto challenges = leftovers(view.status, view.challenges);
  if (challenges.empty()) return Rest{};
  return DeleteChallenges{std::move(challenges)};
}

bool lacks_details(const api::Authorization& authorization) { return authorization.identifier.empty(); }

const ChallengePointer* find_failed(const std::vector<ChallengePointer>& challenges) {
  const auto found = std::find_if(challenges.begin(), challenges.end(), [](const auto& challenge) {
    return !challenge->metadata.deletion_timestamp && api::is_failed_state(challenge->status.state);
  });
  return found != challenges.end() ? &*found : nullptr;
}

std::string describe_failed(const api::Challenge& challenge) {
  auto text = "the " + challenge.spec.type + " challenge for " + kube::quoted(challenge.spec.dns_name) +
              " is " + challenge.status.state;
  return challenge.status.reason.empty() ? text : text + ": " + challenge.status.reason;
}

// An authorization that the server refused before anything was tried: the order cannot become valid.
const api::Authorization* find_hopeless(const api::OrderStatus& status) {
  const auto& all = status.authorizations;
  const auto found = std::find_if(all.begin(), all.end(), [](const api::Authorization& authorization) {
    const auto& state = authorization.initial_state;
    return !state.empty() && state != api::kStatePending && state != api::kStateValid;
  });
  return found != all.end() ? &*found : nullptr;
}

OrderStep look_or_wait(const OrderView& view) {
  if (view.memory.looks.due(view.now)) return LookAtOrder{};
  return WaitForServer{view.memory.looks.left(view.now)};
}

OrderStep finish(const OrderView& view) {
  if (view.memory.is_with_server || view.refusal) return look_or_wait(view);
  return Finalize{};
}

OrderStep authorize(const OrderView& view) {
  if (const auto* hopeless = find_hopeless(view.status)) {
    return Fail{std::string(api::kStateInvalid), "the authorization for " +
                                                     kube::quoted(hopeless->identifier) + " is " +
                                                     hopeless->initial_state + " at the server"};
  }
  const auto required = required_challenges(view);
  if (!required) return TellSolver{required.error().message};
  auto match = match_challenges(*required, view.challenges);
  if (!match.useless.empty()) return DeleteChallenges{std::move(match.useless)};
  if (!match.missing.empty()) return CreateChallenges{std::move(match.missing)};
  if (find_failed(match.answers) != nullptr) return look_or_wait(view);
  const bool all_valid = match.complete && std::all_of(match.answers.begin(), match.answers.end(), is_final);
  return all_valid ? finish(view) : OrderStep(Rest{});
}

std::string or_else(std::string text, const char* otherwise) {
  return text.empty() ? otherwise : std::move(text);
}

void look_again(OrderView& view, const wire::Order& order, const Pace& pace) {
  view.memory.is_with_server = true;
  view.memory.looks = look_later(view.memory.looks, pace, order.retry_after, view.now);
}

// The server has said no to finalize, and not because it was too early: it will say so again.
bool is_beyond_help(const OrderView& view) { return view.refusal && !view.refusal->is("orderNotReady"); }

// Waiting for authorizations, or so the server says.
void learn_pending(OrderView& view, const wire::Order& order, const Pace& pace, TimePoint now) {
  auto& status = view.status;
  if (status.state.empty()) status.state = api::kStatePending;
  if (const auto* failed = find_failed(view.challenges)) {
    fail(status, (*failed)->status.state, describe_failed(**failed), now);
    return;
  }
  const bool was_beyond = view.memory.is_with_server || view.refusal || status.state != api::kStatePending;
  if (was_beyond) look_again(view, order, pace);
}

}  // namespace

OrderStep next_step(const OrderView& view) {
  const auto& status = view.status;
  if (api::is_failed_state(status.state)) return clear_away(view);
  if (status.url.empty()) return RequestOrder{};
  if (status.state == api::kStateValid) {
    if (!status.certificate.empty()) return clear_away(view);
    if (view.memory.certificate_url.empty()) return look_or_wait(view);
    return FetchCertificate{view.memory.certificate_url};
  }
  if (status.finalize_url.empty()) return look_or_wait(view);
  if (status.state == api::kStateReady) return finish(view);
  if (status.state == api::kStateProcessing || view.memory.is_with_server) return look_or_wait(view);
  if (std::any_of(status.authorizations.begin(), status.authorizations.end(), lacks_details)) {
    return FetchAuthorizations{};
  }
  return authorize(view);
}

std::vector<ChallengePointer> leftovers(const api::OrderStatus& status,
                                        const std::vector<ChallengePointer>& challenges) {
  const bool keep_final = api::is_failed_state(status.state);
  std::vector<ChallengePointer> left;
  for (const auto& challenge : challenges) {
    if (challenge->metadata.deletion_timestamp || (keep_final && is_final(challenge))) continue;
    left.push_back(challenge);
  }
  return left;
}

void learn_new_order(OrderView& view, const wire::Order& order) {
  auto& status = view.status;
  status.url = order.url;
  status.finalize_url = order.finalize;
  status.state = or_else(order.status, api::kStatePending.data());
  status.reason.clear();
  if (status.authorizations.empty()) {
    for (const auto& url : order.authorizations) status.authorizations.emplace_back().url = url;
  }
}

void learn_authorization(OrderView& view, std::size_t index, const wire::Authorization& seen) {
  auto& known = view.status.authorizations[index];
  known.identifier = seen.identifier.value;
  known.wildcard = seen.wildcard;
  known.initial_state = seen.status;
  known.challenges = {};
  for (const auto& challenge : seen.challenges) {
    known.challenges.push_back({.url = challenge.url, .token = challenge.token, .type = challenge.type});
  }
}

void learn_order(OrderView& view, const wire::Order& order, const Pace& pace, TimePoint now) {
  auto& status = view.status;
  status.reason.clear();
  if (status.finalize_url.empty()) status.finalize_url = order.finalize;
  if (status.authorizations.empty()) {
    for (const auto& url : order.authorizations) status.authorizations.emplace_back().url = url;
  }
  if (order.status == api::kStateInvalid) {
    const auto* failed = find_failed(view.challenges);
    fail(status, api::kStateInvalid,
         failed != nullptr ? describe_failed(**failed)
                           : or_else(order.error, "the server says that the order is invalid"),
         now);
  } else if (order.status == api::kStateValid && !order.certificate.empty()) {
    status.state = api::kStateValid;
    view.memory = {.certificate_url = order.certificate};
  } else if (order.status == api::kStateProcessing || order.status == api::kStateValid) {
    look_again(view, order, pace);
    if (view.memory.looks.count >= kLooksBeforeTold) status.state = api::kStateProcessing;
  } else if (is_beyond_help(view)) {
    fail(status, api::kStateErrored, std::string(kFailedToFinalize) + view.refusal->message, now);
  } else if (order.status == api::kStateReady) {
    status.state = api::kStateReady;
    view.memory.is_with_server = false;
    if (view.refusal) look_again(view, order, pace);
  } else {
    learn_pending(view, order, pace, now);
  }
}

void fail(api::OrderStatus& status, std::string_view state, std::string reason, TimePoint now) {
  status.state = state;
  status.reason = std::move(reason);
  if (!status.failure_time) status.failure_time = now;
}

}  // namespace cw::controller::acme
