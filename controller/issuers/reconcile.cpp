#include "controller/issuers/reconcile.h"

#include <nlohmann/json.hpp>

#include "controller/issuers/issuer_type.h"
#include "lib/api/resources.h"
#include "lib/kube/encode.h"

namespace cw::controller::issuers {
namespace {

// In a merge patch null takes a member away.
kube::Json account_patch(const api::AcmeIssuerStatus& account) {
  const auto member = [](const std::string& text) { return text.empty() ? kube::Json() : kube::Json(text); };
  return {{"uri", member(account.uri)},
          {"lastRegisteredEmail", member(account.last_registered_email)},
          {"lastPrivateKeyHash", member(account.last_private_key_hash)}};
}

}  // namespace

Result<runtime::Outcome> IssuerReconciler::reconcile(const kube::ObjectKey& key) {
  const auto issuer = parts_.directory.find(key);
  const bool is_acme = issuer && type_of(issuer->spec) == IssuerType::Acme;
  if (!is_acme) parts_.acme.forget(key);
  if (!issuer || issuer->metadata.deletion_timestamp) return runtime::Outcome{};
  const auto decision = is_acme ? parts_.acme.set_up(*issuer) : decide(observe(*issuer), parts_.clock.now());
  TRY(apply(*issuer, decision));
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

Status IssuerReconciler::apply(const api::Issuer& issuer, const IssuerDecision& decision) {
  if (!decision.ready) return Done{};
  const auto& metadata = issuer.metadata;
  auto conditions = issuer.status.conditions;
  settle_ready(conditions, *decision.ready, parts_.clock.now());
  const bool same_account =
      !decision.acme || *decision.acme == issuer.status.acme.value_or(api::AcmeIssuerStatus{});
  if (conditions == issuer.status.conditions && same_account) return Done{};
  const auto& resource = metadata.name_space.empty() ? api::kClusterIssuers : api::kIssuers;
  kube::Json patch = {{"metadata", {{"resourceVersion", metadata.resource_version}}},
                      {"status", {{"conditions", kube::to_json(conditions)}}}};
  if (decision.acme) patch["status"]["acme"] = account_patch(*decision.acme);
  TRY(parts_.writer.merge_patch(resource, kube::key_of(metadata), kube::Part::Status, patch,
                                {.field_manager = "cert-manager-issuers"}));
  if (decision.event) parts_.events.record(runtime::subject_of(resource, metadata), *decision.event);
  return Done{};
}

}  // namespace cw::controller::issuers
