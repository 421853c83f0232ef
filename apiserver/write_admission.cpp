// What WritePath asks webhooks about, and the authorizer of what turns out to be a creation.
#include <nlohmann/json.hpp>

#include "apiserver/crd/scale.h"
#include "apiserver/identity.h"
#include "apiserver/json_access.h"
#include "apiserver/prepare.h"
#include "apiserver/write_path.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;

AdmissionAsked asked_of(const WriteRequest& request, const Json* object, const Json* old) {
  return {.row = request.row,
          .sub_resource = request.scale_row != nullptr ? "scale" : sub_resource_of(request.part),
          .operation = old == nullptr ? AdmissionOperation::Create : AdmissionOperation::Update,
          .key = request.key,
          .object = object,
          .old = old,
          .user = request.user,
          .write = &request.options,
          .object_row = request.scale_row};
}

}  // namespace

// Name and namespace stay those of the request line, whatever a webhook makes of them.
Outcome<Done> WritePath::mutate(const WriteRequest& request, WantedObject& wanted, const Json* old) const {
  AdmissionNotes unheard;
  AdmissionNotes& notes = request.notes != nullptr ? *request.notes : unheard;
  if (request.scale_row != nullptr) return mutate_scale(request, wanted, *old, notes);
  TRY(parts_.admission.mutate(asked_of(request, &wanted.object, old), &wanted.object, notes));
  TRY(match_namespace(wanted.object, request.row, request.key.name_space));
  if (request.key.name.empty()) return Done{};
  return match_name(wanted.object, request.key.name);
}

Outcome<Done> WritePath::mutate_scale(const WriteRequest& request, WantedObject& wanted, const Json& old,
                                      AdmissionNotes& notes) const {
  Json scale = scale_of(wanted.object, request.row);
  const Json asked = scale;
  const Json before = scale_of(old, request.row);
  TRY(parts_.admission.mutate(asked_of(request, &scale, &before), &scale, notes));
  if (scale == asked) return Done{};
  const FieldErrors wrong = put_scale(wanted.object, scale, request.row);
  if (wrong.empty()) return Done{};
  return kube::invalid("Scale", "autoscaling", request.key.name, wrong);
}

Outcome<Done> WritePath::check_right_to_create(const WriteRequest& request) const {
  if (!request.is_upsert) return Done{};
  const rbac::Attributes asked{.verb = "create",
                               .api_group = std::string(request.row.resource.group),
                               .resource = std::string(request.row.resource.plural),
                               .name = request.key.name,
                               .name_space = request.key.name_space};
  const rbac::Decision decision = parts_.authorizer.decide(request.user, asked);
  if (decision.allowed) return Done{};
  return forbidden_request(request.user, asked, decision.reason);
}

Outcome<Done> WritePath::admit(const WriteRequest& request, const Json& object, const Json* old) const {
  AdmissionNotes unheard;
  AdmissionNotes& notes = request.notes != nullptr ? *request.notes : unheard;
  if (request.scale_row == nullptr || old == nullptr) {
    return parts_.admission.validate(asked_of(request, &object, old), notes);
  }
  const Json scale = scale_of(object, request.row);
  const Json before = scale_of(*old, request.row);
  return parts_.admission.validate(asked_of(request, &scale, &before), notes);
}

}  // namespace cw::apiserver
