#include "apiserver/local_client.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/object_decode.h"
#include "apiserver/object_form.h"
#include "apiserver/patch.h"
#include "apiserver/prepare.h"
#include "apiserver/reviews.h"
#include "apiserver/table.h"
#include "lib/kube/json.h"
#include "lib/kube/service_account.h"
#include "lib/kube/watch_line.h"

namespace cw::apiserver {
namespace {

using kube::WatchEventKind;

constexpr std::chrono::milliseconds kWait{1000};  // without an event; then a bookmark tells how far it is

ListOptions list_options(const kube::ListOptions& options) {
  return {.label_selector = options.label_selector, .field_selector = options.field_selector};
}

Json shown(const StoredObject& object, const ResourceRow& row, bool metadata_only) {
  if (!metadata_only) return served_object(object, row);
  if (!row.shows_as_stored(object.revision())) return partial_metadata(served_object(object, row));
  return partial_metadata(Json::object({{"metadata", parse_metadata(object)}}));
}

Json bookmark(const ResourceRow& row, Revision revision, bool metadata_only, bool ends_initial) {
  Json object{{"apiVersion", row.group_version()},
              {"kind", row.resource.kind},
              {"metadata", {{"resourceVersion", std::to_string(revision)}}}};
  if (ends_initial) object["metadata"]["annotations"] = {{kube::kInitialEventsEnd, "true"}};
  return metadata_only ? partial_metadata(object) : object;
}

// Who does not say which manager it is, is called as over HTTP its user agent would be: a controller by its
// account, what the server does by itself as there.
std::string manager_of(const kube::WriteOptions& options, const kube::UserInfo& user) {
  if (!options.field_manager.empty()) return options.field_manager;
  const auto account = kube::parse_service_account(user.username);
  return account ? std::string(account->name) : "kube-apiserver";
}

WriteOptions write_options(const kube::WriteOptions& options, const kube::UserInfo& user) {
  return {.dry_run = options.dry_run,
          .field_manager = manager_of(options, user),
          .validation = FieldValidation::Ignore,
          .given_manager = options.field_manager};
}

ObjectKey key_of(const Json& object, const ResourceRow& row) {
  return {row.resource.namespaced ? metadata_text(object, "namespace") : std::string(),
          metadata_text(object, "name")};
}

// A client in the process may leave out what the path says over HTTP.
Json with_type(Json object, const ResourceRow& row) {
  if (!object.is_object()) return object;
  if (!object.contains("apiVersion")) object["apiVersion"] = row.group_version();
  if (!object.contains("kind")) object["kind"] = row.resource.kind;
  return object;
}

ObjectPart part_of(kube::Part part) {
  return part == kube::Part::Status ? ObjectPart::Status : ObjectPart::Whole;
}

Error no_such_resource() { return {Code::NotFound, "the server could not find the requested resource"}; }

// "serviceaccounts/NAME/token", as clients name what they make of a subresource.
struct PartPath {
  kube::Resource resource;
  std::string_view name = {};
  std::string_view part = {};
};

PartPath part_path(const kube::Resource& resource) {
  PartPath path{resource};
  const std::size_t first = resource.plural.find('/');
  if (first == std::string_view::npos) return path;
  const std::size_t second = std::min(resource.plural.find('/', first + 1), resource.plural.size());
  path.resource.plural = resource.plural.substr(0, first);
  path.name = resource.plural.substr(first + 1, second - first - 1);
  path.part = resource.plural.substr(std::min(second + 1, resource.plural.size()));
  return path;
}

template <typename T>
Result<T> plain(kube::Outcome<T> outcome) {
  if (outcome) return std::move(outcome).value();
  return outcome.error().error();
}

}  // namespace

Result<RowPtr> LocalClient::row_of(const kube::Resource& resource) const {
  const RowPtr row = parts_.resources.find(resource);
  if (row != nullptr) return row;
  return no_such_resource();
}

Result<Json> LocalClient::get(const kube::Resource& resource, const ObjectKey& key) const {
  const RowPtr row = TRY(row_of(resource));
  const ObjectPtr found = TRY(plain(reads_.get(*row, key)));
  return served_object(*found, *row);
}

Result<kube::ObjectList> LocalClient::list(const kube::Resource& resource,
                                           const kube::ListOptions& options) const {
  const RowPtr row = TRY(row_of(resource));
  const ListAnswer answer = TRY(plain(reads_.list(*row, options.name_space, list_options(options))));
  kube::ObjectList list;
  list.resource_version = std::to_string(answer.revision);
  list.items.reserve(answer.objects.size());
  for (const ObjectPtr& object : answer.objects)
    list.items.push_back(shown(*object, *row, options.metadata_only));
  return list;
}

Status LocalClient::watch(const kube::Resource& resource, const kube::WatchOptions& options,
                          const kube::OnWatchEvent& on_event, std::stop_token stop) const {
  const RowPtr row = TRY(row_of(resource));
  ListOptions wanted = list_options(options);
  wanted.resource_version = options.resource_version;
  if (options.send_initial_events) wanted.send_initial_events = true;
  const std::unique_ptr<ObjectWatch> watch = TRY(plain(reads_.watch(*row, options.name_space, wanted)));
  std::stop_source either;
  const std::stop_callback on_stop(stop, [&] { either.request_stop(); });
  const std::stop_callback on_server_stop(server_stops_, [&] { either.request_stop(); });
  Revision told = 0;
  bool ends_initial = options.send_initial_events;  // the first batch is what there was
  while (!either.stop_requested()) {
    const ShownEvents batch = TRY(watch->next(kWait, either.get_token()));
    for (const ShownEvent& event : batch.events) {
      if (event.kind != WatchEventKind::Deleted && options.is_known &&
          options.is_known(event.object->key(), static_cast<std::uint64_t>(event.object->revision()))) {
        continue;
      }
      on_event(event.kind, shown(*event.object, *row, options.metadata_only));
    }
    // So that a watch that saw little can still go on from a version that is remembered.
    const bool is_news = ends_initial || (batch.events.empty() && batch.revision > told);
    if (is_news && !either.stop_requested()) {
      on_event(WatchEventKind::Bookmark,
               bookmark(*row, batch.revision, options.metadata_only, std::exchange(ends_initial, false)));
    }
    if (batch.events.empty() && row->ended.stop_requested()) break;  // its kind is gone
    told = batch.revision;
  }
  return Done{};
}

Result<Json> LocalClient::get_path(std::string_view path) const {
  http::Request request;
  request.method = "GET";
  request.path = path.substr(0, path.find('?'));
  request.target = path;
  const http::Response response = paths_.handle(request);
  if (response.status != 200) return kube::error_of_answer(response.status, response.body);
  return kube::parse_json(response.body);
}

Result<Json> LocalClient::create(const kube::Resource& resource, const Json& object,
                                 const kube::WriteOptions& options) {
  const PartPath path = part_path(resource);
  RowPtr row = TRY(row_of(path.resource));
  if (!path.part.empty()) row = row->asked_part(path.part);
  if (row == nullptr) return no_such_resource();
  DecodedObject decoded = TRY(decode_tree(*row, parts_.types, with_type(object, *row)));
  if (row->family == Family::Review) {
    const ObjectKey key{metadata_text(decoded.object, "namespace"), std::string(path.name)};
    return ask(*row, decoded.object, key, std::string(path.part));
  }
  const ObjectKey key{key_of(decoded.object, *row).name_space, {}};
  const WriteRequest request{*row, key, ObjectPart::Whole, write_options(options, user_), user_};
  WrittenObject written = TRY(plain(writes_.create(request, {std::move(decoded.object)})));
  return std::move(written.object);
}

Result<Json> LocalClient::ask(const ResourceRow& row, const Json& review, const ObjectKey& key,
                              const std::string& sub_resource) const {
  return plain(reviews_.answer({.row = row,
                                .review = review,
                                .key = key,
                                .sub_resource = sub_resource,
                                .asker = user_,
                                .manager = {}}));
}

Result<Json> LocalClient::change(const ResourceRow& row, const ObjectKey& key, kube::Part part,
                                 const kube::WriteOptions& options, const ObjectChange& change) {
  const WriteRequest request{row, key, part_of(part), write_options(options, user_), user_};
  WrittenObject written = TRY(plain(writes_.update(request, change)));
  return std::move(written.object);
}

Result<Json> LocalClient::update(const kube::Resource& resource, kube::Part part, const Json& object,
                                 const kube::WriteOptions& options) {
  const RowPtr row = TRY(row_of(resource));
  const DecodedObject decoded = TRY(decode_tree(*row, parts_.types, with_type(object, *row)));
  const ObjectChange replace = [&](const Json& stored) -> kube::Outcome<WantedObject> {
    TRY(check_uid(decoded.object, stored, *row));
    return WantedObject{decoded.object};
  };
  return change(*row, key_of(decoded.object, *row), part, options, replace);
}

Result<Json> LocalClient::merge_patch(const kube::Resource& resource, const ObjectKey& key, kube::Part part,
                                      const Json& patch, const kube::WriteOptions& options) {
  const RowPtr row = TRY(row_of(resource));
  const Patch merge{PatchKind::Merge, patch, {}};
  const ObjectChange apply = [&](const Json& stored) {
    return apply_patch(merge, stored, *row, parts_.types, FieldValidation::Ignore);
  };
  return change(*row, key, part, options, apply);
}

Result<Json> LocalClient::apply(const kube::Resource& resource, const Json& config,
                                const kube::WriteOptions& options) {
  const RowPtr row = TRY(row_of(resource));
  WriteOptions with_force = write_options(options, user_);
  with_force.force = true;
  const Json typed = with_type(config, *row);
  const WriteRequest request{*row, key_of(typed, *row), ObjectPart::Whole, with_force, user_};
  WrittenObject written = TRY(plain(writes_.apply(request, typed)));
  return std::move(written.object);
}

Status LocalClient::remove(const kube::Resource& resource, const ObjectKey& key,
                           const kube::Preconditions& preconditions) {
  const RowPtr row = TRY(row_of(resource));
  DeleteOptions options;
  options.uid = preconditions.uid;
  options.resource_version = preconditions.resource_version;
  TRY(plain(removal_.remove({.row = *row, .key = key, .options = options, .user = user_})));
  return Done{};
}

}  // namespace cw::apiserver
