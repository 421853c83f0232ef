// The versions in which an object's managers have written, where a conversion webhook makes one of the other:
// what a write changes is looked at in the version of each manager, since the fields of each have other
// names. Elsewhere versions do not differ in their fields, and nothing is converted. Used by one thread, for
// one write. Source: sigs.k8s.io/structured-merge-diff merge/update.go; k8s.io/apimachinery
// pkg/util/managedfields/internal/versionconverter.go.
#pragma once

#include <map>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "apiserver/managed_fields.h"
#include "apiserver/managers.h"
#include "apiserver/typed_merge.h"

namespace cw::apiserver {

// What an endpoint cannot change is not tracked by it.
FieldSet tracked(FieldSet, const TrackedWrite&);

class ManagerVersions {
 public:
  // The write must outlive it.
  explicit ManagerVersions(const TrackedWrite& write);

  // Whether the version is that of the write, or as good as it.
  bool is_own(const std::string& api_version) const;
  // Of the version; nullopt: the definition has it no longer.
  std::optional<MergeType> type(const std::string& api_version) const;
  // The object, of any version, in that one. 500: the webhook cannot be asked.
  kube::Outcome<Json> in(const Json& object, const std::string& api_version) const;

 private:
  const TrackedWrite& write_;
};

// The difference of two objects as each manager sees it; made once for each version.
class VersionedChanges {
 public:
  // All must outlive it. The objects are in the version of the write.
  VersionedChanges(const ManagerVersions& versions, const Json& before, const Json& after,
                   const TrackedWrite& write)
      : versions_(versions), before_(before), after_(after), write_(write) {}

  // Null: the version is no more.
  kube::Outcome<const FieldChanges*> in(const std::string& api_version);
  // In the version of the write.
  const FieldChanges& own();

 private:
  const ManagerVersions& versions_;
  const Json& before_;
  const Json& after_;
  const TrackedWrite& write_;
  std::map<std::string, FieldChanges> known_;
};

// What this manager applied before (`last`, in that version), applies no longer, and no other manager has,
// goes.
kube::Outcome<Json> pruned(const Json& merged, const ManagerEntry& last, const Managers& managers,
                           const ManagerVersions& versions, const std::string& own_version);

}  // namespace cw::apiserver
