#include "controller/issuers/reconcile.h"

#include <nlohmann/json.hpp>

#include "controller/issuers/issuer_type.h"
#include "lib/api/resources.h"
#include "lib/kube/encode.h"

namespace cw::controller::issuers {

Result<runtime::Outcome> IssuerReconciler::reconcile(const kube::ObjectKey& key) {
  const auto issuer = parts_.directory.find(key);
  if (!issuer || issuer->metadata.deletion_timestamp) return runtime::Outcome{};
  const auto view = observe(*issuer);
  const auto decision = decide(view, parts_.clock.now());
  TRY(apply(view, decision));
  if (decision.retry) return *decision.retry;
  return runtime::Outcome{.again_at = decision.look_again};
}

IssuerView IssuerReconciler::observe(const api::Issuer& issuer) {
  IssuerView view{.issuer = issuer, .key_pair = std::nullopt};
  if (type_of(issuer.spec) == IssuerType::Ca) {
    view.key_pair =
        parts_.key_pairs.load({parts_.directory.resource_namespace(issuer), issuer.spec.ca->secret_name});
  }
  return view;
}

Status IssuerReconciler::apply(const IssuerView& view, const IssuerDecision& decision) {
  if (!decision.ready) return Done{};
  const auto& metadata = view.issuer.metadata;
  auto conditions = view.issuer.status.conditions;
  settle_ready(conditions, *decision.ready, parts_.clock.now());
  if (conditions == view.issuer.status.conditions) return Done{};
  const auto& resource = metadata.name_space.empty() ? api::kClusterIssuers : api::kIssuers;
  const kube::Json patch = {{"metadata", {{"resourceVersion", metadata.resource_version}}},
                            {"status", {{"conditions", kube::to_json(conditions)}}}};
  TRY(parts_.writer.merge_patch(resource, kube::key_of(metadata), kube::Part::Status, patch,
                                {.field_manager = "cert-manager-issuers"}));
  if (decision.event) parts_.events.record(runtime::subject_of(resource, metadata), *decision.event);
  return Done{};
}

}  // namespace cw::controller::issuers
