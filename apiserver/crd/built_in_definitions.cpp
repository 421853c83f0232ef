#include "apiserver/crd/built_in_definitions.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/crd/definition_kind.h"
#include "apiserver/json_access.h"
#include "apiserver/resource_table.h"
#include "lib/base/encoding.h"
#include "lib/base/random.h"
#include "lib/base/time_text.h"
#include "lib/pki/digest.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kForm = "2";  // of what is made here
constexpr const char* kManager = "certwright";

Json names_of(const schemas::KindSchema& kind) {
  Json names{{"plural", kind.resource.plural},
             {"singular", kind.singular},
             {"kind", kind.resource.kind},
             {"listKind", kind.list_kind}};
  if (!kind.short_names.empty()) names["shortNames"] = kind.short_names;
  if (!kind.categories.empty()) names["categories"] = kind.categories;
  return names;
}

// Its parts before and behind the slash.
struct Mark {
  std::string form;
  std::string generation;
};

std::optional<Mark> mark_of(const Json& metadata) {
  const std::string mark = text_member(object_member(metadata, "annotations"), kBuiltInAnnotation);
  const std::size_t slash = mark.find('/');
  if (slash == std::string::npos) return std::nullopt;
  return Mark{mark.substr(0, slash), mark.substr(slash + 1)};
}

// We own our mark and nothing of the spec: who applies the field's definitions over ours takes it from
// nobody.
void own_mark(Json& metadata, TimePoint now) {
  Json& entries = metadata["managedFields"];
  if (!entries.is_array()) entries = Json::array();
  for (const Json& entry : entries) {
    if (text_member(entry, "manager") == kManager) return;
  }
  const Json annotations{{".", Json::object()}, {"f:" + std::string(kBuiltInAnnotation), Json::object()}};
  entries.push_back({{"manager", kManager},
                     {"operation", "Update"},
                     {"apiVersion", "apiextensions.k8s.io/v1"},
                     {"time", format_time(now)},
                     {"fieldsType", "FieldsV1"},
                     {"fieldsV1", {{"f:metadata", {{"f:annotations", annotations}}}}}});
}

}  // namespace

bool is_built_in(const StoredObject& stored) {
  if (stored.text().find(kBuiltInAnnotation) == std::string::npos) return false;
  const Json metadata = parse_metadata(stored);
  const auto mark = mark_of(metadata);
  return mark && mark->generation == std::to_string(metadata.value("generation", std::int64_t{0}));
}

const schemas::KindSchema* built_in_kind(std::string_view definition_name) {
  const auto kinds = schemas::kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const schemas::KindSchema& kind) {
    return kube::group_resource(kind.resource) == definition_name;
  });
  return found != kinds.end() ? &*found : nullptr;
}

BuiltInDefinitions::BuiltInDefinitions(const ApiDocumentation& documentation)
    : documentation_(documentation) {
  std::string all(kForm);
  for (const schemas::Document& document : schemas::documents()) all += document.text;
  mark_ = encode_hex(pki::sha256(all + documentation.digest()).substr(0, 8));
}

bool BuiltInDefinitions::is_current(const StoredObject& built_in) const {
  const auto mark = mark_of(parse_metadata(built_in));
  return mark && mark->form == mark_;
}

// In the words that were given, but for `metadata`, which is Kubernetes' own.
Json BuiltInDefinitions::schema_of(const schemas::KindSchema& kind) {
  if (!documents_) {
    documents_.emplace();
    std::set<std::string, std::less<>> names;
    for (const schemas::KindSchema& each : schemas::kinds()) names.insert(custom_row(each).definition);
    described_ = documentation_.load([&](std::string_view name) { return names.contains(name); });
  }
  Json schema = schemas::describe(kind, *documents_);
  const auto texts = described_.find(custom_row(kind).definition);
  if (texts == described_.end()) return schema;
  texts->second.erase("/properties/metadata");
  describe(schema, texts->second);
  return schema;
}

Json BuiltInDefinitions::version_of(const schemas::KindSchema& kind) {
  Json version{{"name", kind.resource.version},
               {"served", true},
               {"storage", true},
               {"schema", {{"openAPIV3Schema", schema_of(kind)}}}};
  Json& columns = version["additionalPrinterColumns"] = Json::array();
  for (const schemas::PrinterColumn& column : kind.columns) {
    Json one{{"name", column.name}, {"type", column.type}, {"jsonPath", column.json_path}};
    const std::string given = column.type == "date" ? documentation_.creation_time_in_short() : std::string();
    if (const std::string& text = given.empty() ? column.description : given; !text.empty()) {
      one["description"] = text;
    }
    if (column.priority != 0) one["priority"] = column.priority;
    columns.push_back(std::move(one));
  }
  for (const std::string& path : kind.selectable_fields) {
    version["selectableFields"].push_back({{"jsonPath", path}});
  }
  if (kind.has_status_subresource) version["subresources"] = {{"status", Json::object()}};
  return version;
}

Json BuiltInDefinitions::make(const schemas::KindSchema& kind, const Json& before, TimePoint now) {
  Json metadata = object_member(before, "metadata");
  if (metadata.empty()) metadata = {{"uid", random_uuid()}, {"creationTimestamp", format_time(now)}};
  const std::int64_t generation = before.is_object() ? metadata.value("generation", std::int64_t{0}) + 1 : 1;
  metadata["name"] = kube::group_resource(kind.resource);
  metadata["generation"] = generation;
  make_object(metadata, "annotations")[kBuiltInAnnotation] = mark_ + "/" + std::to_string(generation);
  own_mark(metadata, now);
  Json definition{
      {"apiVersion", "apiextensions.k8s.io/v1"},
      {"kind", "CustomResourceDefinition"},
      {"metadata", std::move(metadata)},
      {"spec",
       {{"group", kind.resource.group},
        {"names", names_of(kind)},
        {"scope", kind.resource.namespaced ? "Namespaced" : "Cluster"},
        {"conversion", {{"strategy", "None"}}},
        {"versions", Json::array({version_of(kind)})}}},
      {"status", {{"acceptedNames", names_of(kind)}, {"storedVersions", {kind.resource.version}}}}};
  set_condition(definition, "NamesAccepted", "True", "NoConflicts", "no conflicts found", now);
  set_condition(definition, "Established", "True", "InitialNamesAccepted",
                "the initial names have been accepted", now);
  return definition;
}

}  // namespace cw::apiserver
