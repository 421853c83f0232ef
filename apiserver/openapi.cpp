#include "apiserver/openapi.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/openapi_paths.h"
#include "apiserver/openapi_protobuf.h"
#include "apiserver/openapi_schemas.h"

namespace cw::apiserver {
namespace {

std::string path_of(const ResourceRow& row) {
  return (row.resource.group.empty() ? "api/" : "apis/") + row.group_version();
}

Json info() { return {{"title", "Certwright"}, {"version", "v1"}}; }

std::vector<const ResourceRow*> all_rows(const ResourceTable& resources) {
  std::vector<const ResourceRow*> rows;
  for (const auto& row : resources.rows()) rows.push_back(row.get());
  return rows;
}

Json make_v2(const ResourceTable& resources, const TypeCatalog& types) {
  const auto rows = all_rows(resources);
  return {{"swagger", "2.0"},
          {"info", info()},
          {"paths", openapi_paths(rows, OpenApiVersion::V2)},
          {"definitions", openapi_schemas(rows, types, OpenApiVersion::V2)}};
}

}  // namespace

std::string OpenApi::index_v3() const {
  Json paths = Json::object();
  for (const auto& row : resources_.rows()) {
    const std::string path = path_of(*row);
    paths[path] = {{"serverRelativeURL", "/openapi/v3/" + path}};
  }
  return dumped({{"paths", std::move(paths)}});
}

std::optional<std::string> OpenApi::document_v3(const std::string& group_version_path) const {
  std::vector<const ResourceRow*> rows = all_rows(resources_);
  std::erase_if(rows, [&](const ResourceRow* row) { return path_of(*row) != group_version_path; });
  if (rows.empty()) return std::nullopt;
  return dumped({{"openapi", "3.0.0"},
                 {"info", info()},
                 {"paths", openapi_paths(rows, OpenApiVersion::V3)},
                 {"components", {{"schemas", openapi_schemas(rows, types_, OpenApiVersion::V3)}}}});
}

std::shared_ptr<const std::string> OpenApi::document_v2() const {
  const std::lock_guard lock(mutex_);
  if (!v2_) v2_ = std::make_shared<const std::string>(dumped(make_v2(resources_, types_)));
  return v2_;
}

std::shared_ptr<const std::string> OpenApi::document_v2_protobuf() const {
  const std::lock_guard lock(mutex_);
  if (!v2_protobuf_) {
    v2_protobuf_ = std::make_shared<const std::string>(openapi_v2_protobuf(make_v2(resources_, types_)));
  }
  return v2_protobuf_;
}

}  // namespace cw::apiserver
