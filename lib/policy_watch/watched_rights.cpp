#include "lib/policy_watch/watched_rights.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/policy_watch/use_right.h"

namespace cw::policy {
namespace {

using watch::index_value;

// Of the rule as such: which of its names is asked for is not looked at.
bool speaks_of_policies(const rbac::PolicyRule& rule) {
  auto any = rule;
  any.resource_names = {};
  return rbac::allows(any, use_right({}, {}));
}

Result<WatchedRights::KeptRole> keep_role(const kube::Json& json) {
  auto role = TRY(rbac::decode_role(json));
  WatchedRights::KeptRole kept;
  for (auto& rule : role.rules) {
    if (speaks_of_policies(rule)) kept.rules.push_back(std::move(rule));
  }
  if (!kept.rules.empty()) kept.name_space = std::move(role.metadata.name_space);
  return kept;
}

Result<WatchedRights::KeptBinding> keep_binding(const kube::Json& json) {
  auto binding = TRY(rbac::decode_binding(json));
  const auto& role = binding.role_ref;
  const bool is_local = role.kind == api::kRoles.kind;
  return WatchedRights::KeptBinding{
      .name_space = binding.metadata.name_space,
      .subjects = {binding.subjects.begin(), binding.subjects.end()},
      .role = index_value({is_local ? binding.metadata.name_space : std::string(), role.name})};
}

std::vector<std::string> policies_of(const WatchedRights::KeptRole& role) {
  std::vector<std::string> names;
  for (const auto& rule : role.rules) {
    if (rule.resource_names.empty()) names.push_back(index_value({role.name_space, {}}));
    for (const auto& name : rule.resource_names) names.push_back(index_value({role.name_space, name}));
  }
  return names;
}

std::string bound_in(const std::string& name_space, const std::string& role) {
  return name_space + "|" + role;
}

std::vector<std::string> role_of(const WatchedRights::KeptBinding& binding) {
  return {bound_in(binding.name_space, binding.role)};
}

}  // namespace

WatchedRights::WatchedRights(const kube::KubeReader& reader, watch::Patience patience,
                             std::function<void(const std::string&)> changed)
    : changed_(std::move(changed)),
      cluster_roles_(reader, api::kClusterRoles, {}, keep_role, patience),
      roles_(reader, api::kRoles, {}, keep_role, patience),
      cluster_bindings_(reader, api::kClusterRoleBindings, {}, keep_binding, patience),
      bindings_(reader, api::kRoleBindings, {}, keep_binding, patience),
      cluster_roles_by_policy_(cluster_roles_.objects().add_index(policies_of)),
      roles_by_policy_(roles_.objects().add_index(policies_of)),
      cluster_bindings_by_role_(cluster_bindings_.objects().add_index(role_of)),
      bindings_by_role_(bindings_.objects().add_index(role_of)) {
  follow_roles(cluster_roles_);
  follow_roles(roles_);
  follow_bindings(cluster_bindings_);
  follow_bindings(bindings_);
}

void WatchedRights::follow_roles(RoleCache& cache) {
  cache.objects().on_change([this](const kube::ObjectKey& key, const auto& before, const auto& after) {
    const auto rules = [](const auto& role) { return role ? role->rules : std::vector<rbac::PolicyRule>(); };
    if (rules(before) != rules(after)) changed_(key.name_space);
  });
}

void WatchedRights::follow_bindings(BindingCache& cache) {
  cache.objects().on_change([this](const kube::ObjectKey& key, const auto& before, const auto& after) {
    if (before && after && *before == *after) return;
    if ((before && is_of_interest(*before)) || (after && is_of_interest(*after))) changed_(key.name_space);
  });
}

// A role that comes later than its binding is news of its own.
bool WatchedRights::is_of_interest(const KeptBinding& binding) const {
  const auto slash = binding.role.find('/');
  const kube::ObjectKey key{binding.role.substr(0, slash), binding.role.substr(slash + 1)};
  const auto& cache = key.name_space.empty() ? cluster_roles_ : roles_;
  if (!cache.synced()) return true;
  const auto role = cache.objects().find(key);
  return role && !role->rules.empty();
}

bool WatchedRights::may_use(const kube::UserInfo& user, const std::string& policy,
                            const std::string& name_space) const {
  const auto roles = roles_with(policy, name_space);
  return std::any_of(roles.begin(), roles.end(),
                     [&](const std::string& role) { return is_bound(user, role, name_space); });
}

// Roles that allow the use of this policy and may be bound in this namespace.
std::vector<std::string> WatchedRights::roles_with(const std::string& policy,
                                                   const std::string& name_space) const {
  const auto right = use_right(policy, name_space);
  std::vector<std::string> roles;
  const auto gather = [&](const RoleCache& cache, auto index, const std::string& where) {
    for (const auto& name : {std::string(), policy}) {
      for (const auto& key : cache.objects().keys_by(index, index_value({where, name}))) {
        const auto role = cache.objects().find(key);
        const bool allows = role && std::any_of(role->rules.begin(), role->rules.end(),
                                                [&](const auto& rule) { return rbac::allows(rule, right); });
        if (allows) roles.push_back(index_value(key));
      }
    }
  };
  gather(cluster_roles_, cluster_roles_by_policy_, {});
  gather(roles_, roles_by_policy_, name_space);
  return roles;
}

bool WatchedRights::is_bound(const kube::UserInfo& user, const std::string& role,
                             const std::string& name_space) const {
  const auto names_user = [&](const BindingCache& cache, auto index, const std::string& where) {
    for (const auto& key : cache.objects().keys_by(index, bound_in(where, role))) {
      const auto binding = cache.objects().find(key);
      if (!binding || binding->role != role) continue;
      for (const auto& subject : binding->subjects) {
        if (rbac::names(subject, user, where)) return true;
      }
    }
    return false;
  };
  return names_user(cluster_bindings_, cluster_bindings_by_role_, {}) ||
         names_user(bindings_, bindings_by_role_, name_space);
}

}  // namespace cw::policy
