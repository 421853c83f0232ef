#include "apiserver/crd/built_in_definitions.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/crd/definition_kind.h"
#include "apiserver/json_access.h"
#include "lib/base/encoding.h"
#include "lib/base/random.h"
#include "lib/base/time_text.h"
#include "lib/pki/digest.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kForm = "1";  // of what is made here

// Of this program's documents.
const std::string& program_mark() {
  static const std::string kMark = [] {
    std::string all(kForm);
    for (const schemas::Document& document : schemas::documents()) all += document.text;
    return encode_hex(pki::sha256(all).substr(0, 8));
  }();
  return kMark;
}

Json names_of(const schemas::KindSchema& kind) {
  Json names{{"plural", kind.resource.plural},
             {"singular", kind.singular},
             {"kind", kind.resource.kind},
             {"listKind", kind.list_kind}};
  if (!kind.short_names.empty()) names["shortNames"] = kind.short_names;
  if (!kind.categories.empty()) names["categories"] = kind.categories;
  return names;
}

Json version_of(const schemas::KindSchema& kind, const schemas::ParsedDocuments& documents) {
  Json version{{"name", kind.resource.version},
               {"served", true},
               {"storage", true},
               {"schema", {{"openAPIV3Schema", schemas::describe(kind, documents)}}}};
  Json& columns = version["additionalPrinterColumns"] = Json::array();
  for (const schemas::PrinterColumn& column : kind.columns) {
    Json one{{"name", column.name}, {"type", column.type}, {"jsonPath", column.json_path}};
    if (!column.description.empty()) one["description"] = column.description;
    if (column.priority != 0) one["priority"] = column.priority;
    columns.push_back(std::move(one));
  }
  for (const std::string& path : kind.selectable_fields) {
    version["selectableFields"].push_back({{"jsonPath", path}});
  }
  if (kind.has_status_subresource) version["subresources"] = {{"status", Json::object()}};
  return version;
}

}  // namespace

Json built_in_definition(const schemas::KindSchema& kind, const schemas::ParsedDocuments& documents,
                         const Json& before, TimePoint now) {
  Json metadata = object_member(before, "metadata");
  if (metadata.empty()) metadata = {{"uid", random_uuid()}, {"creationTimestamp", format_time(now)}};
  const std::int64_t generation = before.is_object() ? metadata.value("generation", std::int64_t{0}) + 1 : 1;
  metadata["name"] = kube::group_resource(kind.resource);
  metadata["generation"] = generation;
  make_object(metadata, "annotations")[kBuiltInAnnotation] =
      program_mark() + "/" + std::to_string(generation);
  Json definition{
      {"apiVersion", "apiextensions.k8s.io/v1"},
      {"kind", "CustomResourceDefinition"},
      {"metadata", std::move(metadata)},
      {"spec",
       {{"group", kind.resource.group},
        {"names", names_of(kind)},
        {"scope", kind.resource.namespaced ? "Namespaced" : "Cluster"},
        {"conversion", {{"strategy", "None"}}},
        {"versions", Json::array({version_of(kind, documents)})}}},
      {"status", {{"acceptedNames", names_of(kind)}, {"storedVersions", {kind.resource.version}}}}};
  set_condition(definition, "NamesAccepted", "True", "NoConflicts", "no conflicts found", now);
  set_condition(definition, "Established", "True", "InitialNamesAccepted",
                "the initial names have been accepted", now);
  return definition;
}

BuiltIn built_in_state(const StoredObject& stored) {
  if (stored.text().find(kBuiltInAnnotation) == std::string::npos) return BuiltIn::No;
  const Json metadata = parse_metadata(stored);
  const std::string mark = text_member(object_member(metadata, "annotations"), kBuiltInAnnotation);
  const std::size_t slash = mark.find('/');
  const std::string generation = std::to_string(metadata.value("generation", std::int64_t{0}));
  if (slash == std::string::npos || mark.substr(slash + 1) != generation) return BuiltIn::No;
  return mark.substr(0, slash) == program_mark() ? BuiltIn::Current : BuiltIn::Other;
}

const schemas::KindSchema* built_in_kind(std::string_view definition_name) {
  const auto kinds = schemas::kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const schemas::KindSchema& kind) {
    return kube::group_resource(kind.resource) == definition_name;
  });
  return found != kinds.end() ? &*found : nullptr;
}

}  // namespace cw::apiserver
