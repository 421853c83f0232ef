#include "apiserver/presentation.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/object_form.h"
#include "lib/kube/json_text.h"
#include "lib/kube/watch_line.h"

namespace cw::apiserver {
namespace {

std::string_view name_of(kube::WatchEventKind kind) {
  switch (kind) {
    case kube::WatchEventKind::Added:
      return "ADDED";
    case kube::WatchEventKind::Modified:
      return "MODIFIED";
    case kube::WatchEventKind::Deleted:
      return "DELETED";
    case kube::WatchEventKind::Bookmark:
      break;
  }
  return "BOOKMARK";
}

std::string event_line(kube::WatchEventKind kind, const std::string& object) {
  return "{\"type\":\"" + std::string(name_of(kind)) + "\",\"object\":" + object + "}\n";
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  if (out.back() != '{') out += ',';
  kube::append_json_string(out, name);
  out += ':';
  kube::append_json_string(out, value);
}

// metadata of a list, with its braces.
std::string list_metadata(const ListAnswer& answer, bool always_continue) {
  std::string out = "{";
  if (always_continue || !answer.continue_token.empty())
    append_member(out, "continue", answer.continue_token);
  append_member(out, "resourceVersion", std::to_string(answer.revision));
  if (answer.remaining) out += ",\"remainingItemCount\":" + std::to_string(*answer.remaining);
  return out + "}";
}

}  // namespace

std::string Presentation::object(const ResourceRow& row, const Wanted& wanted,
                                 const StoredObject& stored) const {
  if (wanted.form != Form::Object || !row.shows_as_stored(stored.revision())) {
    return object(row, wanted, served_object(stored, row));
  }
  std::string out;
  append_object(out, stored);
  return out;
}

std::string Presentation::object(const ResourceRow& row, const Wanted& wanted, const Json& served) const {
  switch (wanted.form) {
    case Form::Object:
      return dumped(served);
    case Form::Partial:
      return dumped(partial_metadata(served));
    case Form::Table:
      break;
  }
  Json one = table(row, wanted, 0, {served});
  copy_member(one["metadata"], object_member(served, "metadata"), "resourceVersion");
  return dumped(one);
}

Json Presentation::table(const ResourceRow& row, const Wanted& wanted, Revision revision,
                         const std::vector<Json>& objects) const {
  Json rows = Json::array();
  const TimePoint now = clock_.now();
  for (const Json& object : objects) rows.push_back(table_row(row, object, wanted.row_object, now));
  return {{"kind", "Table"},
          {"apiVersion", "meta.k8s.io/v1"},
          {"metadata", {{"resourceVersion", std::to_string(revision)}}},
          {"columnDefinitions", table_columns(row, documentation_)},
          {"rows", std::move(rows)}};
}

void Presentation::append_item(std::string& out, const ResourceRow& row, Form form,
                               const StoredObject& stored) const {
  if (form == Form::Partial) {
    out += dumped(partial_metadata(served_object(stored, row)));
  } else if (!row.shows_as_stored(stored.revision())) {
    Json served = served_object(stored, row);
    if (row.family != Family::Custom) {
      served.erase("apiVersion");
      served.erase("kind");
    }
    out += dumped(served);
  } else {
    append_object(out, stored, row.family == Family::Custom ? ShownMembers::All : ShownMembers::WithoutType);
  }
}

std::string Presentation::list_table(const ResourceRow& row, const Wanted& wanted,
                                     const ListAnswer& answer) const {
  std::vector<Json> objects;
  objects.reserve(answer.objects.size());
  for (const ObjectPtr& object : answer.objects) objects.push_back(served_object(*object, row));
  Json out = table(row, wanted, answer.revision, objects);
  if (!answer.continue_token.empty()) out["metadata"]["continue"] = answer.continue_token;
  if (answer.remaining) out["metadata"]["remainingItemCount"] = *answer.remaining;
  return dumped(out);
}

std::string Presentation::list(const ResourceRow& row, const Wanted& wanted, const ListAnswer& answer) const {
  if (wanted.form == Form::Table) return list_table(row, wanted, answer);
  const bool partial = wanted.form == Form::Partial;
  std::string out = "{";
  append_member(out, "kind", partial ? "PartialObjectMetadataList" : row.list_kind);
  append_member(out, "apiVersion", partial ? "meta.k8s.io/v1" : row.group_version());
  out += ",\"metadata\":" + list_metadata(answer, row.family == Family::Custom && !partial);
  // A list of metadata is made without a place for items.
  if (partial && answer.objects.empty()) return out + ",\"items\":null}";
  out += ",\"items\":[";
  for (std::size_t i = 0; i < answer.objects.size(); ++i) {
    if (i > 0) out += ',';
    append_item(out, row, wanted.form, *answer.objects[i]);
  }
  return out + "]}";
}

std::string Presentation::event(const ResourceRow& row, const Wanted& wanted, const ShownEvent& event,
                                bool first) const {
  if (wanted.form != Form::Table) return event_line(event.kind, object(row, wanted, *event.object));
  Json shown = table(row, wanted, event.object->revision(), {served_object(*event.object, row)});
  if (!first) shown["columnDefinitions"] = nullptr;
  return event_line(event.kind, dumped(shown));
}

std::string Presentation::bookmark(const ResourceRow& row, const Wanted& wanted, Revision revision,
                                   BookmarkKind kind) const {
  Json object{{"kind", row.resource.kind},
              {"apiVersion", row.group_version()},
              {"metadata", {{"resourceVersion", std::to_string(revision)}}}};
  if (kind == BookmarkKind::InitialEventsEnd) {
    object["metadata"]["annotations"] = {{kube::kInitialEventsEnd, "true"}};
  }
  if (wanted.form == Form::Partial) object = partial_metadata(object);
  if (wanted.form == Form::Table) {
    const Json metadata = object["metadata"];
    object = table(row, wanted, revision, {});
    object["metadata"] = metadata;
  }
  return event_line(kube::WatchEventKind::Bookmark, dumped(object));
}

}  // namespace cw::apiserver
