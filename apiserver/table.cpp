#include "apiserver/table.h"

#include <cmath>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "apiserver/human_age.h"
#include "apiserver/json_access.h"
#include "lib/base/time_text.h"

namespace cw::apiserver {
namespace {

constexpr double kEndOfIntegers = 9.2e18;

Json date_cell(const Json& value, TimePoint now) {
  if (!value.is_string()) return nullptr;
  const auto& text = value.get_ref<const std::string&>();
  const bool is_known = text.empty() || parse_time(text);
  return is_known ? human_age(text, now) : "<invalid>";
}

// As apiextensions' table convertor renders a value in a column of a type; of several values the first.
Json cell_of(const std::vector<const Json*>& found, const std::string& type, TimePoint now) {
  if (found.empty()) return nullptr;
  const Json& value = *found.front();
  if (type == "string") {
    if (value.is_null()) return "<no value>";
    return value.is_string() ? value : Json(dumped(value));
  }
  if (type == "date") return date_cell(value, now);
  if (type == "integer" && value.is_number_float() && std::abs(value.get<double>()) < kEndOfIntegers) {
    return static_cast<std::int64_t>(value.get<double>());
  }
  if (type == "integer" || type == "number") return value.is_number() ? value : Json(nullptr);
  return type == "boolean" && value.is_boolean() ? value : Json(nullptr);
}

Json cells(const ResourceRow& row, const Json& object, TimePoint now) {
  if (row.table.cells != nullptr) return row.table.cells(object, now);
  Json cells = Json::array({metadata_text(object, "name")});
  for (std::size_t i = 0; i < row.table.paths.size(); ++i) {
    const auto& path = row.table.paths[i];
    const std::vector<const Json*> found = path ? path->find(object) : std::vector<const Json*>();
    cells.push_back(cell_of(found, row.table.columns[i + 1].type, now));
  }
  return cells;
}

std::string description_of(const ResourceRow& row, const TableColumn& column,
                           const ApiDocumentation& documentation) {
  if (column.format == "name" && !documentation.object_name().empty()) return documentation.object_name();
  const std::string& time = documentation.creation_time();
  const bool is_time = column.type == "date" || column.name == "Age" || column.name == "Created At";
  if (!is_time || time.empty()) return column.description;
  if (row.is_described) return column.description == kAgeDescription ? time : column.description;
  return row.family == Family::Custom ? documentation.creation_time_in_short() : time;
}

}  // namespace

Json partial_metadata(const Json& object) {
  return {{"kind", "PartialObjectMetadata"},
          {"apiVersion", "meta.k8s.io/v1"},
          {"metadata", object_member(object, "metadata")}};
}

Json table_columns(const ResourceRow& row, const ApiDocumentation& documentation) {
  Json columns = Json::array();
  for (const TableColumn& column : row.table.columns) {
    columns.push_back({{"name", column.name},
                       {"type", column.type},
                       {"format", column.format},
                       {"description", description_of(row, column, documentation)},
                       {"priority", column.priority}});
  }
  return columns;
}

Json table_row(const ResourceRow& row, const Json& object, RowObject with, TimePoint now) {
  Json out{{"cells", cells(row, object, now)}, {"object", nullptr}};
  if (with == RowObject::Metadata) out["object"] = partial_metadata(object);
  if (with == RowObject::Object) out["object"] = object;
  return out;
}

}  // namespace cw::apiserver
