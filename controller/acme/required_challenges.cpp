#include "controller/acme/required_challenges.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "controller/acme/solver_choice.h"
#include "lib/api/acme_state.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/issuance/hashed_name.h"
#include "lib/kube/encode.h"

namespace cw::controller::acme {
namespace {

bool is_same_challenge(const api::ChallengeSpec& a, const api::ChallengeSpec& b) {
  return a.authorization_url == b.authorization_url && a.type == b.type && a.url == b.url &&
         a.dns_name == b.dns_name && a.token == b.token;
}

bool answers(const api::Challenge& owned, const api::Challenge& required) {
  if (!is_same_challenge(owned.spec, required.spec)) return false;
  return api::is_final_state(owned.status.state) || owned.metadata.name == required.metadata.name ||
         owned.spec.solver == required.spec.solver;
}

// Nothing can be created beside it: it has that name, or puts up the same answer.
bool stands_in_the_way(const api::Challenge& owned, const api::Challenge& required) {
  return owned.metadata.name == required.metadata.name || is_same_challenge(owned.spec, required.spec);
}

// By the UID of the Order too: one that was created anew has Challenges of its own.
std::string name_of(const api::Order& order, const api::ChallengeSpec& spec) {
  const auto identity = order.metadata.uid + kube::to_json(spec).dump();
  return issuance::hashed_name(order.metadata.name, identity);
}

// The field knows no such type: the Challenge stays one of HTTP-01 for it, with a mark for us.
bool turn_to_tls_alpn01(const OrderView& view, const api::Authorization& authorization,
                        ChosenSolver& chosen) {
  const bool asked_for =
      view.order.metadata.annotations.get(api::kTlsAlpn01Annotation) == api::kAnnotationTrue;
  const bool wanted =
      view.tls_alpn01 == TlsAlpn01::Always || (view.tls_alpn01 == TlsAlpn01::IfAnnotated && asked_for);
  if (!wanted || !chosen.solver.http01) return false;
  const auto& offered = authorization.challenges;
  const auto found = std::find_if(offered.begin(), offered.end(),
                                  [](const auto& challenge) { return challenge.type == "tls-alpn-01"; });
  if (found == offered.end()) return false;
  chosen.challenge.url = found->url;
  chosen.challenge.token = found->token;
  return true;
}

api::Challenge make_challenge(const OrderView& view, const api::Authorization& authorization,
                              ChosenSolver chosen) {
  const bool by_tls_alpn01 = turn_to_tls_alpn01(view, authorization, chosen);
  const auto& order = view.order;
  api::Challenge challenge;
  auto& spec = challenge.spec;
  spec.url = chosen.challenge.url;
  spec.authorization_url = authorization.url;
  spec.dns_name = authorization.identifier;
  spec.wildcard = authorization.wildcard.value_or(false);
  spec.type = challenge_type(chosen.challenge);
  spec.token = chosen.challenge.token;
  spec.solver = std::move(chosen.solver);
  spec.issuer_ref = order.spec.issuer_ref;
  auto& metadata = challenge.metadata;
  metadata.name = name_of(order, spec);
  metadata.name_space = order.metadata.name_space;
  metadata.labels = order.metadata.labels;
  metadata.annotations = order.metadata.annotations;
  metadata.annotations.erase(api::kTlsAlpn01Annotation);
  if (by_tls_alpn01) metadata.annotations.set(api::kTlsAlpn01Annotation, std::string(api::kAnnotationTrue));
  metadata.owner_references.push_back(kube::controller_reference(api::kOrders, order.metadata));
  metadata.finalizers.push_back(std::string(api::kChallengeFinalizer));
  return challenge;
}

}  // namespace

Result<std::vector<api::Challenge>> required_challenges(const OrderView& view) {
  std::vector<api::Challenge> required;
  for (const auto& authorization : view.status.authorizations) {
    if (authorization.initial_state == api::kStateValid) continue;
    auto chosen = TRY(choose_solver(view.issuer, view.order.metadata, authorization));
    required.push_back(make_challenge(view, authorization, std::move(chosen)));
  }
  return required;
}

ChallengeMatch match_challenges(const std::vector<api::Challenge>& required,
                                const std::vector<ChallengePointer>& owned) {
  ChallengeMatch match;
  std::set<const api::Challenge*> used;
  for (const auto& wanted : required) {
    const auto found = std::find_if(owned.begin(), owned.end(), [&](const ChallengePointer& candidate) {
      return !candidate->metadata.deletion_timestamp && !used.contains(candidate.get()) &&
             answers(*candidate, wanted);
    });
    if (found != owned.end()) {
      used.insert(found->get());
      match.answers.push_back(*found);
      continue;
    }
    const bool blocked = std::any_of(owned.begin(), owned.end(), [&](const ChallengePointer& candidate) {
      return stands_in_the_way(*candidate, wanted);
    });
    if (!blocked) match.missing.push_back(wanted);
  }
  match.complete = match.answers.size() == required.size();
  for (const auto& candidate : owned) {
    if (!used.contains(candidate.get()) && !candidate->metadata.deletion_timestamp) {
      match.useless.push_back(candidate);
    }
  }
  return match;
}

}  // namespace cw::controller::acme
