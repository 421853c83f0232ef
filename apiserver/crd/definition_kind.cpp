#include "apiserver/crd/definition_kind.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/crd/format_warnings.h"
#include "apiserver/json_access.h"
#include "lib/base/ascii.h"
#include "lib/base/time_text.h"

namespace cw::apiserver {
namespace {

void fill(Json& object) {
  Json& spec = make_object(object, "spec");
  Json& names = make_object(spec, "names");
  const std::string kind = text_member(names, "kind");
  if (text_member(names, "singular").empty() && !kind.empty()) names["singular"] = lower_case(kind);
  if (text_member(names, "listKind").empty() && !kind.empty()) names["listKind"] = kind + "List";
  if (!spec.contains("conversion")) spec["conversion"] = {{"strategy", "None"}};
  const Json* webhook = find_path(spec, {"conversion", "webhook", "clientConfig", "service"});
  if (webhook != nullptr && webhook->is_object() && !webhook->contains("port")) {
    spec["conversion"]["webhook"]["clientConfig"]["service"]["port"] = 443;
  }
}

// A storage version stays among those that may be stored until someone says that none is left.
void note_stored_version(Json& object) {
  const Json& storage = storage_version(object);
  if (storage.is_null()) return;
  Json& stored = make_object(object, "status")["storedVersions"];
  if (!stored.is_array()) stored = Json::array();
  const std::string name = text_member(storage, "name");
  if (std::find(stored.begin(), stored.end(), name) == stored.end()) stored.push_back(name);
}

void prepare_create(Json& object) {
  object["status"] = {{"acceptedNames", {{"kind", ""}, {"plural", ""}}}, {"conditions", nullptr}};
  note_stored_version(object);
}

void prepare_update(Json& next, const Json& /*old*/) { note_stored_version(next); }

// Its objects go first.
void prepare_delete(Json& object, TimePoint now) {
  Json& finalizers = make_object(object, "metadata")["finalizers"];
  if (!finalizers.is_array()) finalizers = Json::array();
  if (std::find(finalizers.begin(), finalizers.end(), kCleanupFinalizer) == finalizers.end()) {
    finalizers.push_back(kCleanupFinalizer);
  }
  set_condition(object, "Terminating", "True", "InstanceDeletionPending",
                "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon", now);
}

std::vector<Json> cells(const Json& object, TimePoint /*now*/) {
  return {metadata_text(object, "name"), metadata_text(object, "creationTimestamp")};
}

}  // namespace

const Json& storage_version(const Json& definition) {
  static const Json kNone;
  for (const Json& version : array_member(object_member(definition, "spec"), "versions")) {
    if (true_member(version, "storage")) return version;
  }
  return kNone;
}

std::string condition_status(const Json& definition, std::string_view type) {
  for (const Json& condition : array_member(object_member(definition, "status"), "conditions")) {
    if (text_member(condition, "type") == type) return text_member(condition, "status");
  }
  return {};
}

void set_condition(Json& definition, std::string_view type, std::string_view status, std::string_view reason,
                   std::string_view message, TimePoint now) {
  Json& conditions = make_object(definition, "status")["conditions"];
  if (!conditions.is_array()) conditions = Json::array();
  auto at = std::find_if(conditions.begin(), conditions.end(),
                         [&](const Json& condition) { return text_member(condition, "type") == type; });
  if (at == conditions.end()) {
    conditions.push_back({{"type", type}});
    at = std::prev(conditions.end());
  }
  if (text_member(*at, "status") != status) (*at)["lastTransitionTime"] = format_time(now);
  (*at)["status"] = status;
  (*at)["reason"] = reason;
  (*at)["message"] = message;
}

ResourceRow definition_row() {
  ResourceRow row{
      .resource = {kDefinitionGroup, "v1", "customresourcedefinitions", "CustomResourceDefinition", false},
      .singular = "customresourcedefinition",
      .list_kind = "CustomResourceDefinitionList",
      .short_names = {"crd", "crds"},
      .categories = {"api-extensions"},
      .verbs = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"},
      .sub_resources = {"status"},
      .definition = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
      .stored_as = std::string(kDefinitions),
      .unconditional_update = false,
      .counts_generation = true};
  row.returns_deleted = true;
  row.defines_kinds = true;
  row.rules.fill = fill;
  row.rules.prepare_create = prepare_create;
  row.rules.prepare_update = prepare_update;
  row.rules.prepare_delete = prepare_delete;
  row.rules.warn = format_warnings;
  row.rules.check_create = check_definition;
  row.rules.check_update = check_definition_update;
  row.table.columns = {{.name = "Name", .format = "name"},
                       {.name = "Created At", .type = "date", .description = "When it was created."}};
  row.table.cells = cells;
  return row;
}

}  // namespace cw::apiserver
