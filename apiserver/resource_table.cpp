#include "apiserver/resource_table.h"

#include <algorithm>

#include "schemas/kinds.h"

namespace cw::apiserver {
namespace {

// ".spec.issuerRef.name"
std::vector<std::string> path_parts(std::string_view json_path) {
  std::vector<std::string> parts;
  while (!json_path.empty()) {
    json_path.remove_prefix(json_path.front() == '.' ? 1 : 0);
    const std::size_t end = std::min(json_path.find('.'), json_path.size());
    parts.emplace_back(json_path.substr(0, end));
    json_path.remove_prefix(end);
  }
  return parts;
}

constexpr std::string_view kTypeName = "Name must be unique within a namespace.";

// "cert-manager.io" → "io.cert-manager"
std::string reversed(std::string_view group) {
  std::string out;
  while (!group.empty()) {
    const std::size_t dot = group.rfind('.');
    out.append(group.substr(dot == std::string_view::npos ? 0 : dot + 1)).append(".");
    group = group.substr(0, dot == std::string_view::npos ? 0 : dot);
  }
  return out;
}

TableColumns table_of(const schemas::KindSchema& kind) {
  TableColumns table;
  table.columns.push_back({.name = "Name", .format = "name", .description = std::string(kTypeName)});
  for (const schemas::PrinterColumn& column : kind.columns) {
    std::string description = column.description;
    if (description.empty()) {
      description = "Custom resource definition column (in JSONPath format): " + column.json_path;
    }
    table.columns.push_back({column.name, column.type, {}, std::move(description), column.priority});
  }
  return table;
}

}  // namespace

bool ResourceRow::has_status() const {
  return std::find(sub_resources.begin(), sub_resources.end(), "status") != sub_resources.end();
}

bool ResourceRow::has_verb(std::string_view verb) const {
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

ResourceRow custom_row(const schemas::KindSchema& kind) {
  ResourceRow row{
      .resource = kind.resource,
      .family = Family::Custom,
      .singular = kind.singular,
      .list_kind = kind.list_kind,
      .short_names = kind.short_names,
      .categories = kind.categories,
      .verbs = {"delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"},
      .definition = reversed(kind.resource.group) + std::string(kind.resource.version) + "." +
                    std::string(kind.resource.kind),
      .stored_as = kube::group_resource(kind.resource),
      .unconditional_update = false,
      .counts_generation = true,
      .admitted = true,
      .table = table_of(kind),
      .custom = &kind};
  if (kind.has_status_subresource) row.sub_resources = {"status"};
  for (const std::string& field : kind.selectable_fields) {
    row.fields.push_back({field.substr(1), path_parts(field)});
  }
  return row;
}

ResourceTable::ResourceTable() {
  for (ResourceRow& row : core_rows()) rows_.push_back(std::make_unique<const ResourceRow>(std::move(row)));
  for (const schemas::KindSchema& kind : schemas::kinds()) {
    rows_.push_back(std::make_unique<const ResourceRow>(custom_row(kind)));
  }
}

const ResourceRow* ResourceTable::find(std::string_view group, std::string_view version,
                                       std::string_view plural) const {
  for (const auto& row : rows_) {
    const kube::Resource& resource = row->resource;
    if (resource.plural == plural && resource.group == group && resource.version == version) return row.get();
  }
  return nullptr;
}

const ResourceRow* ResourceTable::find_kind(std::string_view api_version, std::string_view kind) const {
  for (const auto& row : rows_) {
    if (row->resource.kind == kind && row->group_version() == api_version) return row.get();
  }
  return nullptr;
}

const ResourceRow* ResourceTable::find_stored(std::string_view stored_as) const {
  for (const auto& row : rows_) {
    if (row->stored_as == stored_as && row->conversion == nullptr) return row.get();
  }
  return nullptr;
}

bool ResourceTable::is_core_group(std::string_view group, std::string_view version) const {
  if (group.empty()) return true;
  return std::any_of(rows_.begin(), rows_.end(), [&](const auto& row) {
    return row->family != Family::Custom && row->resource.group == group && row->resource.version == version;
  });
}

std::vector<const ResourceRow*> ResourceTable::stored() const {
  std::vector<const ResourceRow*> stored;
  for (const auto& row : rows_) {
    if (row->family != Family::Review && row->conversion == nullptr) stored.push_back(row.get());
  }
  return stored;
}

}  // namespace cw::apiserver
