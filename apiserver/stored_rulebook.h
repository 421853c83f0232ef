// StoredRulebook: the roles and bindings that are in the store, decoded once a version. Thread-safe.
#pragma once

#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "apiserver/store.h"
#include "lib/rbac/rules.h"

namespace cw::apiserver {

// Typed forms of stored objects, by version. What is no longer listed is forgotten after a while.
template <typename T>
class DecodedObjects {
 public:
  using Decode = Result<T> (*)(const Json&);
  explicit DecodedObjects(Decode decode) : decode_(decode) {}
  // In the same order; null where an object cannot be decoded.
  std::vector<std::shared_ptr<const T>> get(const std::vector<ObjectPtr>&);

 private:
  struct Entry {
    ObjectPtr object;  // holds the address, which is the key
    std::shared_ptr<const T> decoded;
  };
  Decode decode_;
  std::shared_mutex mutex_;
  std::unordered_map<const StoredObject*, Entry> known_;
};

class StoredRulebook final : public rbac::Rulebook {
 public:
  explicit StoredRulebook(const Store& store)
      : store_(store), roles_(rbac::decode_role), bindings_(rbac::decode_binding) {}

  void for_each_binding(const std::string& name_space, const Visit&) const override;
  std::shared_ptr<const rbac::Role> find_role(const rbac::RoleReference&,
                                              const std::string& name_space) const override;

 private:
  bool visit_bindings(const std::string& resource, const std::string& name_space, const Visit&) const;

  const Store& store_;
  mutable DecodedObjects<rbac::Role> roles_;
  mutable DecodedObjects<rbac::Binding> bindings_;
};

inline constexpr std::string_view kRbacGroup = "rbac.authorization.k8s.io";
inline constexpr std::string_view kClusterRoles =
    "clusterroles.rbac.authorization.k8s.io";  // the store's name

}  // namespace cw::apiserver
