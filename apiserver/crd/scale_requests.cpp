// Requests of ResourceApi for the scale subresource of custom resources.
#include <nlohmann/json.hpp>

#include "apiserver/api_response.h"
#include "apiserver/crd/scale.h"
#include "apiserver/json_access.h"
#include "apiserver/managed_fields.h"
#include "apiserver/object_decode.h"
#include "apiserver/object_form.h"
#include "apiserver/resource_api.h"
#include "apiserver/wire/accept.h"
#include "apiserver/wire/body.h"
#include "lib/kube/json_patch.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;

// The Scale that the client wants, from what it sent.
Outcome<Json> wanted_scale(const http::Request& request, const Json& present, const TypeCatalog& types,
                           bool is_patch) {
  if (!is_patch) {
    return TRY(decode_object(scale_row(), types, request.header("Content-Type"), request.body)).object;
  }
  Result<Json> body = parse_body(request.body);
  if (!body) return kube::bad_request("the body is no Scale: " + body.error().message);
  if (media_type(request.header("Content-Type")) == "application/json-patch+json") {
    Result<Json> patched = kube::apply_json_patch(present, *body);
    if (!patched) return kube::bad_request(patched.error().message);
    return std::move(patched).value();
  }
  Json merged = present;
  merged.merge_patch(*body);
  return merged;
}

}  // namespace

ResourceApi::Answer ResourceApi::scale(const Call& call) const {
  const ResourceRow& row = call.row;
  if (call.info.verb == "get") {
    const ObjectPtr found = TRY(reads_.get(row, call.key()));
    const Json object = served_object(*found, row);
    if (!has_replicas(object, row)) {
      return kube::internal_error("the spec replicas field " + kube::quoted(replicas_path(row)) +
                                  " does not exist");
    }
    return json_response(200, presentation_.object(scale_row(), call.wanted, scale_of(object, row)));
  }
  const bool is_patch = call.info.verb == "patch";
  if (call.info.verb != "update" && !is_patch) return kube::generic(kube::Reason::MethodNotAllowed);
  WriteOptions options =
      TRY(read_write_options(call.request.query, is_patch ? "PatchOptions" : "UpdateOptions"));
  if (options.field_manager.empty()) {
    const std::string_view agent = call.request.header("User-Agent");
    options.field_manager = agent.substr(0, std::min(agent.find('/'), agent.size()));
  }
  const WriteRequest request{row,       call.key(),  ObjectPart::Whole, options,
                             call.user, &call.notes, &scale_row()};
  const ObjectChange change = [&](const Json& stored) -> Outcome<WantedObject> {
    const Json scale = TRY(wanted_scale(call.request, scale_of(stored, row), parts_.types, is_patch));
    if (is_patch && !has_replicas(stored, row) && find_path(scale, {"spec", "replicas"}) == nullptr) {
      return kube::bad_request("the spec replicas field " + kube::quoted(replicas_path(row)) +
                               " cannot be empty");
    }
    Json next = stored;
    const FieldErrors wrong = put_scale(next, scale, row);
    if (!wrong.empty()) return kube::invalid("Scale", "autoscaling", call.info.name, wrong);
    const std::string version = metadata_text(scale, "resourceVersion");
    if (!version.empty()) next["metadata"]["resourceVersion"] = version;
    const TrackedWrite tracked{row, parts_.types, ObjectPart::Scale, options.field_manager,
                               parts_.clock.now()};
    track_update(next, stored, tracked);
    return WantedObject{.object = std::move(next), .fields_tracked = true};
  };
  const WrittenObject written = TRY(writes_.update(request, change));
  return json_response(200, presentation_.object(scale_row(), call.wanted, scale_of(written.object, row)));
}

}  // namespace cw::apiserver
