// WatchedRights: the roles and bindings of the cluster as far as they speak of the verb "use" on
// CertificateRequestPolicies: a guess, without asking the API server, of who may use which policy. Other
// roles are kept as a name, bindings as who is bound to what. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/kube/client.h"
#include "lib/rbac/rules.h"
#include "lib/watch/watch_cache.h"

namespace cw::policy {

class WatchedRights {
 public:
  // `changed` is called with the namespace in which somebody's rights may be others now; empty: in all.
  WatchedRights(const kube::KubeReader&, watch::Patience, std::function<void(const std::string&)> changed);

  // The rules that speak of policies; none for most roles.
  struct KeptRole {
    std::string name_space;  // if there are rules
    std::vector<rbac::PolicyRule> rules;
    bool operator==(const KeptRole&) const = default;
  };
  struct KeptBinding {
    std::string name_space;
    std::vector<rbac::Subject> subjects;
    std::string role;  // index_value of its key; a ClusterRole has no namespace
    bool operator==(const KeptBinding&) const = default;
  };

  template <typename F>
  void for_each_cache(F&& f) {
    f(cluster_roles_);
    f(roles_);
    f(cluster_bindings_);
    f(bindings_);
  }

  bool may_use(const kube::UserInfo&, const std::string& policy, const std::string& name_space) const;

 private:
  using RoleCache = watch::WatchCache<KeptRole>;
  using BindingCache = watch::WatchCache<KeptBinding>;
  void follow_roles(RoleCache&);
  void follow_bindings(BindingCache&);
  bool is_of_interest(const KeptBinding&) const;
  bool is_bound(const kube::UserInfo&, const std::string& role, const std::string& name_space) const;
  std::vector<std::string> roles_with(const std::string& policy, const std::string& name_space) const;

  std::function<void(const std::string&)> changed_;
  RoleCache cluster_roles_;
  RoleCache roles_;
  BindingCache cluster_bindings_;
  BindingCache bindings_;
  // Roles by their namespace and the policies that their rules name; "" is any policy.
  watch::ObjectCache<KeptRole>::Index cluster_roles_by_policy_;
  watch::ObjectCache<KeptRole>::Index roles_by_policy_;
  // Bindings by their namespace and their role.
  watch::ObjectCache<KeptBinding>::Index cluster_bindings_by_role_;
  watch::ObjectCache<KeptBinding>::Index bindings_by_role_;
};

}  // namespace cw::policy
