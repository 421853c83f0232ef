#include "webhook/policy/discovered_signers.h"

#include <nlohmann/json.hpp>

#include "lib/api/names.h"
#include "lib/kube/decode.h"

namespace cw::webhook {
namespace {

constexpr std::chrono::seconds kNegativeLife{30};
constexpr std::size_t kMaxEntries = 1024;

// meta/v1 APIGroupList and APIResourceList, as much as is asked.
struct GroupVersion {
  std::string group_version;  // "example.com/v1"
};
template <kube::FieldsOf<GroupVersion> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("groupVersion", s.group_version);
}

struct Group {
  std::string name;
  kube::List<GroupVersion> versions;
};
template <kube::FieldsOf<Group> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("name", s.name);
  visit("versions", s.versions);
}

struct GroupList {
  kube::List<Group> groups;
};
template <kube::FieldsOf<GroupList> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("groups", s.groups);
}

struct ServedResource {
  std::string name;
  std::string kind;
  bool namespaced = false;
};
template <kube::FieldsOf<ServedResource> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("name", s.name);
  visit("kind", s.kind);
  visit("namespaced", s.namespaced);
}

struct ResourceList {
  kube::List<ServedResource> resources;
};
template <kube::FieldsOf<ResourceList> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("resources", s.resources);
}

// What every API server that has our CRDs serves.
std::optional<SignerResource> built_in(std::string_view group, std::string_view kind) {
  if (group != api::kGroup) return std::nullopt;
  if (kind == api::kIssuerKind) return SignerResource{"issuers", true};
  if (kind == api::kClusterIssuerKind) return SignerResource{"clusterissuers", false};
  return std::nullopt;
}

std::optional<SignerResource> find_kind(const ResourceList& list, std::string_view kind) {
  for (const ServedResource& resource : list.resources) {
    if (resource.kind == kind) return SignerResource{resource.name, resource.namespaced};
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<SignerResource>> DiscoveredSigners::find(std::string_view group, std::string_view kind) {
  if (auto known = built_in(group, kind)) return known;
  const Key key{group, kind};
  if (const auto entry = cached(key)) return entry->resource;
  const Discovered found = TRY(discover(key));
  if (found.group_exists) remember(key, found);
  return found.resource;
}

std::optional<DiscoveredSigners::Entry> DiscoveredSigners::cached(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto at = cache_.find(key);
  if (at == cache_.end()) return std::nullopt;
  if (!at->second.resource && at->second.good_until <= clock_.now()) {
    cache_.erase(at);
    return std::nullopt;
  }
  return at->second;
}

void DiscoveredSigners::remember(const Key& key, const Discovered& found) {
  const std::lock_guard lock(mutex_);
  if (cache_.size() >= kMaxEntries) cache_.clear();
  cache_[key] = Entry{found.resource, clock_.now() + kNegativeLife};
}

Result<DiscoveredSigners::Discovered> DiscoveredSigners::discover(const Key& key) const {
  const GroupList groups = TRY(kube::decode<GroupList>(TRY(reader_.get_path("/apis"))));
  Discovered found;
  for (const Group& group : groups.groups) {
    if (group.name != key.first) continue;
    found.group_exists = true;
    for (const GroupVersion& version : group.versions) {
      const kube::Json served = TRY(reader_.get_path("/apis/" + version.group_version));
      found.resource = find_kind(TRY(kube::decode<ResourceList>(served)), key.second);
      if (found.resource) return found;
    }
  }
  return found;
}

}  // namespace cw::webhook
