#include "lib/kube/metadata.h"

#include <algorithm>

namespace cw::kube {

ObjectKey key_of(const ObjectMeta& metadata) { return {metadata.name_space, metadata.name}; }

const OwnerReference* find_controller(const ObjectMeta& metadata) {
  const auto& owners = metadata.owner_references;
  const auto at = std::find_if(owners.begin(), owners.end(),
                               [](const OwnerReference& owner) { return owner.controller.value_or(false); });
  return at != owners.end() ? &*at : nullptr;
}

bool is_controlled_by(const ObjectMeta& metadata, std::string_view owner_uid) {
  const OwnerReference* controller = find_controller(metadata);
  return controller != nullptr && !owner_uid.empty() && controller->uid == owner_uid;
}

OwnerReference controller_reference(const Resource& owner_kind, const ObjectMeta& owner) {
  return {api_version(owner_kind), std::string(owner_kind.kind), owner.name, owner.uid, true, true};
}

Status set_controller(ObjectMeta& metadata, const OwnerReference& reference) {
  const OwnerReference* controller = find_controller(metadata);
  if (controller != nullptr && controller->uid != reference.uid) {
    return Error{Code::AlreadyExists,
                 metadata.name + " is already controlled by " + controller->kind + " " + controller->name};
  }
  for (OwnerReference& owner : metadata.owner_references) {
    if (owner.uid != reference.uid) continue;
    owner = reference;
    return Done{};
  }
  metadata.owner_references.push_back(reference);
  return Done{};
}

bool has_finalizer(const ObjectMeta& metadata, std::string_view finalizer) {
  const auto& finalizers = metadata.finalizers;
  return std::find(finalizers.begin(), finalizers.end(), finalizer) != finalizers.end();
}

}  // namespace cw::kube
