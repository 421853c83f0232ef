#include "controller/acme/challenge_decide.h"

#include <algorithm>

#include "lib/api/acme_state.h"
#include "lib/api/names.h"
#include "lib/kube/field_error.h"

namespace cw::controller::acme {
namespace {

using std::chrono::seconds;

constexpr seconds kAuthorizationLimit = std::chrono::minutes(2);
// What is visible after these looks (about a second) was never worth a word.
constexpr unsigned kLooksBeforeTold = 3;
constexpr milliseconds kSoonest{200};

void end(ChallengeView& view, std::string_view state, std::string reason) {
  auto& status = view.challenge.status;
  status.state = state;
  status.reason = std::move(reason);
  // What is put up is taken down next: the finalizer stands for that.
  status.processing = false;
  status.presented = false;
}

std::string refused_by_server(const ChallengeView& view, const std::string& what) {
  return "Error accepting authorization: acme: authorization error for " + view.challenge.spec.dns_name +
         ": " + what;
}

const wire::Challenge* find_challenge(const wire::Authorization& authorization, const std::string& url) {
  const auto found = std::find_if(authorization.challenges.begin(), authorization.challenges.end(),
                                  [&](const wire::Challenge& challenge) { return challenge.url == url; });
  return found != authorization.challenges.end() ? &*found : nullptr;
}

ChallengeStep take_down(const ChallengeView& view) {
  const auto& challenge = view.challenge;
  const bool is_deleted = challenge.metadata.deletion_timestamp.has_value();
  if (is_held(challenge) && !view.memory.is_cleaned) return CleanUp{};
  if (!is_deleted && (challenge.status.processing || challenge.status.presented)) return SettleStatus{};
  if (is_held(challenge)) return LetGo{};
  return Idle{};
}

std::optional<WaitFor> instead_of_check(const ChallengeView& view, Duration wanted) {
  const auto since = view.challenge.status.presented_at.value_or(view.now);
  const auto left = std::chrono::ceil<milliseconds>(since + wanted - view.now);
  if (left <= milliseconds(0)) return std::nullopt;
  return WaitFor{std::min<milliseconds>(left, view.check_retry_period)};
}

ChallengeStep make_visible(const ChallengeView& view) {
  if (view.memory.is_visible) return Accept{};
  if (const auto& wanted = view.challenge.spec.solver.wait_instead_of_self_check) {
    if (const auto wait = instead_of_check(view, *wanted)) return *wait;
    return Accept{};
  }
  if (!view.memory.looks.due(view.steady_now)) return WaitFor{view.memory.looks.left(view.steady_now)};
  return Check{};
}

void learn_pending(ChallengeView& view, const wire::Authorization& authorization,
                   const wire::Challenge& challenge, const Pace& pace,
                   const std::optional<wire::Failure>& refusal) {
  const bool is_at_work = challenge.status == api::kStateProcessing || challenge.status == api::kStateValid;
  if (!view.memory.is_accepted && !is_at_work) {
    // Nobody has told the server to look yet.
    if (refusal) learn_refusal(view, *refusal);
    view.challenge.status.state =
        view.challenge.status.state.empty() ? std::string(api::kStatePending) : view.challenge.status.state;
    return;
  }
  if (!view.memory.is_accepted) {
    view.memory.is_accepted = true;
    view.memory.accepted_at = view.now;
    view.memory.looks = {};
  }
  view.memory.looks = look_later(view.memory.looks, pace, authorization.retry_after, view.steady_now);
}

}  // namespace

ChallengeStep next_step(const ChallengeView& view) {
  const auto& challenge = view.challenge;
  const auto& memory = view.memory;
  if (challenge.metadata.deletion_timestamp || api::is_final_state(challenge.status.state)) {
    return take_down(view);
  }
  if (!view.has_slot) return Queue{};
  const auto& finalizers = challenge.metadata.finalizers;
  if (!kube::has_finalizer(challenge.metadata, api::kChallengeFinalizer) ||
      with_finalizer(finalizers).size() != finalizers.size()) {
    return HoldOpen{};
  }
  if (!challenge.status.presented) return Present{};
  if (memory.is_accepted) {
    if (!memory.looks.due(view.steady_now)) return WaitFor{memory.looks.left(view.steady_now)};
    return LookAtAuthorization{};
  }
  if (!memory.knows_server) return LookAtAuthorization{};
  return make_visible(view);
}

void learn_visibility(ChallengeView& view, const Result<Visibility>& seen, const Pace& pace) {
  auto& memory = view.memory;
  if (seen && seen->visible) {
    memory.is_visible = true;
    memory.looks = {};
    return;
  }
  const Pace checks{.first = pace.first, .last = view.check_retry_period};
  memory.looks = look_later(memory.looks, checks, std::nullopt, view.steady_now);
  if (seen && seen->look_again) {
    const auto wanted =
        std::clamp<milliseconds>(*seen->look_again, std::min(kSoonest, pace.first), view.check_retry_period);
    memory.looks.next = view.steady_now + wanted;
  }
  if (memory.looks.count < kLooksBeforeTold) return;
  view.challenge.status.reason = "Waiting for " + view.challenge.spec.type +
                                 " challenge propagation: " + (seen ? seen->reason : seen.error().message);
}

void learn_authorization(ChallengeView& view, const wire::Authorization& authorization, const Pace& pace,
                         const std::optional<wire::Failure>& refusal) {
  view.memory.knows_server = true;
  const auto* challenge = find_challenge(authorization, view.challenge.spec.url);
  if (authorization.status == api::kStateValid) {
    end(view, api::kStateValid, "Successfully authorized domain");
  } else if (authorization.status == api::kStateExpired) {
    end(view, api::kStateExpired, refused_by_server(view, "the authorization has expired"));
  } else if (challenge == nullptr && refusal) {
    learn_refusal(view, *refusal);
  } else if (challenge == nullptr) {
    end(view, api::kStateErrored, refused_by_server(view, "it has no such challenge any more"));
  } else if (authorization.status != api::kStatePending) {
    end(view, api::kStateInvalid,
        refused_by_server(view, challenge->error.empty() ? "the authorization is " + authorization.status
                                                         : challenge->error));
  } else if (challenge->status == api::kStateInvalid) {
    end(view, api::kStateInvalid, refused_by_server(view, challenge->error));
  } else {
    learn_pending(view, authorization, *challenge, pace, refusal);
  }
}

void learn_refusal(ChallengeView& view, const wire::Failure& failure) {
  const auto state = failure.is("malformed") ? api::kStateExpired : api::kStateErrored;
  end(view, state, refused_by_server(view, failure.message));
}

bool takes_too_long(const ChallengeView& view) {
  return view.memory.is_accepted && view.now - view.memory.accepted_at >= kAuthorizationLimit;
}

kube::List<std::string> without_finalizers(const kube::List<std::string>& finalizers) {
  kube::List<std::string> left(std::vector<std::string>{});
  for (const auto& finalizer : finalizers) {
    if (finalizer == api::kChallengeFinalizer || finalizer == api::kLegacyChallengeFinalizer) continue;
    left.push_back(finalizer);
  }
  return left;
}

kube::List<std::string> with_finalizer(const kube::List<std::string>& finalizers) {
  auto with = without_finalizers(finalizers);
  with.push_back(std::string(api::kChallengeFinalizer));
  return with;
}

bool is_held(const api::Challenge& challenge) {
  return without_finalizers(challenge.metadata.finalizers).size() != challenge.metadata.finalizers.size();
}

}  // namespace cw::controller::acme
