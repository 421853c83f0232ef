#include "apiserver/webhooks/snapshot.h"

#include <nlohmann/json.hpp>

#include "apiserver/webhooks/configuration_kinds.h"

namespace cw::apiserver::webhooks {
namespace {

void add(std::vector<Webhook>& webhooks, const std::vector<ObjectPtr>& configurations, WebhookKind kind,
         const cel::Environment& environment) {
  for (const ObjectPtr& configuration : configurations) {
    for (Webhook& webhook : decode_webhooks(parse_object(*configuration), kind, environment)) {
      webhooks.push_back(std::move(webhook));
    }
  }
}

}  // namespace

Result<SnapshotPtr> Snapshots::now() const {
  static const StoreScope kMutating{std::string(kMutatingConfigurations)};
  static const StoreScope kValidating{std::string(kValidatingConfigurations)};
  std::vector<ObjectPtr> mutating = TRY(store_.list(kMutating)).objects;
  std::vector<ObjectPtr> validating = TRY(store_.list(kValidating)).objects;
  if (mutating.empty() && validating.empty()) return SnapshotPtr();
  const std::scoped_lock lock(mutex_);
  const bool known =
      last_ != nullptr && last_->mutating_from == mutating && last_->validating_from == validating;
  if (known) return last_;
  auto next = std::make_shared<Snapshot>();
  add(next->mutating, mutating, WebhookKind::Mutating, environment_);
  add(next->validating, validating, WebhookKind::Validating, environment_);
  next->mutating_from = std::move(mutating);
  next->validating_from = std::move(validating);
  last_ = next;
  return last_;
}

}  // namespace cw::apiserver::webhooks
