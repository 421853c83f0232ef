#include "cli/explain/offline_rulebook.h"

#include <algorithm>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/api/resources.h"
#include "lib/kube/json_access.h"
#include "lib/kube/label_selector.h"

namespace cw::cli::explain {
namespace {

using kube::Json;

// Aggregated roles may name each other; the controller that fills them goes on until nothing changes.
constexpr int kMaxAggregationRounds = 8;

// What each cluster has from the start, as far as a rule of it may concern policies: by itself cluster-admin
// alone, the others through roles that are aggregated to them.
constexpr std::string_view kBuiltIn = R"([
  {"metadata": {"name": "cluster-admin"}, "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]},
  {"metadata": {"name": "admin"}, "aggregationRule": {"clusterRoleSelectors":
    [{"matchLabels": {"rbac.authorization.k8s.io/aggregate-to-admin": "true"}}]}},
  {"metadata": {"name": "edit", "labels": {"rbac.authorization.k8s.io/aggregate-to-admin": "true"}},
   "aggregationRule": {"clusterRoleSelectors":
    [{"matchLabels": {"rbac.authorization.k8s.io/aggregate-to-edit": "true"}}]}},
  {"metadata": {"name": "view", "labels": {"rbac.authorization.k8s.io/aggregate-to-edit": "true"}},
   "aggregationRule": {"clusterRoleSelectors":
    [{"matchLabels": {"rbac.authorization.k8s.io/aggregate-to-view": "true"}}]}}
])";
constexpr std::string_view kBuiltInBinding = R"({"metadata": {"name": "cluster-admin"},
  "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
  "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:masters"}]})";

struct ClusterRoleEntry {
  rbac::Role role;
  std::vector<kube::LabelSelector> selectors = {};  // of the aggregation rule; empty: not aggregated
};
using ClusterRoles = std::map<std::string, ClusterRoleEntry>;

bool is_aggregated_to(const ClusterRoleEntry& to, const rbac::Role& from) {
  return &to.role != &from &&
         std::any_of(to.selectors.begin(), to.selectors.end(),
                     [&](const auto& selector) { return selector.matches(from.metadata.labels); });
}

std::vector<rbac::PolicyRule> aggregated_rules(const ClusterRoleEntry& to, const ClusterRoles& all) {
  std::vector<rbac::PolicyRule> rules;
  for (const auto& [name, from] : all) {
    if (!is_aggregated_to(to, from.role)) continue;
    for (const rbac::PolicyRule& rule : from.role.rules) {
      if (std::find(rules.begin(), rules.end(), rule) == rules.end()) rules.push_back(rule);
    }
  }
  return rules;
}

void aggregate(ClusterRoles& all) {
  for (int round = 0; round < kMaxAggregationRounds; ++round) {
    bool changed = false;
    for (auto& [name, entry] : all) {
      if (entry.selectors.empty()) continue;
      kube::List<rbac::PolicyRule> rules(aggregated_rules(entry, all));
      changed = changed || rules.items() != entry.role.rules.items();
      entry.role.rules = std::move(rules);
    }
    if (!changed) return;
  }
}

class OfflineRulebook final : public rbac::Rulebook {
 public:
  Status add_cluster_role(const Json& object) {
    rbac::Role role = TRY(rbac::decode_role(object));
    ClusterRoleEntry entry{.role = std::move(role)};
    for (const Json& selector :
         kube::array_member(kube::object_member(object, "aggregationRule"), "clusterRoleSelectors")) {
      entry.selectors.push_back(TRY(kube::LabelSelector::decode(selector)));
    }
    const std::string name = entry.role.metadata.name;
    cluster_roles_[name] = std::move(entry);
    return Done{};
  }
  Status add_role(const Json& object, const std::string& name_space) {
    rbac::Role role = TRY(rbac::decode_role(object));
    if (role.metadata.name_space.empty()) role.metadata.name_space = name_space;
    const kube::ObjectKey key{role.metadata.name_space, role.metadata.name};
    roles_[key] = std::move(role);
    return Done{};
  }
  // `name_space` is empty for a ClusterRoleBinding.
  Status add_binding(const Json& object, const std::string& name_space) {
    rbac::Binding binding = TRY(rbac::decode_binding(object));
    std::string& stated = binding.metadata.name_space;
    if (name_space.empty() || stated.empty()) stated = name_space;
    const kube::ObjectKey key{stated, binding.metadata.name};
    bindings_[key] = std::move(binding);
    return Done{};
  }
  void close() { aggregate(cluster_roles_); }

  void for_each_binding(const std::string& name_space, const Visit& visit) const override {
    for (const auto& [key, binding] : bindings_) {
      if (!key.name_space.empty() && key.name_space != name_space) continue;
      if (!visit(binding)) return;
    }
  }

  // The rulebook owns the role, and outlives what is asked of it.
  std::shared_ptr<const rbac::Role> find_role(const rbac::RoleReference& wanted,
                                              const std::string& name_space) const override {
    const auto shared = [](const rbac::Role& role) {
      return std::shared_ptr<const rbac::Role>(std::shared_ptr<const void>(), &role);
    };
    if (wanted.kind == api::kClusterRoles.kind) {
      const auto found = cluster_roles_.find(wanted.name);
      return found != cluster_roles_.end() ? shared(found->second.role) : nullptr;
    }
    if (wanted.kind != api::kRoles.kind || name_space.empty()) return nullptr;
    const auto found = roles_.find({name_space, wanted.name});
    return found != roles_.end() ? shared(found->second) : nullptr;
  }

 private:
  ClusterRoles cluster_roles_;
  std::map<kube::ObjectKey, rbac::Role> roles_;
  std::map<kube::ObjectKey, rbac::Binding> bindings_;
};

Status add_built_in(OfflineRulebook& rulebook) {
  for (const Json& role : TRY(kube::parse_json(kBuiltIn))) TRY(rulebook.add_cluster_role(role));
  return rulebook.add_binding(TRY(kube::parse_json(kBuiltInBinding)), "");
}

Status add(OfflineRulebook& rulebook, const Json& object, const std::string& name_space) {
  if (is_a(object, api::kClusterRoles)) return rulebook.add_cluster_role(object);
  if (is_a(object, api::kRoles)) return rulebook.add_role(object, name_space);
  if (is_a(object, api::kClusterRoleBindings)) return rulebook.add_binding(object, "");
  if (is_a(object, api::kRoleBindings)) return rulebook.add_binding(object, name_space);
  return Done{};
}

}  // namespace

Result<std::unique_ptr<const rbac::Rulebook>> rulebook_from(const std::vector<Manifest>& manifests,
                                                            const std::string& name_space) {
  auto rulebook = std::make_unique<OfflineRulebook>();
  TRY(add_built_in(*rulebook));
  for (const Manifest& one : manifests) {
    const Status added = add(*rulebook, one.object, name_space);
    if (!added) return Error{added.error().code, one.where + ": " + added.error().message};
  }
  rulebook->close();
  return std::unique_ptr<const rbac::Rulebook>(std::move(rulebook));
}

}  // namespace cw::cli::explain
