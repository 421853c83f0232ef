#include "controller/acme/challenge_reconcile.h"

#include <utility>

#include "lib/api/acme_state.h"
#include "lib/api/references.h"

namespace cw::controller::acme {
namespace {

using watch::index_value;

bool is_under_way(const api::Challenge& challenge) {
  return !challenge.metadata.deletion_timestamp && !api::is_final_state(challenge.status.state);
}

}  // namespace

ChallengeReconciler::ChallengeReconciler(Parts parts)
    : parts_(std::move(parts)), slots_(parts_.max_concurrent) {
  if (parts_.enqueue) slots_.on_free(parts_.enqueue);
  by_issuer_ = parts_.challenges.add_index([](const api::Challenge& challenge) {
    if (!is_under_way(challenge) && !is_held(challenge)) return std::vector<std::string>{};
    return std::vector<std::string>{
        index_value(api::issuer_key(challenge.spec.issuer_ref, challenge.metadata.name_space))};
  });
}

Result<runtime::Outcome> ChallengeReconciler::reconcile(const kube::ObjectKey& key) {
  std::call_once(remembered_, [this] { remember_slots(); });
  const auto challenge = parts_.challenges.find(key);
  if (!challenge) {
    slots_.release(key);
    memory_.forget(key);
    return runtime::Outcome{};
  }
  if (!api::is_built_in_group(challenge->spec.issuer_ref)) return runtime::Outcome{};
  const ChallengePass::Parts parts{.directory = parts_.directory,
                                   .clients = parts_.clients,
                                   .solvers = parts_.solvers,
                                   .writer = parts_.writer,
                                   .events = parts_.events,
                                   .slots = slots_,
                                   .memory = memory_,
                                   .options = parts_.options,
                                   .pace = parts_.pace,
                                   .now = parts_.clock.now()};
  return ChallengePass(parts, *challenge).run();
}

std::vector<kube::ObjectKey> ChallengeReconciler::waiting_for_issuer(const kube::ObjectKey& issuer) const {
  return parts_.challenges.keys_by(by_issuer_, index_value(issuer));
}

// Of those that a process before this one was working on.
void ChallengeReconciler::remember_slots() {
  parts_.challenges.for_each([this](const api::Challenge& challenge) {
    if (challenge.status.processing && is_under_way(challenge)) {
      slots_.hold(kube::key_of(challenge.metadata), challenge);
    }
  });
}

}  // namespace cw::controller::acme
