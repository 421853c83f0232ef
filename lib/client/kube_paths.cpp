#include "lib/client/kube_paths.h"

#include "lib/base/percent.h"
#include "lib/kube/resource.h"

namespace cw::client {
namespace {

// k8s.io/apimachinery path segment names: what may not be a name at all.
bool can_be_name(std::string_view text) {
  return !text.empty() && text != "." && text != ".." && text.find_first_of("/%") == std::string_view::npos;
}

}  // namespace

std::string with_query(std::string path, const Query& query) {
  char separator = '?';
  for (const auto& [name, value] : query) {
    if (value.empty()) continue;
    path += separator;
    path += name + "=" + percent_encoded(value);
    separator = '&';
  }
  return path;
}

std::string collection_target(const kube::Resource& resource, std::string_view name_space) {
  return kube::collection_path(resource, percent_encoded(name_space));
}

Result<std::string> object_target(const kube::Resource& resource, const kube::ObjectKey& key,
                                  kube::Part part) {
  if (!can_be_name(key.name) || (resource.namespaced && !can_be_name(key.name_space))) {
    return Error{Code::NotFound, kube::group_resource(resource) + " \"" + key.name + "\" not found"};
  }
  const kube::ObjectKey encoded{.name_space = percent_encoded(key.name_space),
                                .name = percent_encoded(key.name)};
  return kube::object_path(resource, encoded) + (part == kube::Part::Status ? "/status" : "");
}

Query list_query(const kube::ListOptions& options) {
  return {{"labelSelector", options.label_selector}, {"fieldSelector", options.field_selector}};
}

Query write_query(const kube::WriteOptions& options) {
  return {{"fieldManager", options.field_manager}, {"dryRun", options.dry_run ? "All" : ""}};
}

}  // namespace cw::client
