#include "cli/explain/offline_world.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "cli/explain/offline_rulebook.h"
#include "lib/api/certificate_request_policy.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/kube/decode.h"
#include "lib/kube/json_access.h"

namespace cw::cli::explain {
namespace {

using kube::Json;

constexpr std::string_view kUse = "use";

// Metadata is all that counts of a Namespace or an issuer.
struct MetadataOnly {
  kube::ObjectMeta metadata;
};

template <kube::FieldsOf<MetadataOnly> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("metadata", s.metadata);
}

// As the controller would make it of a policy that nothing is wrong with.
kube::Condition ready() {
  kube::Condition condition;
  condition.type = api::kReady;
  condition.status = kube::kConditionTrue;
  condition.reason = api::kReady;
  return condition;
}

Result<policy::PolicyPointer> policy_of(const Json& object) {
  api::CertificateRequestPolicy policy = TRY(api::decode_certificate_request_policy(object));
  if (policy.metadata.name.empty()) return Error{Code::Invalid, "metadata.name: is missing"};
  const Json* status = kube::find_member(object, "status");
  const bool has_status = status != nullptr && !status->is_null();
  if (!has_status) policy.status.conditions = {ready()};
  return policy::CompiledPolicy::compile(std::move(policy));
}

rbac::Attributes use_of(const std::string& policy, const std::string& name_space) {
  return {.verb = std::string(kUse),
          .api_group = std::string(api::kCertificateRequestPolicies.group),
          .resource = std::string(api::kCertificateRequestPolicies.plural),
          .name = policy,
          .name_space = name_space};
}

std::string shown(const api::IssuerReference& reference, const std::string& name_space) {
  const std::string kind(api::issuer_kind(reference));
  return kind == api::kIssuers.kind ? kind + " " + name_space + "/" + reference.name
                                    : kind + " " + reference.name;
}

}  // namespace

Result<std::unique_ptr<OfflineWorld>> OfflineWorld::from(const std::vector<Manifest>& manifests,
                                                         const std::string& name_space) {
  auto rulebook = TRY(rulebook_from(manifests, name_space));
  std::unique_ptr<OfflineWorld> world(new OfflineWorld(std::move(rulebook)));
  PoliciesByName policies;
  for (const Manifest& one : manifests) {
    const Status added = world->add(one.object, name_space, policies);
    if (!added) return Error{added.error().code, one.where + ": " + added.error().message};
  }
  for (auto& [name, policy] : policies) world->policies_.push_back(std::move(policy));
  return world;
}

Status OfflineWorld::add(const Json& object, const std::string& name_space, PoliciesByName& policies) {
  if (is_a(object, api::kCertificateRequestPolicies)) {
    policy::PolicyPointer policy = TRY(policy_of(object));
    policies[policy->name()] = policy;
    return Done{};
  }
  const bool is_namespace = is_a(object, api::kNamespaces);
  const bool is_cluster_issuer = is_a(object, api::kClusterIssuers);
  if (!is_namespace && !is_cluster_issuer && !is_a(object, api::kIssuers)) return Done{};
  kube::ObjectMeta metadata = TRY(kube::decode_object<MetadataOnly>(object)).metadata;
  if (is_namespace) {
    namespaces_[metadata.name] = std::move(metadata.labels);
    return Done{};
  }
  std::string home = is_cluster_issuer             ? std::string()
                     : metadata.name_space.empty() ? name_space
                                                   : metadata.name_space;
  issuers_[{std::move(home), metadata.name}] = std::move(metadata.annotations);
  return Done{};
}

std::vector<std::string> OfflineWorld::namespaces() const {
  std::vector<std::string> names;
  for (const auto& [name, labels] : namespaces_) names.push_back(name);
  return names;
}

std::vector<std::string> OfflineWorld::gaps(const api::IssuerReference& issuer,
                                            const std::string& name_space) const {
  std::vector<std::string> all;
  if (policies_.empty()) all.emplace_back("the files have no CertificateRequestPolicy");
  if (!namespaces_.contains(name_space)) {
    all.push_back("the files have no Namespace " + name_space + ", so its labels are not known");
  }
  const Result<std::optional<kube::Map>> annotations = issuer_annotations(issuer, name_space);
  if (api::is_built_in_group(issuer) && annotations && !*annotations) {
    all.push_back("the files have no " + shown(issuer, name_space) +
                  ", so annotations on it that restrict its use are not known");
  }
  return all;
}

Result<std::optional<kube::Map>> OfflineWorld::namespace_labels(const std::string& name) const {
  const auto found = namespaces_.find(name);
  if (found != namespaces_.end()) return std::optional(found->second);
  return Error{Code::NotFound, "the files have no Namespace " + name + ", so its labels are not known"};
}

Result<std::optional<kube::Map>> OfflineWorld::issuer_annotations(const api::IssuerReference& reference,
                                                                  const std::string& name_space) const {
  const std::string_view kind = api::issuer_kind(reference);
  const bool ours =
      api::is_built_in_group(reference) && (kind == api::kIssuers.kind || kind == api::kClusterIssuers.kind);
  if (!ours) return std::optional<kube::Map>();
  const auto found = issuers_.find(api::issuer_key(reference, name_space));
  return found != issuers_.end() ? std::optional(found->second) : std::nullopt;
}

Result<bool> OfflineWorld::may_use(const kube::UserInfo& user, const std::string& policy,
                                   const std::string& name_space) const {
  return rbac::is_allowed(*rulebook_, user, use_of(policy, name_space));
}

std::vector<Result<bool>> OfflineWorld::may_use_each(const kube::UserInfo& user,
                                                     std::span<const std::string> policies,
                                                     const std::string& name_space) const {
  std::vector<Result<bool>> answers;
  for (const std::string& policy : policies) answers.push_back(may_use(user, policy, name_space));
  return answers;
}

bool OfflineWorld::probably_may_use(const kube::UserInfo& user, const std::string& policy,
                                    const std::string& name_space) const {
  return rbac::is_allowed(*rulebook_, user, use_of(policy, name_space));
}

}  // namespace cw::cli::explain
