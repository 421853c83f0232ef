// The verbs of ResourceApi that change something.
#include <nlohmann/json.hpp>

#include "apiserver/api_response.h"
#include "apiserver/json_access.h"
#include "apiserver/object_decode.h"
#include "apiserver/patch.h"
#include "apiserver/prepare.h"
#include "apiserver/protobuf_decode.h"
#include "apiserver/resource_api.h"
#include "apiserver/reviews.h"
#include "lib/base/encoding.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr std::string_view kDeleteOptions = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";

// A DeleteOptions object, or null.
Outcome<Json> read_delete_body(const http::Request& request, const TypeCatalog& types) {
  if (request.body.empty()) return Json(nullptr);
  const bool is_protobuf = media_type(request.header("Content-Type")) == kProtobufType;
  Result<Json> body =
      is_protobuf ? decode_protobuf(request.body, types.type(kDeleteOptions)) : parse_body(request.body);
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

// The client's program, where it does not name a manager: "kubectl/v1.32 (…)" is kubectl.
std::string manager_of(const http::Request& request) {
  constexpr std::size_t kMaxLength = 128;
  const std::string_view agent = request.header("User-Agent");
  std::string name;
  for (const char c : agent.substr(0, agent.find('/'))) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && name.size() < kMaxLength) name += c;
  }
  return is_valid_utf8(name) ? name : std::string();
}

Outcome<WriteOptions> write_options(const http::Request& request, std::string_view kind) {
  WriteOptions options = TRY(read_write_options(request.query, kind));
  if (options.field_manager.empty()) options.field_manager = manager_of(request);
  return options;
}

// Either it is missing (`why` is empty) or it may not be there.
StatusError invalid_patch_option(const char* option, const std::string& why) {
  const kube::FieldPath at(option);
  return kube::invalid(
      "PatchOptions", "meta.k8s.io", "",
      {why.empty() ? kube::required(at, "is required for apply patch") : kube::forbidden(at, why)});
}

Json removed_status(const ResourceRow& row, const Json& object) {
  return kube::success({.name = metadata_text(object, "name"),
                        .group = std::string(row.resource.group),
                        .kind = std::string(row.resource.plural),
                        .uid = metadata_text(object, "uid")});
}

}  // namespace

Outcome<WantedObject> ResourceApi::read_object(const Call& call, FieldValidation validation) const {
  DecodedObject decoded =
      TRY(decode_object(call.row, parts_.types, call.request.header("Content-Type"), call.request.body));
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
  const WriteOptions options = TRY(write_options(call.request, "CreateOptions"));
  WantedObject wanted = TRY(read_object(call, options.validation));
  const WriteRequest request{call.row, call.key(), call.part, options, call.user};
  return written(call, TRY(writes_.create(request, std::move(wanted))));
}

ResourceApi::Answer ResourceApi::review(const Call& call) const {
  const WriteOptions options = TRY(write_options(call.request, "CreateOptions"));
  const WantedObject wanted = TRY(read_object(call, options.validation));
  const Json answered =
      TRY(answer_review(call.row, wanted.object, call.user, call.info.name_space, parts_.authorizer));
  return written(call, {answered, true, wanted.warnings});
}

ResourceApi::Answer ResourceApi::update(const Call& call) const {
  const WriteOptions options = TRY(write_options(call.request, "UpdateOptions"));
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
  if (patch.kind == PatchKind::Apply) return apply(call, patch.body);
  const WriteOptions options = TRY(write_options(call.request, "PatchOptions"));
  if (options.force) return invalid_patch_option("force", "may not be specified for non-apply patch");
  const WriteRequest request{call.row, call.key(), call.part, options, call.user};
  const ObjectChange change = [&](const Json& stored) {
    return apply_patch(patch, stored, call.row, parts_.types, options.validation);
  };
  return written(call, TRY(writes_.update(request, change)));
}

ResourceApi::Answer ResourceApi::apply(const Call& call, const Json& config) const {
  const WriteOptions options = TRY(read_write_options(call.request.query, "PatchOptions"));
  if (options.field_manager.empty()) return invalid_patch_option("fieldManager", {});
  const WriteRequest request{call.row, call.key(), call.part, options, call.user};
  return written(call, TRY(writes_.apply(request, config)));
}

ResourceApi::Answer ResourceApi::remove(const Call& call) const {
  const Json body = TRY(read_delete_body(call.request, parts_.types));
  const DeleteOptions options = TRY(read_delete_options(call.request.query, body));
  const RemovedObject removed = TRY(removal_.remove(call.row, call.key(), options));
  if (removed.pending || call.row.returns_deleted) {
    return json_response(200, presentation_.object(call.row, call.wanted, removed.object));
  }
  return json_response(200, dumped(removed_status(call.row, removed.object)));
}

ResourceApi::Answer ResourceApi::remove_collection(const Call& call) const {
  const Json body = TRY(read_delete_body(call.request, parts_.types));
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
