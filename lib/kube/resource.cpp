#include "lib/kube/resource.h"

namespace cw::kube {

std::string api_version(const Resource& resource) {
  if (resource.group.empty()) return std::string(resource.version);
  return std::string(resource.group) + "/" + std::string(resource.version);
}

std::string group_resource(const Resource& resource) {
  if (resource.group.empty()) return std::string(resource.plural);
  return std::string(resource.plural) + "." + std::string(resource.group);
}

std::string collection_path(const Resource& resource, std::string_view name_space) {
  std::string path = (resource.group.empty() ? "/api/" : "/apis/") + api_version(resource);
  if (resource.namespaced && !name_space.empty()) path.append("/namespaces/").append(name_space);
  return path.append("/").append(resource.plural);
}

std::string object_path(const Resource& resource, const ObjectKey& key) {
  return collection_path(resource, key.name_space) + "/" + key.name;
}

}  // namespace cw::kube
