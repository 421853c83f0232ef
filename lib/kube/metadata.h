// ObjectMeta and OwnerReference: what every object of the API carries. managedFields and selfLink are not
// kept: we never send them back, and the server keeps its own. Source: k8s.io/apimachinery meta/v1, field
// order as declared there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/fields.h"
#include "lib/kube/resource.h"

namespace cw::kube {

struct OwnerReference {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string uid;
  std::optional<bool> controller;
  std::optional<bool> block_owner_deletion;
  bool operator==(const OwnerReference&) const = default;
};

template <FieldsOf<OwnerReference> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(always("apiVersion"), s.api_version);
  visit(always("kind"), s.kind);
  visit(always("name"), s.name);
  visit(always("uid"), s.uid);
  visit("controller", s.controller);
  visit("blockOwnerDeletion", s.block_owner_deletion);
}

struct ObjectMeta {
  std::string name;
  std::string generate_name;
  std::string name_space;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  std::optional<TimePoint> creation_timestamp;
  std::optional<TimePoint> deletion_timestamp;
  std::optional<std::int64_t> deletion_grace_period_seconds;
  Map labels;
  Map annotations;
  List<OwnerReference> owner_references;
  List<std::string> finalizers;
  bool operator==(const ObjectMeta&) const = default;
};

template <FieldsOf<ObjectMeta> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("name", s.name);
  visit("generateName", s.generate_name);
  visit("namespace", s.name_space);
  visit("uid", s.uid);
  visit("resourceVersion", s.resource_version);
  visit("generation", s.generation);
  visit("creationTimestamp", s.creation_timestamp);
  visit("deletionTimestamp", s.deletion_timestamp);
  visit("deletionGracePeriodSeconds", s.deletion_grace_period_seconds);
  visit("labels", s.labels);
  visit("annotations", s.annotations);
  visit("ownerReferences", s.owner_references);
  visit("finalizers", s.finalizers);
}

struct TypeMeta {
  std::string api_version;
  std::string kind;
  bool operator==(const TypeMeta&) const = default;
};

template <FieldsOf<TypeMeta> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("apiVersion", s.api_version);
  visit("kind", s.kind);
}

ObjectKey key_of(const ObjectMeta&);

// The owner marked as controller, or nullptr; valid as long as the metadata is.
const OwnerReference* find_controller(const ObjectMeta&);
// By UID: an object of the same name that was created anew is another owner.
bool is_controlled_by(const ObjectMeta&, std::string_view owner_uid);
// The reference that makes `owner` the controller (controller and blockOwnerDeletion set).
OwnerReference controller_reference(const Resource& owner_kind, const ObjectMeta& owner);
// Sets it; another controller stays in place and is answered with AlreadyExists.
Status set_controller(ObjectMeta&, const OwnerReference&);

bool has_finalizer(const ObjectMeta&, std::string_view finalizer);

}  // namespace cw::kube
