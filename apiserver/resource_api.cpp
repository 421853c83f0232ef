#include "apiserver/resource_api.h"

#include <nlohmann/json.hpp>

#include "apiserver/api_response.h"
#include "apiserver/json_access.h"
#include "apiserver/pod_actions.h"
#include "apiserver/protobuf_decode.h"
#include "apiserver/watch_stream.h"
#include "apiserver/wire/answer.h"
#include "apiserver/wire/go_words.h"
#include "lib/base/random.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::Reason;
using kube::StatusError;

// Which part of the object a subresource is; nullopt if the resource has no such one.
std::optional<ObjectPart> part_of(const ResourceRow& row, const std::string& sub_resource) {
  if (sub_resource.empty()) return ObjectPart::Whole;
  const auto& known = row.sub_resources;
  if (std::find(known.begin(), known.end(), sub_resource) == known.end()) return std::nullopt;
  if (sub_resource == "scale") return ObjectPart::Scale;
  if (sub_resource == "approval") return ObjectPart::Approval;
  if (sub_resource == "ephemeralcontainers") return ObjectPart::Ephemeral;
  return sub_resource == "status" ? ObjectPart::Status : ObjectPart::Finalizers;
}

// A watch without a limit ends after half an hour to an hour, so that clients spread.
std::chrono::seconds default_timeout() {
  const auto spread = static_cast<unsigned char>(random_bytes(1)[0]);
  return std::chrono::seconds(1800 + spread * 7);
}

StatusError no_name(const std::string& name) {
  return kube::bad_request("Name parameter invalid: " + kube::quoted(name) + ": may not be '" + name + "'");
}

StatusError method_not_allowed(const ResourceRow& row, const std::string& verb) {
  if (row.family != Family::Custom) return kube::generic(Reason::MethodNotAllowed);
  StatusError error(Reason::MethodNotAllowed, verb + " is not supported on resources of kind " +
                                                  kube::quoted(kube::group_resource(row.resource)));
  error.details =
      kube::StatusDetails{.group = std::string(row.resource.group), .kind = std::string(row.resource.plural)};
  return error;
}

std::string go_type_of(const ResourceRow& row, std::string_view suffix) {
  if (row.family == Family::Custom) return "*unstructured.Unstructured" + std::string(suffix);
  return "*" + go_package(row.resource.group) + "." + std::string(row.resource.kind) + std::string(suffix);
}

// One object where the metadata of a list is wanted, and the other way round.
StatusError no_list(const ResourceRow& row) {
  if (row.family != Family::Custom) {
    return {Reason::NotAcceptable,
            "you requested PartialObjectMetadataList, but the requested object is not a list (" +
                go_type_of(row, {}) + ")"};
  }
  return kube::internal_error("content is not a list");
}
StatusError is_list(const ResourceRow& row) {
  return {Reason::NotAcceptable, "you requested PartialObjectMetadata, but the requested object is a list (" +
                                     go_type_of(row, "List") + ")"};
}

}  // namespace

http::Response ResourceApi::handle(const http::Request& request, const RequestInfo& info,
                                   const kube::UserInfo& user, AdmissionNotes& notes) const {
  Answer answer = dispatch(request, info, user, notes);
  http::Response response = answer ? std::move(answer).value() : status_response(answer.error());
  add_warnings(response, notes.warnings);
  return response;
}

ResourceApi::Answer ResourceApi::dispatch(const http::Request& request, const RequestInfo& info,
                                          const kube::UserInfo& user, AdmissionNotes& notes) const {
  const RowPtr row = parts_.resources.find(info.group, info.version, info.resource);
  const bool in_scope = row != nullptr && (row->resource.namespaced || info.name_space.empty() ||
                                           (info.resource == "namespaces" && info.name == info.name_space));
  if (!in_scope) {
    if (parts_.resources.is_core_group(info.group, info.version)) return kube::generic(Reason::NotFound);
    return no_such_page();
  }
  if (const RowPtr asked = row->asked_part(info.sub_resource)) {
    Call call{.request = request, .info = info, .user = user, .notes = notes, .row_ptr = asked};
    call.wanted = TRY(read_accept(request, info.verb, asked->family));
    return serve(call);
  }
  if (const Connection* asked = row->connection(info.sub_resource)) {
    if (!row->resource.namespaced || info.name_space.empty()) return kube::generic(Reason::NotFound);
    const auto& verbs = asked->verbs;
    if (std::find(verbs.begin(), verbs.end(), info.verb) == verbs.end()) {
      return kube::generic(Reason::MethodNotAllowed);
    }
    const ConnectionTarget target = parse_target(info.name);
    const ObjectPtr found = TRY(reads_.get(*row, {info.name_space, target.name}));
    return connect(*row, asked->name, parse_object(*found), target, request);
  }
  const std::optional<ObjectPart> part = part_of(*row, info.sub_resource);
  if (!part) {
    if (row->family == Family::Custom) return kube::not_found(row->resource, info.name);
    return kube::generic(Reason::NotFound);
  }
  Call call{.request = request, .info = info, .user = user, .notes = notes, .row_ptr = row, .part = *part};
  call.wanted = TRY(read_accept(request, info.verb, row->family));
  if (!row->deprecated.empty()) notes.warnings.push_back(row->deprecated);
  return serve(call);
}

ResourceApi::Answer ResourceApi::serve(const Call& call) const {
  const std::string& verb = call.info.verb;
  const bool custom = call.row.family == Family::Custom;
  const bool named = !call.info.name.empty();
  if (call.row.family == Family::Review) {
    if (named && call.info.sub_resource.empty()) return kube::generic(Reason::NotFound);
    return verb == "create" ? review(call) : kube::generic(Reason::MethodNotAllowed);
  }
  if (call.info.name == "." || call.info.name == "..") return no_name(call.info.name);
  if (call.request.method == "HEAD" && !custom) return kube::generic(Reason::MethodNotAllowed);
  if (call.part == ObjectPart::Scale) return scale(call);
  // Of all namespaces together nothing but lists is served.
  const bool many = verb == "list" || verb == "watch";
  if (call.row.resource.namespaced && call.info.name_space.empty() && !many) {
    if (custom) return no_such_page();
    return kube::generic(named ? Reason::NotFound : Reason::MethodNotAllowed);
  }
  if (verb == "get") {
    // Writing what must be done before a namespace goes is all that this part is for.
    return call.part == ObjectPart::Finalizers ? Answer(method_not_allowed(call.row, verb)) : get(call);
  }
  if (verb == "list") return list(call);
  if (verb == "watch") {
    // The old form of a watch is one by its path, whatever the method.
    const bool reads = call.request.method == "GET" || call.request.method == "HEAD";
    return reads ? watch(call) : Answer(kube::generic(Reason::MethodNotAllowed));
  }
  if (verb == "create" && call.part == ObjectPart::Whole && (custom || !named)) return create(call);
  if ((verb == "update" || verb == "patch") && custom && !named) {
    return kube::bad_request("name must be provided");
  }
  if (verb == "update" && named) return update(call);
  if (verb == "patch" && named && call.part != ObjectPart::Finalizers) return patch(call);
  if (call.part != ObjectPart::Whole) return method_not_allowed(call.row, verb);
  if (verb == "delete") return remove(call);
  if (verb == "deletecollection" && call.row.has_verb("deletecollection")) return remove_collection(call);
  return method_not_allowed(call.row, verb);
}

ResourceApi::Answer ResourceApi::get(const Call& call) const {
  const ObjectPtr found =
      TRY(reads_.get(call.row, call.key(), parameter(call.request.query, "resourceVersion")));
  if (call.wanted.form == Form::Partial && call.wanted.asks_list) return no_list(call.row);
  return json_response(200, presentation_.object(call.row, call.wanted, *found));
}

ResourceApi::Answer ResourceApi::list(const Call& call) const {
  const ListOptions options = TRY(read_list_options(call.request.query, ListVerb::List));
  const ListAnswer answer = TRY(reads_.list(call.row, call.info.name_space, options));
  if (call.wanted.form == Form::Partial && !call.wanted.asks_list) return is_list(call.row);
  return json_response(200, presentation_.list(call.row, call.wanted, answer));
}

ResourceApi::Answer ResourceApi::watch(const Call& call) const {
  ListOptions options = TRY(read_list_options(call.request.query, ListVerb::Watch));
  // The old form of a path watches one object by its name.
  if (!call.info.name.empty()) options.field_selector = "metadata.name=" + call.info.name;
  Outcome<std::unique_ptr<ObjectWatch>> opened = reads_.watch(call.row, call.key().name_space, options);
  // What is too old is told as an event: clients then list anew.
  const bool in_protobuf = call.wanted.encoding == Encoding::Protobuf;
  const auto encode = [types = AnswerTypes{parts_.resources, parts_.types}](std::string_view lines) {
    return watch_frames(lines, types);
  };
  http::Response response = json_response(200, {});
  if (in_protobuf) response.content_type = std::string(kProtobufType).append(";stream=watch");
  if (!opened && opened.error().http == 410) {
    const std::string event = error_event(opened.error());
    response.body = in_protobuf ? encode(event) : event;
    return response;
  }
  const std::shared_ptr<ObjectWatch> watch = TRY(std::move(opened));
  WatchAnswer answer{call.row_ptr, call.wanted, options.timeout.value_or(default_timeout())};
  answer.bookmarks = options.allow_bookmarks;
  answer.bookmark_after_initial = options.send_initial_events.value_or(false) && options.allow_bookmarks;
  if (in_protobuf) answer.encode = encode;
  response.stream = [this, watch, answer](const http::StreamWriter& write) {
    stream_watch(answer, presentation_, *watch, write, stop_);
  };
  return response;
}

}  // namespace cw::apiserver
