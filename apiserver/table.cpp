#include "apiserver/table.h"

#include <nlohmann/json.hpp>

#include "apiserver/human_age.h"
#include "apiserver/json_access.h"
#include "lib/base/assert.h"

namespace cw::apiserver {
namespace {

std::string shown(const Json& value) { return value.is_string() ? value.get<std::string>() : dumped(value); }

// As apiextensions' table convertor renders a value in a column of a type.
Json cell_of(const std::vector<const Json*>& found, const std::string& type, TimePoint now) {
  if (found.empty() || found.front()->is_null()) return nullptr;
  const Json& value = *found.front();
  if (type == "date")
    return value.is_string() ? Json(human_age(value.get<std::string>(), now)) : Json("<unknown>");
  if (type == "integer" || type == "number") return value.is_number() ? value : Json(nullptr);
  if (type == "boolean") return value.is_boolean() ? value : Json(nullptr);
  std::string text = shown(value);
  for (std::size_t i = 1; i < found.size(); ++i) text += "," + shown(*found[i]);
  return text;
}

}  // namespace

Json partial_metadata(const Json& object) {
  return {{"kind", "PartialObjectMetadata"},
          {"apiVersion", "meta.k8s.io/v1"},
          {"metadata", object_member(object, "metadata")}};
}

TablePrinter::TablePrinter(const ResourceTable& resources) {
  for (const auto& row : resources.rows()) {
    if (row->custom == nullptr) continue;
    std::vector<JsonPath>& paths = paths_[row.get()];
    for (const schemas::PrinterColumn& column : row->custom->columns) {
      Result<JsonPath> path = JsonPath::parse(column.json_path);
      CW_ASSERT(path.has_value());  // our own schemas
      paths.push_back(std::move(path).value());
    }
  }
}

Json TablePrinter::columns(const ResourceRow& row) const {
  Json columns = Json::array();
  for (const TableColumn& column : row.table.columns) {
    columns.push_back({{"name", column.name},
                       {"type", column.type},
                       {"format", column.format},
                       {"description", column.description},
                       {"priority", column.priority}});
  }
  return columns;
}

Json TablePrinter::cells(const ResourceRow& row, const Json& object, TimePoint now) const {
  if (row.table.cells != nullptr) return row.table.cells(object, now);
  Json cells = Json::array({metadata_text(object, "name")});
  const auto paths = paths_.find(&row);
  if (paths == paths_.end()) return cells;
  for (std::size_t i = 0; i < paths->second.size(); ++i) {
    cells.push_back(cell_of(paths->second[i].find(object), row.table.columns[i + 1].type, now));
  }
  return cells;
}

Json TablePrinter::row(const ResourceRow& row, const Json& object, RowObject with, TimePoint now) const {
  Json out{{"cells", cells(row, object, now)}, {"object", nullptr}};
  if (with == RowObject::Metadata) out["object"] = partial_metadata(object);
  if (with == RowObject::Object) out["object"] = object;
  return out;
}

}  // namespace cw::apiserver
