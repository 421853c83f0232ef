#include "controller/acme/order_reconcile.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "controller/acme/find_client.h"
#include "controller/acme/order_pass.h"
#include "lib/api/acme_state.h"
#include "lib/api/references.h"
#include "lib/api/resources.h"

namespace cw::controller::acme {
namespace {

using watch::index_value;

bool is_finished(const api::Order& order) {
  const auto& status = order.status;
  return api::is_failed_state(status.state) ||
         (status.state == api::kStateValid && !status.certificate.empty());
}

}  // namespace

OrderReconciler::OrderReconciler(Parts parts) : parts_(std::move(parts)) {
  by_issuer_ = parts_.orders.add_index([](const api::Order& order) {
    if (is_finished(order)) return std::vector<std::string>{};
    return std::vector<std::string>{
        index_value(api::issuer_key(order.spec.issuer_ref, order.metadata.name_space))};
  });
  by_order_ = parts_.challenges.add_index([](const api::Challenge& challenge) {
    const auto order = order_of(challenge);
    if (!order) return std::vector<std::string>{};
    return std::vector<std::string>{index_value(*order)};
  });
}

Result<runtime::Outcome> OrderReconciler::reconcile(const kube::ObjectKey& key) {
  const auto order = parts_.orders.find(key);
  if (!order && parts_.orders.unreadable(key)) return runtime::Outcome{};
  if (!order || order->metadata.deletion_timestamp) {
    TRY(clear_away(key));
    return runtime::Outcome{};
  }
  if (!api::is_built_in_group(order->spec.issuer_ref)) return runtime::Outcome{};
  auto challenges = challenges_of(key);
  std::erase_if(challenges, [&](const ChallengePointer& challenge) {
    return !kube::is_controlled_by(challenge->metadata, order->metadata.uid);
  });
  if (is_finished(*order)) {
    memory_.forget(key);
    for (const auto& challenge : leftovers(order->status, challenges)) {
      TRY(remove_challenge(parts_.writer, *challenge));
    }
    return runtime::Outcome{};
  }
  const auto served =
      TRY(find_client(parts_.directory, parts_.clients, order->spec.issuer_ref, key.name_space));
  const OrderPass::Parts parts{
      .writer = parts_.writer,
      .events = parts_.events,
      .memory = memory_,
      .pace = parts_.pace,
      .now = parts_.clock.now(),
      .tls_alpn01 = parts_.tls_alpn01,
      .account_lost = [this, uid = served.issuer->metadata.uid] { return parts_.clients.doubt(uid); }};
  return OrderPass(parts, *order, *served.issuer->spec.acme, std::move(challenges), *served.client).run();
}

std::vector<kube::ObjectKey> OrderReconciler::waiting_for_issuer(const kube::ObjectKey& issuer) const {
  return parts_.orders.keys_by(by_issuer_, index_value(issuer));
}

std::optional<kube::ObjectKey> OrderReconciler::order_of(const api::Challenge& challenge) {
  const auto* owner = kube::find_controller(challenge.metadata);
  if (owner == nullptr || owner->kind != api::kOrders.kind) return std::nullopt;
  return kube::ObjectKey{challenge.metadata.name_space, owner->name};
}

std::vector<ChallengePointer> OrderReconciler::challenges_of(const kube::ObjectKey& order) const {
  std::vector<ChallengePointer> challenges;
  for (auto& [key, challenge] : parts_.challenges.find_by(by_order_, index_value(order))) {
    challenges.push_back(std::move(challenge));
  }
  return challenges;
}

// The Order is gone, or going: so are its Challenges, whether somebody collects garbage or not.
Status OrderReconciler::clear_away(const kube::ObjectKey& order) {
  memory_.forget(order);
  for (const auto& challenge : challenges_of(order)) {
    if (!challenge->metadata.deletion_timestamp) TRY(remove_challenge(parts_.writer, *challenge));
  }
  return Done{};
}

}  // namespace cw::controller::acme
