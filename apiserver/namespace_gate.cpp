#include "apiserver/namespace_gate.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr kube::Resource kNamespaceResource{"", "v1", "namespaces", "Namespace", false};

StatusError going(const ResourceRow& row, const ObjectKey& key) {
  StatusError error = kube::forbidden(
      row.resource, key.name,
      "unable to create new content in namespace " + key.name_space + " because it is being terminated");
  error.details->causes.push_back(
      {"NamespaceTerminating", "namespace " + key.name_space + " is being terminated", "metadata.namespace"});
  return error;
}

}  // namespace

bool is_terminating(const StoredObject& name_space) {
  // The text is asked only if it may say so: most namespaces are alive.
  if (name_space.text().find("\"deletionTimestamp\"") == std::string::npos) return false;
  return !metadata_text(parse_object(name_space), "deletionTimestamp").empty();
}

Outcome<std::shared_lock<std::shared_mutex>> NamespaceGate::enter(const Store& store, const ResourceRow& row,
                                                                  const ObjectKey& key) {
  std::shared_lock lock(mutex_);
  if (!row.resource.namespaced) return lock;
  const Result<ObjectPtr> found = store.get({std::string(kNamespaces), {"", key.name_space}});
  if (!found && found.error().code == Code::NotFound) {
    return kube::not_found(kNamespaceResource, key.name_space);
  }
  if (!found) return StatusError(found.error());
  if (is_terminating(**found)) return going(row, key);
  return lock;
}

}  // namespace cw::apiserver
