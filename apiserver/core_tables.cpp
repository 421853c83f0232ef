#include "apiserver/core_tables.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/core_kinds.h"
#include "apiserver/human_age.h"
#include "apiserver/json_access.h"
#include "lib/base/ascii.h"

namespace cw::apiserver {
namespace {

using Cells = std::vector<Json>;

TableColumn name_column() { return {.name = "Name", .format = "name"}; }
TableColumn column(const char* name, int priority = 0) { return {.name = name, .priority = priority}; }

Json name_of(const Json& object) { return metadata_text(object, "name"); }
Json age_of(const Json& object, TimePoint now) {
  return human_age(metadata_text(object, "creationTimestamp"), now);
}

Cells namespace_cells(const Json& object, TimePoint now) {
  return {name_of(object), text_at(object, {"status", "phase"}), age_of(object, now)};
}

Cells secret_cells(const Json& object, TimePoint now) {
  return {name_of(object), text_member(object, "type"), object_member(object, "data").size(),
          age_of(object, now)};
}

Cells config_map_cells(const Json& object, TimePoint now) {
  const std::size_t values =
      object_member(object, "data").size() + object_member(object, "binaryData").size();
  return {name_of(object), values, age_of(object, now)};
}

Cells service_account_cells(const Json& object, TimePoint now) {
  return {name_of(object), age_of(object, now)};
}

Cells lease_cells(const Json& object, TimePoint now) {
  return {name_of(object), text_at(object, {"spec", "holderIdentity"}), age_of(object, now)};
}

Cells role_cells(const Json& object, TimePoint /*now*/) {
  return {name_of(object), metadata_text(object, "creationTimestamp")};
}

// Names of the subjects of one kind, with their namespaces if they have any: "ns/name, /other".
std::string subjects_of(const Json& binding, std::string_view kind) {
  std::string text;
  for (const Json& subject : array_member(binding, "subjects")) {
    if (text_member(subject, "kind") != kind) continue;
    if (!text.empty()) text += ", ";
    if (kind == "ServiceAccount") text += text_member(subject, "namespace") + "/";
    text += text_member(subject, "name");
  }
  return text;
}

Cells role_binding_cells(const Json& object, TimePoint now) {
  return {name_of(object),
          text_at(object, {"roleRef", "kind"}) + "/" + text_at(object, {"roleRef", "name"}),
          age_of(object, now),
          subjects_of(object, "User"),
          subjects_of(object, "Group"),
          subjects_of(object, "ServiceAccount")};
}

// "component, host", or for events of the newer API the controller and its instance.
std::string source_of(const Json& event) {
  std::string component = text_at(event, {"source", "component"});
  std::string host = text_at(event, {"source", "host"});
  if (component.empty()) {
    component = text_member(event, "reportingComponent");
    host = text_member(event, "reportingInstance");
  }
  return host.empty() ? component : component + ", " + host;
}

std::string target_of(const Json& event) {
  const std::string kind = lower_case(text_at(event, {"involvedObject", "kind"}));
  const std::string name = text_at(event, {"involvedObject", "name"});
  return name.empty() ? kind : kind + "/" + name;
}

std::string first_of(std::string first, const std::string& second) {
  return first.empty() ? second : std::move(first);
}

Cells event_cells(const Json& event, TimePoint now) {
  const Json& series = object_member(event, "series");
  const std::string first = first_of(text_member(event, "firstTimestamp"), text_member(event, "eventTime"));
  const std::string last =
      first_of(text_member(series, "lastObservedTime"), first_of(text_member(event, "lastTimestamp"), first));
  const Json* count = find_member(series.empty() ? event : series, "count");
  return {human_age(last, now),
          text_member(event, "type"),
          text_member(event, "reason"),
          target_of(event),
          text_at(event, {"involvedObject", "fieldPath"}),
          source_of(event),
          trimmed(text_member(event, "message"), " \t\r\n"),
          human_age(first, now),
          count != nullptr ? *count : Json(1),
          name_of(event)};
}

Cells events_api_cells(const Json& event, TimePoint now) {
  return event_cells(event_conversion().to_stored(event), now);
}

}  // namespace

TableColumns namespace_table() { return {{name_column(), column("Status"), column("Age")}, namespace_cells}; }

TableColumns secret_table() {
  return {{name_column(), column("Type"), column("Data"), column("Age")}, secret_cells};
}

TableColumns config_map_table() { return {{name_column(), column("Data"), column("Age")}, config_map_cells}; }

TableColumns service_account_table() { return {{name_column(), column("Age")}, service_account_cells}; }

TableColumns lease_table() { return {{name_column(), column("Holder"), column("Age")}, lease_cells}; }

TableColumns role_table() {
  TableColumn created = column("Created At");
  created.type = "date";
  return {{name_column(), created}, role_cells};
}

TableColumns role_binding_table() {
  return {{name_column(), column("Role"), column("Age"), column("Users", 1), column("Groups", 1),
           column("ServiceAccounts", 1)},
          role_binding_cells};
}

TableColumns event_table() {
  TableColumn name = name_column();
  name.priority = 1;
  return {{column("Last Seen"), column("Type"), column("Reason"), column("Object"), column("Subobject", 1),
           column("Source", 1), column("Message"), column("First Seen", 1), column("Count", 1), name},
          event_cells};
}

TableColumns events_api_table() {
  TableColumns table = event_table();
  table.cells = events_api_cells;
  return table;
}

}  // namespace cw::apiserver
