#include "apiserver/resource_table.h"

#include <algorithm>
#include <iterator>
#include <mutex>

#include "apiserver/crd/defined_rows.h"
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
    table.columns.push_back(
        {column.name, column.type, column.format, std::move(description), column.priority});
    Result<JsonPath> path = JsonPath::parse(column.json_path);
    // What a path cannot say is empty; a definition may be refused for its first character alone.
    table.paths.push_back(path ? std::move(path).value() : std::optional<JsonPath>());
  }
  return table;
}

}  // namespace

bool ResourceRow::has_status() const {
  return std::find(sub_resources.begin(), sub_resources.end(), "status") != sub_resources.end();
}

RowPtr ResourceRow::asked_part(std::string_view name) const {
  for (const AskedPart& part : asked_parts) {
    if (part.name == name) return part.row;
  }
  return nullptr;
}

const Connection* ResourceRow::connection(std::string_view name) const {
  for (const Connection& one : connections) {
    if (one.name == name) return &one;
  }
  return nullptr;
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
      .custom = &kind,
      .openapi_schema = [&kind] { return schemas::describe(kind); },
      .defined_by = kube::group_resource(kind.resource)};
  if (kind.has_status_subresource) row.sub_resources = {"status"};
  for (const std::string& field : kind.selectable_fields) {
    row.fields.push_back({field.substr(1), path_parts(field)});
  }
  return row;
}

ResourceTable::ResourceTable(const std::function<bool(const schemas::KindSchema&)>& leaves_out) {
  for (ResourceRow& row : core_rows()) rows_.push_back(std::make_shared<const ResourceRow>(std::move(row)));
  for (const schemas::KindSchema& kind : schemas::kinds()) {
    if (leaves_out && leaves_out(kind)) continue;
    rows_.push_back(std::make_shared<const ResourceRow>(custom_row(kind)));
  }
  picture_ = picture_of(rows_, 0);
}

ResourceTable::PicturePtr ResourceTable::picture_of(Rows rows, std::uint64_t generation) {
  auto picture = std::make_shared<Picture>();
  picture->generation = generation;
  // Groups of custom resources are told by name, behind the others; their newest versions first.
  std::stable_sort(rows.begin(), rows.end(), [](const RowPtr& a, const RowPtr& b) {
    const bool custom = a->family == Family::Custom;
    if (custom != (b->family == Family::Custom)) return !custom;
    if (!custom || a->resource.group != b->resource.group)
      return custom && a->resource.group < b->resource.group;
    return is_version_before(a->resource.version, b->resource.version);
  });
  for (RowPtr& row : rows) {
    const kube::Resource& resource = row->resource;
    if (row->family != Family::Review && row->is_stored_form()) {
      picture->by_stored.emplace(row->stored_as, row);
      picture->stored.push_back(row);
    }
    if (!row->served) continue;
    picture->by_name.emplace(Name{resource.group, resource.version, resource.plural}, row);
    picture->by_kind.emplace(std::pair{row->group_version(), resource.kind}, row);
    picture->served.push_back(std::move(row));
  }
  return picture;
}

ResourceTable::PicturePtr ResourceTable::now() const {
  const std::shared_lock lock(mutex_);
  return picture_;
}

RowPtr ResourceTable::find(std::string_view group, std::string_view version, std::string_view plural) const {
  const PicturePtr picture = now();
  const auto at = picture->by_name.find({group, version, plural});
  return at != picture->by_name.end() ? at->second : nullptr;
}

RowPtr ResourceTable::find_kind(std::string_view api_version, std::string_view kind) const {
  const PicturePtr picture = now();
  const auto at = picture->by_kind.find({std::string(api_version), kind});
  return at != picture->by_kind.end() ? at->second : nullptr;
}

RowPtr ResourceTable::find_stored(std::string_view stored_as) const {
  const PicturePtr picture = now();
  const auto at = picture->by_stored.find(stored_as);
  return at != picture->by_stored.end() ? at->second : nullptr;
}

ResourceTable::Rows ResourceTable::rows() const { return now()->served; }

ResourceTable::Rows ResourceTable::stored() const { return now()->stored; }

std::uint64_t ResourceTable::generation() const { return now()->generation; }

bool ResourceTable::is_core_group(std::string_view group, std::string_view version) const {
  if (group.empty()) return true;
  const PicturePtr picture = now();
  return std::any_of(picture->served.begin(), picture->served.end(), [&](const RowPtr& row) {
    return row->family != Family::Custom && row->resource.group == group && row->resource.version == version;
  });
}

void ResourceTable::install(const std::string& definition, std::vector<RowPtr> rows) {
  const std::unique_lock lock(mutex_);
  std::erase_if(rows_, [&](const RowPtr& row) { return row->defined_by == definition; });
  std::move(rows.begin(), rows.end(), std::back_inserter(rows_));
  picture_ = picture_of(rows_, picture_->generation + 1);
}

}  // namespace cw::apiserver
