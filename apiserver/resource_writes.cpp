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
#include "apiserver/typed_decode.h"
#include "apiserver/wire/body.h"
#include "apiserver/wire/go_words.h"
#include "lib/base/encoding.h"
#include "lib/base/time_text.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr std::string_view kDeleteOptions = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";

// A DeleteOptions object, or null. Of any group: each has its own by that name.
Outcome<Json> read_delete_body(const http::Request& request, const TypeCatalog& types) {
  if (request.body.empty()) return Json(nullptr);
  const Outcome<Json> body =
      read_any_body(request.header("Content-Type"), request.body, types.type(kDeleteOptions));
  if (!body) return body;
  const std::string kind = text_member(*body, "kind");
  if (!kind.empty() && kind != "DeleteOptions") {
    const std::string version = text_member(*body, "apiVersion");
    if (version == "v1" && kind == "Status") {
      return kube::bad_request("converting (v1.Status) to (v1.DeleteOptions): unknown conversion");
    }
    return kube::bad_request(no_such_kind(version.empty() ? "v1" : version, kind));
  }
  TypedFindings findings;
  decode_typed(*body, types.type(kDeleteOptions), findings);
  if (findings.error) return kube::bad_request(*findings.error);
  return body;
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

Outcome<WriteOptions> write_options(const http::Request& request, std::string_view kind,
                                    kube::FieldErrors errors = {}) {
  WriteOptions options = TRY(read_write_options(request.query, kind, std::move(errors)));
  if (options.field_manager.empty()) options.field_manager = manager_of(request);
  return options;
}

// An apply names its manager; nothing else is forced.
Outcome<WriteOptions> patch_options(const http::Request& request, PatchKind kind) {
  kube::FieldErrors errors;
  const bool applies = kind == PatchKind::Apply;
  if (applies && parameter(request.query, "fieldManager").empty()) {
    errors.push_back(kube::required(kube::FieldPath("fieldManager"), "is required for apply patch"));
  }
  if (!applies && request.query.contains("force")) {
    errors.push_back(kube::forbidden(kube::FieldPath("force"), "may not be specified for non-apply patch"));
  }
  return write_options(request, "PatchOptions", std::move(errors));
}

// As of an object whose time to end is over the moment it begins.
void tell_deletion(Json& metadata, TimePoint now) {
  if (metadata.contains("deletionTimestamp")) {  // long asked for
    metadata["deletionGracePeriodSeconds"] = 0;
    return;
  }
  metadata["deletionTimestamp"] = format_time(now);
  metadata["deletionGracePeriodSeconds"] = 0;
  const Json* generation = find_member(metadata, "generation");
  if (generation != nullptr && generation->is_number_integer()) {
    metadata["generation"] = generation->get<std::int64_t>() + 1;
  }
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
  // Told whatever becomes of the request.
  call.notes.add({.warnings = TRY(judge_strict(call.row, decoded, validation))});
  return WantedObject{std::move(decoded.object)};
}

http::Response ResourceApi::written(const Call& call, const WrittenObject& object) const {
  return json_response(object.created ? 201 : 200,
                       presentation_.object(call.row, call.wanted, object.object));
}

ResourceApi::Answer ResourceApi::create(const Call& call) const {
  const WriteOptions options = TRY(write_options(call.request, "CreateOptions"));
  WantedObject wanted = TRY(read_object(call, options.validation));
  // A name in the path says nothing here; kube-apiserver lets it be too.
  const ObjectKey key{call.key().name_space, {}};
  const WriteRequest request{call.row, key, call.part, options, call.user, &call.notes};
  return written(call, TRY(writes_.create(request, std::move(wanted))));
}

ResourceApi::Answer ResourceApi::review(const Call& call) const {
  const WriteOptions options = TRY(write_options(call.request, "CreateOptions"));
  WantedObject wanted = TRY(read_object(call, options.validation));
  TRY(admit_review(call, options, wanted.object));
  const ReviewQuestion question{.row = call.row,
                                .review = wanted.object,
                                .key = call.key(),
                                .sub_resource = call.info.sub_resource,
                                .asker = call.user,
                                .manager = options.field_manager,
                                .dry_run = options.dry_run};
  return written(call, {TRY(reviews_.answer(question)), true});
}

// Webhooks are asked about what is never stored too.
Outcome<Done> ResourceApi::admit_review(const Call& call, const WriteOptions& options, Json& review) const {
  const RequestInfo& info = call.info;
  const bool is_part = !info.sub_resource.empty();
  const RowPtr row = is_part ? parts_.resources.find(info.group, info.version, info.resource) : call.row_ptr;
  if (row == nullptr) return kube::generic(kube::Reason::NotFound);
  const AdmissionAsked asked{.row = *row,
                             .sub_resource = info.sub_resource,
                             .key = call.key(),
                             .object = &review,
                             .user = call.user,
                             .write = &options,
                             .object_row = is_part ? &call.row : nullptr};
  TRY(parts_.admission.mutate(asked, &review, call.notes));
  return parts_.admission.validate(asked, call.notes);
}

ResourceApi::Answer ResourceApi::update(const Call& call) const {
  const WriteOptions options = TRY(write_options(call.request, "UpdateOptions"));
  WantedObject wanted = TRY(read_object(call, options.validation));
  if (metadata_text(wanted.object, "name").empty()) return without_name(call.info.name);
  // Whether there is such an object or not.
  TRY(match_namespace(wanted.object, call.row, call.key().name_space));
  TRY(match_name(wanted.object, call.info.name));
  WriteRequest request{call.row, call.key(), call.part, options, call.user, &call.notes};
  request.is_upsert = true;
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
  if (patch.kind == PatchKind::Apply) return apply(call, patch);
  const WriteOptions options = TRY(patch_options(call.request, patch.kind));
  const WriteRequest request{call.row, call.key(), call.part, options, call.user, &call.notes};
  const ObjectChange change = [&](const Json& stored) -> Outcome<WantedObject> {
    WantedObject wanted = TRY(apply_patch(patch, stored, call.row, parts_.types, options.validation));
    if (metadata_text(wanted.object, "name").empty()) return without_name(call.info.name);
    return wanted;
  };
  return written(call, TRY(writes_.update(request, change)));
}

ResourceApi::Answer ResourceApi::apply(const Call& call, const Patch& patch) const {
  const WriteOptions options = TRY(patch_options(call.request, patch.kind));
  if (options.validation == FieldValidation::Strict && !patch.repeated.empty()) {
    return kube::bad_request("error strict decoding YAML: " + patch.repeated);
  }
  WriteRequest request{call.row, call.key(), call.part, options, call.user, &call.notes};
  request.is_upsert = true;
  return written(call, TRY(writes_.apply(request, patch.body)));
}

ResourceApi::Answer ResourceApi::remove(const Call& call) const {
  const Json body = TRY(read_delete_body(call.request, parts_.types));
  const DeleteOptions options = TRY(read_delete_options(call.request.query, body));
  RemovedObject removed = TRY(removal_.remove(
      {.row = call.row, .key = call.key(), .options = options, .user = call.user, .notes = &call.notes}));
  if (call.row.tells_deletion && !removed.pending)
    tell_deletion(removed.object["metadata"], parts_.clock.now());
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
    Outcome<RemovedObject> outcome = removal_.remove({.row = call.row,
                                                      .key = object->key(),
                                                      .options = options,
                                                      .user = call.user,
                                                      .of_collection = true,
                                                      .notes = &call.notes});
    // Gone meanwhile is as good.
    if (!outcome && outcome.error().code() != Code::NotFound) return outcome.error();
  }
  return json_response(200, presentation_.list(call.row, call.wanted, removed));
}

}  // namespace cw::apiserver
