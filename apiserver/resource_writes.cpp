// The verbs of ResourceApi that change something.
#include <nlohmann/json.hpp>

#include "apiserver/api_response.h"
#include "apiserver/json_access.h"
#include "apiserver/object_decode.h"
#include "apiserver/patch.h"
#include "apiserver/resource_api.h"
#include "apiserver/reviews.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::Reason;
using kube::StatusError;

Outcome<Done> check_content_type(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  if (type.empty() || type == "application/json") return Done{};
  return StatusError(
      Reason::UnsupportedMediaType,
      "the body of the request was in an unknown format - accepted media types include: application/json");
}

// A DeleteOptions object, or null.
Outcome<Json> read_delete_body(const http::Request& request) {
  if (request.body.empty()) return Json(nullptr);
  TRY(check_content_type(request.header("Content-Type")));
  Result<Json> body = parse_body(request.body);
  if (!body || !body->is_object()) {
    return kube::bad_request("the body is no DeleteOptions: " +
                             (body ? std::string("it is no object") : body.error().message));
  }
  const std::string kind = text_member(*body, "kind");
  if (!kind.empty() && kind != "DeleteOptions") {
    return kube::bad_request("the body is a " + kube::quoted(kind) + " where DeleteOptions are expected");
  }
  return std::move(body).value();
}

// Someone who names another UID means another object.
Outcome<Done> check_uid(const Json& wanted, const Json& stored, const ResourceRow& row) {
  const std::string asked = metadata_text(wanted, "uid");
  const std::string uid = metadata_text(stored, "uid");
  if (asked.empty() || asked == uid) return Done{};
  const std::string key =
      "/registry/" + (row.resource.group.empty() ? std::string() : std::string(row.resource.group) + "/") +
      std::string(row.resource.plural) + "/" + metadata_text(stored, "namespace") + "/" +
      metadata_text(stored, "name");
  return kube::conflict(
      row.resource, metadata_text(stored, "name"),
      "StorageError: invalid object, Code: 4, Key: " + key +
          ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: " + asked +
          ", UID in object meta: " + uid);
}

Json removed_status(const ResourceRow& row, const Json& object) {
  return kube::success({.name = metadata_text(object, "name"),
                        .group = std::string(row.resource.group),
                        .kind = std::string(row.resource.plural),
                        .uid = metadata_text(object, "uid")});
}

}  // namespace

Outcome<WantedObject> ResourceApi::read_object(const Call& call, FieldValidation validation) const {
  TRY(check_content_type(call.request.header("Content-Type")));
  DecodedObject decoded = TRY(decode_object(call.row, parts_.types, call.request.body));
  std::vector<std::string> warnings = TRY(judge_strict(call.row, decoded, validation));
  return WantedObject{std::move(decoded.object), std::move(warnings)};
}

http::Response ResourceApi::written(const Call& call, const WrittenObject& object) const {
  http::Response response =
      json_response(object.created ? 201 : 200, presentation_.object(call.row, call.wanted, object.object));
  add_warnings(response, object.warnings);
  return response;
}

ResourceApi::Answer ResourceApi::create(const Call& call) const {
  const WriteOptions options = TRY(read_write_options(call.request.query, "CreateOptions"));
  WantedObject wanted = TRY(read_object(call, options.validation));
  const WriteRequest request{call.row, call.key(), call.part, options, call.user};
  return written(call, TRY(writes_.create(request, std::move(wanted))));
}

ResourceApi::Answer ResourceApi::review(const Call& call) const {
  const WriteOptions options = TRY(read_write_options(call.request.query, "CreateOptions"));
  const WantedObject wanted = TRY(read_object(call, options.validation));
  const Json answered = TRY(answer_review(call.row, wanted.object, call.user, call.info.name_space));
  return written(call, {answered, true, wanted.warnings});
}

ResourceApi::Answer ResourceApi::update(const Call& call) const {
  const WriteOptions options = TRY(read_write_options(call.request.query, "UpdateOptions"));
  const WantedObject wanted = TRY(read_object(call, options.validation));
  const WriteRequest request{call.row, call.key(), call.part, options, call.user};
  const ObjectChange replace = [&](const Json& stored) -> Outcome<WantedObject> {
    TRY(check_uid(wanted.object, stored, call.row));
    return wanted;
  };
  Outcome<WrittenObject> outcome = writes_.update(request, replace);
  const bool missing = !outcome && outcome.error().code() == Code::NotFound;
  if (missing && call.row.create_on_update) return written(call, TRY(writes_.create(request, wanted)));
  return written(call, TRY(std::move(outcome)));
}

ResourceApi::Answer ResourceApi::patch(const Call& call) const {
  const Patch patch = TRY(read_patch(call.request.header("Content-Type"), call.request.body, call.row));
  const WriteOptions options = TRY(read_write_options(call.request.query, "PatchOptions"));
  const WriteRequest request{call.row, call.key(), call.part, options, call.user};
  const ObjectChange apply = [&](const Json& stored) {
    return apply_patch(patch, stored, call.row, parts_.types, options.validation);
  };
  return written(call, TRY(writes_.update(request, apply)));
}

ResourceApi::Answer ResourceApi::remove(const Call& call) const {
  const Json body = TRY(read_delete_body(call.request));
  const DeleteOptions options = TRY(read_delete_options(call.request.query, body));
  const RemovedObject removed = TRY(removal_.remove(call.row, call.key(), options));
  if (removed.pending || call.row.returns_deleted) {
    return json_response(200, presentation_.object(call.row, call.wanted, removed.object));
  }
  return json_response(200, dumped(removed_status(call.row, removed.object)));
}

ResourceApi::Answer ResourceApi::remove_collection(const Call& call) const {
  const Json body = TRY(read_delete_body(call.request));
  DeleteOptions options = TRY(read_delete_options(call.request.query, body));
  ListOptions chosen = TRY(read_list_options(call.request.query, ListVerb::List));
  ListAnswer removed = TRY(reads_.list(call.row, call.info.name_space, chosen));
  for (const ObjectPtr& object : removed.objects) {
    Outcome<RemovedObject> outcome = removal_.remove(call.row, object->key(), options);
    // Gone meanwhile is as good.
    if (!outcome && outcome.error().code() != Code::NotFound) return outcome.error();
  }
  return json_response(200, presentation_.list(call.row, call.wanted, removed));
}

}  // namespace cw::apiserver
