#include "apiserver/crd/defined_rows.h"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "apiserver/crd/cel_rules.h"
#include "apiserver/crd/definition_kind.h"
#include "apiserver/crd/version_converter.h"
#include "apiserver/json_access.h"
#include "apiserver/resource_table.h"
#include "schemas/schema_reader.h"

namespace cw::apiserver {
namespace {

// What a row refers to.
struct DefinedKind {
  std::string group;
  std::string version;
  std::string plural;
  std::string kind_name;
  schemas::KindSchema kind;
};

std::vector<std::string> texts(const Json& from, const char* member) {
  std::vector<std::string> list;
  for (const Json& item : array_member(from, member)) {
    if (item.is_string()) list.push_back(item.get<std::string>());
  }
  return list;
}

std::vector<schemas::PrinterColumn> columns_of(const Json& version) {
  std::vector<schemas::PrinterColumn> columns;
  for (const Json& column : array_member(version, "additionalPrinterColumns")) {
    columns.push_back({.name = text_member(column, "name"),
                       .type = text_member(column, "type"),
                       .json_path = text_member(column, "jsonPath"),
                       .description = text_member(column, "description"),
                       .priority = column.value("priority", 0),
                       .format = text_member(column, "format")});
  }
  if (columns.empty()) {
    columns.push_back({.name = "Age",
                       .type = "date",
                       .json_path = ".metadata.creationTimestamp",
                       .description = std::string(kAgeDescription)});
  }
  return columns;
}

std::vector<std::string> dotted(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t at = 1;
  while (at <= path.size()) {
    const std::size_t end = std::min(path.find('.', at), path.size());
    parts.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::shared_ptr<const ScaleRow> scale_of(const Json& version) {
  const Json* scale = find_path(version, {"subresources", "scale"});
  if (scale == nullptr) return nullptr;
  auto row = std::make_shared<ScaleRow>();
  row->spec_replicas = dotted(text_member(*scale, "specReplicasPath"));
  row->status_replicas = dotted(text_member(*scale, "statusReplicasPath"));
  if (const std::string path = text_member(*scale, "labelSelectorPath"); !path.empty()) {
    row->label_selector = dotted(path);
  }
  return row;
}

Result<std::shared_ptr<DefinedKind>> kind_of(const Json& definition, const Json& version) {
  const Json& spec = object_member(definition, "spec");
  const Json& names = object_member(object_member(definition, "status"), "acceptedNames");
  auto defined = std::make_shared<DefinedKind>();
  defined->group = text_member(spec, "group");
  defined->version = text_member(version, "name");
  defined->plural = text_member(names, "plural");
  defined->kind_name = text_member(names, "kind");
  schemas::KindSchema& kind = defined->kind;
  kind.resource = {defined->group, defined->version, defined->plural, defined->kind_name,
                   text_member(spec, "scope") == "Namespaced"};
  kind.singular = text_member(names, "singular");
  kind.list_kind = text_member(names, "listKind");
  kind.short_names = texts(names, "shortNames");
  kind.categories = texts(names, "categories");
  kind.columns = columns_of(version);
  for (const Json& field : array_member(version, "selectableFields")) {
    kind.selectable_fields.push_back(text_member(field, "jsonPath"));
  }
  kind.has_status_subresource = find_path(version, {"subresources", "status"}) != nullptr;
  const Json* schema = find_path(version, {"schema", "openAPIV3Schema"});
  const Json anything{{"type", "object"}, {"x-kubernetes-preserve-unknown-fields", true}};
  kind.object = {kube::api_version(kind.resource), defined->kind_name,
                 TRY(schemas::read_schema(schema != nullptr ? *schema : anything, CelRules()))};
  return defined;
}

// Read anew from the definition's text: documents are seldom asked for.
Json schema_in(const StoredObject& stored, const std::string& version) {
  const Json definition = parse_object(stored);
  for (const Json& one : array_member(object_member(definition, "spec"), "versions")) {
    const Json* schema = find_path(one, {"schema", "openAPIV3Schema"});
    if (schema != nullptr && text_member(one, "name") == version) return *schema;
  }
  return Json::object({{"type", "object"}});
}

// The newest served version that is younger than this one and is to stay.
std::string successor_of(const std::string& name, const Json& definition) {
  std::string best;
  for (const Json& version : array_member(object_member(definition, "spec"), "versions")) {
    const std::string other = text_member(version, "name");
    if (!true_member(version, "served") || true_member(version, "deprecated")) continue;
    if (is_version_before(other, best.empty() ? name : best)) best = other;
  }
  return best;
}

std::string deprecation_of(const Json& version, const schemas::KindSchema& kind, const Json& definition) {
  if (!true_member(version, "deprecated")) return {};
  const Json* said = find_member(version, "deprecationWarning");
  if (said != nullptr && said->is_string()) return said->get<std::string>();
  const std::string successor = successor_of(text_member(version, "name"), definition);
  const std::string after = " " + std::string(kind.object.kind);
  const std::string use = "; use " + text_at(definition, {"spec", "group"}) + "/" + successor + after;
  return kind.object.api_version + after + " is deprecated" + (successor.empty() ? "" : use);
}

// Null: strategy None.
Result<std::shared_ptr<VersionConverter>> converter_of(const Json& definition, Revision other_schema_until,
                                                       webhooks::Caller* caller) {
  const Json& conversion = object_member(object_member(definition, "spec"), "conversion");
  if (text_member(conversion, "strategy") != "Webhook") return std::shared_ptr<VersionConverter>();
  if (caller == nullptr) return Error{Code::Invalid, "its conversion webhook cannot be called here"};
  const Json& webhook = object_member(conversion, "webhook");
  return std::make_shared<VersionConverter>(
      webhooks::decode_target(object_member(webhook, "clientConfig")),
      webhooks::spoken_version(array_member(webhook, "conversionReviewVersions")), *caller,
      other_schema_until);
}

struct VersionRank {
  int stage = 0;  // 3 stable, 2 beta, 1 alpha, 0 none of these
  long major = 0;
  long minor = 0;
  auto operator<=>(const VersionRank&) const = default;
};

VersionRank rank_of(std::string_view version) {
  VersionRank rank;
  const char* end = version.data() + version.size();
  if (!version.starts_with('v')) return rank;
  auto at = std::from_chars(version.data() + 1, end, rank.major);
  if (at.ec != std::errc() || rank.major < 1) return {};
  const std::string_view rest(at.ptr, static_cast<std::size_t>(end - at.ptr));
  if (rest.empty()) return {3, rank.major, 0};
  const std::size_t word = rest.starts_with("beta") ? 4 : rest.starts_with("alpha") ? 5 : 0;
  if (word == 0) return {};
  at = std::from_chars(rest.data() + word, end, rank.minor);
  if (at.ec != std::errc() || at.ptr != end) return {};
  rank.stage = word == 4 ? 2 : 1;
  return rank;
}

}  // namespace

bool is_version_before(std::string_view left, std::string_view right) {
  const VersionRank a = rank_of(left);
  const VersionRank b = rank_of(right);
  return a != b ? a > b : a.stage == 0 && left < right;
}

// Our own kinds, defined anew by someone, still go through our own webhook.
Result<std::vector<RowPtr>> defined_rows(const Json& definition, const ObjectPtr& stored,
                                         std::stop_token ended, webhooks::Caller* caller) {
  const std::string storage = text_member(storage_version(definition), "name");
  const std::string api_group = text_at(definition, {"spec", "group"}) + "/";
  const std::string name = metadata_text(definition, "name");
  const auto ours = schemas::kinds();
  const bool is_ours = std::any_of(ours.begin(), ours.end(), [&](const schemas::KindSchema& kind) {
    return kube::group_resource(kind.resource) == name;
  });
  const auto converter = TRY(converter_of(definition, stored->revision(), caller));
  std::vector<RowPtr> rows;
  for (const Json& version : array_member(object_member(definition, "spec"), "versions")) {
    const bool served = true_member(version, "served");
    // Of the others a webhook makes what is still stored in them.
    if (!served && !true_member(version, "storage") && converter == nullptr) continue;
    auto kind = kind_of(definition, version);
    if (!kind) {
      return Error{Code::Invalid, "version " + text_member(version, "name") + ": " + kind.error().message};
    }
    const std::shared_ptr<DefinedKind> defined = std::move(kind).value();
    ResourceRow row = custom_row(defined->kind);
    row.owner = defined;
    row.converter = converter;
    if (converter) converter->add({defined, &defined->kind});
    row.defined_by = name;
    row.is_described = true;
    row.stored_as = name;
    row.admitted = is_ours;
    row.served = served;
    if (defined->version != storage) row.stored_api_version = api_group + storage;
    row.other_schema_until = stored->revision();
    row.ended = ended;
    row.scale = scale_of(version);
    if (row.scale) row.sub_resources.emplace_back("scale");
    row.deprecated = deprecation_of(version, defined->kind, definition);
    row.refuses_new = condition_status(definition, "Terminating") == "True";
    row.openapi_schema = [stored, wanted = defined->version] { return schema_in(*stored, wanted); };
    rows.push_back(std::make_shared<const ResourceRow>(std::move(row)));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const RowPtr& a, const RowPtr& b) {
    return is_version_before(a->resource.version, b->resource.version);
  });
  return rows;
}

}  // namespace cw::apiserver
