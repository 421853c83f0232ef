#include "apiserver/manager_versions.h"

#include "apiserver/crd/version_converter.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;

// What `pruned` lacks of `merged` and no manager of that version has is taken away in that version; what one
// has comes back.
Outcome<Json> with_owned(const Json& merged, const Json& pruned, const FieldSet& owned,
                         const std::string& api_version, const ManagerVersions& versions) {
  const auto type = versions.type(api_version);
  if (!type) return pruned;
  const Json whole = TRY(versions.in(merged, api_version));
  const Json rest = TRY(versions.in(pruned, api_version));
  const FieldSet stale =
      minus(minus(with_parents(fields_of(whole, *type)), with_parents(fields_of(rest, *type))),
            with_parents(owned));
  return without_fields(whole, stale, *type);
}

}  // namespace

ManagerVersions::ManagerVersions(const TrackedWrite& write) : write_(write) {}

bool ManagerVersions::is_own(const std::string& api_version) const {
  return write_.row.converter == nullptr || api_version == write_.row.group_version();
}

std::optional<MergeType> ManagerVersions::type(const std::string& api_version) const {
  if (is_own(api_version)) return MergeType(write_.row, write_.types);
  const schemas::KindSchema* kind = write_.row.converter->version(api_version);
  if (kind == nullptr) return std::nullopt;
  return MergeType(*kind, write_.types);
}

Outcome<Json> ManagerVersions::in(const Json& object, const std::string& api_version) const {
  if (write_.row.converter == nullptr) return object;
  return write_.row.converter->convert(object, api_version);
}

const FieldChanges& VersionedChanges::own() { return **in(write_.row.group_version()); }

Outcome<const FieldChanges*> VersionedChanges::in(const std::string& api_version) {
  const bool is_own = versions_.is_own(api_version);
  const std::string name = is_own ? write_.row.group_version() : api_version;
  const auto known = known_.find(name);
  if (known != known_.end()) return &known->second;
  const auto type = versions_.type(name);
  if (!type) return nullptr;
  FieldChanges changes =
      is_own ? compare_fields(before_, after_, *type)
             : compare_fields(TRY(versions_.in(before_, name)), TRY(versions_.in(after_, name)), *type);
  changes = {tracked(std::move(changes.added), write_), tracked(std::move(changes.modified), write_),
             tracked(std::move(changes.removed), write_)};
  return &known_.emplace(name, std::move(changes)).first->second;
}

Outcome<Json> pruned(const Json& merged, const ManagerEntry& last, const Managers& managers,
                     const ManagerVersions& versions, const std::string& own_version) {
  if (last.fields.empty()) return merged;
  const std::string version = versions.is_own(last.api_version) ? own_version : last.api_version;
  const auto type = versions.type(version);
  if (!type) return merged;
  std::map<std::string, FieldSet> owned;
  for (const ManagerEntry& entry : managers) {
    FieldSet& of_version = owned[versions.is_own(entry.api_version) ? own_version : entry.api_version];
    of_version = united(std::move(of_version), entry.fields);
  }
  const Json whole = version == own_version ? merged : TRY(versions.in(merged, version));
  // Those of the version itself first: the webhook may need what they own.
  const FieldSet stale = minus(common(with_parents(fields_of(whole, *type)), with_parents(last.fields)),
                               with_parents(owned[version]));
  Json rest = without_fields(whole, stale, *type);
  if (rest == whole) return merged;
  for (const auto& [other, fields] : owned) {
    if (other != version && !fields.empty()) rest = TRY(with_owned(merged, rest, fields, other, versions));
  }
  return version == own_version && owned.size() == 1 ? std::move(rest) : versions.in(rest, own_version);
}

}  // namespace cw::apiserver
