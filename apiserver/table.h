// Table (meta.k8s.io/v1): objects as rows of cells, for kubectl get. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/json_path.h"
#include "apiserver/resource_row.h"
#include "apiserver/resource_table.h"

namespace cw::apiserver {

// What a row carries of its object.
enum class RowObject : std::uint8_t { None, Metadata, Object };

// {"kind":"PartialObjectMetadata",…} of an object.
Json partial_metadata(const Json& object);

class TablePrinter {
 public:
  // Parses the JSON paths of all custom columns.
  explicit TablePrinter(const ResourceTable&);

  Json columns(const ResourceRow&) const;
  // `object` as it is served.
  Json row(const ResourceRow&, const Json& object, RowObject, TimePoint now) const;

 private:
  Json cells(const ResourceRow&, const Json& object, TimePoint now) const;

  std::map<const ResourceRow*, std::vector<JsonPath>> paths_;
};

}  // namespace cw::apiserver
