// Resource: how the API names a served resource. The constants live in lib/api/resources.h; lib/kube knows no
// kind.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace cw::kube {

struct Resource {
  std::string_view group;  // "" is the core group
  std::string_view version;
  std::string_view plural;  // lower case, as in paths
  std::string_view kind;
  bool namespaced = true;
  bool operator==(const Resource&) const = default;
};

// "cert-manager.io/v1", or "v1" for the core group.
std::string api_version(const Resource&);
// "certificates.cert-manager.io", or "secrets" for the core group: as messages name a resource.
std::string group_resource(const Resource&);

struct ObjectKey {
  std::string name_space;  // empty for cluster-scoped objects
  std::string name;
  auto operator<=>(const ObjectKey&) const = default;
};

// "/apis/cert-manager.io/v1/namespaces/ns/certificates"; no trailing slash. An empty namespace lists all.
std::string collection_path(const Resource&, std::string_view name_space);
std::string object_path(const Resource&, const ObjectKey&);

}  // namespace cw::kube
