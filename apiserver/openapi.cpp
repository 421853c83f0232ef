#include "apiserver/openapi.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/documentation/openapi_answers.h"
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

// `all` keeps them alive.
std::vector<const ResourceRow*> plain_rows(const ResourceTable::Rows& all) {
  std::vector<const ResourceRow*> rows;
  for (const RowPtr& row : all) rows.push_back(row.get());
  return rows;
}

// Where the words are that every object and every list has.
constexpr const char* kAnyObject = "io.k8s.api.core.v1.ConfigMap";
constexpr const char* kAnyList = "io.k8s.api.core.v1.ConfigMapList";

Descriptions words_of_any(const char* definition, const DescribedTypes& described) {
  Descriptions words;
  const auto texts = described.find(definition);
  if (texts == described.end()) return words;
  for (const char* path : {"/properties/apiVersion", "/properties/kind", "/properties/metadata"}) {
    const auto text = texts->second.find(path);
    if (text != texts->second.end()) words.insert(*text);
  }
  return words;
}

// The schemas of these rows, described in the words that were given. What came with its own texts keeps them.
Json described_schemas(const std::vector<const ResourceRow*>& rows, const TypeCatalog& types,
                       OpenApiVersion version, const DescribedTypes& described) {
  Json schemas = openapi_schemas(rows, types, version);
  if (described.empty()) return schemas;
  const Descriptions any_object = words_of_any(kAnyObject, described);
  const Descriptions any_list = words_of_any(kAnyList, described);
  std::set<std::string, std::less<>> keep;
  for (const ResourceRow* row : rows) {
    if (row->custom == nullptr) continue;
    describe(schemas[row->definition], any_object);
    describe(schemas[list_definition(*row)], any_list);
    if (row->is_described) keep.insert(row->definition);
  }
  for (auto& [name, schema] : schemas.items()) {
    const auto texts = described.find(name);
    if (texts != described.end() && !keep.contains(name)) describe(schema, texts->second);
  }
  return schemas;
}

DescribedTypes descriptions_of(const std::vector<const ResourceRow*>& rows, const TypeCatalog& types,
                               const ApiDocumentation& documentation) {
  if (documentation.empty()) return {};
  std::set<std::string, std::less<>> names{kAnyObject, kAnyList};
  for (const ResourceRow* row : rows) {
    names.insert(row->definition);
    names.insert(list_definition(*row));
  }
  return documentation.load([&](std::string_view name) {
    return names.contains(name) || types.definitions().contains(std::string(name));
  });
}

Json make_v2(const ResourceTable& resources, const TypeCatalog& types,
             const ApiDocumentation& documentation) {
  const ResourceTable::Rows all = resources.rows();
  const auto rows = plain_rows(all);
  return {{"swagger", "2.0"},
          {"info", info()},
          {"paths", openapi_paths(rows, OpenApiVersion::V2)},
          {"definitions",
           described_schemas(rows, types, OpenApiVersion::V2, descriptions_of(rows, types, documentation))}};
}

std::string make_v3(const std::vector<const ResourceRow*>& rows, const TypeCatalog& types,
                    const DescribedTypes& described) {
  return dumped(
      {{"openapi", "3.0.0"},
       {"info", info()},
       {"paths", openapi_paths(rows, OpenApiVersion::V3)},
       {"components", {{"schemas", described_schemas(rows, types, OpenApiVersion::V3, described)}}}});
}

}  // namespace

std::string OpenApi::index_v3() const {
  const std::lock_guard lock(mutex_);
  forget_old();
  if (!index_v3_.empty()) return index_v3_;
  const ResourceTable::Rows all = resources_.rows();
  const DescribedTypes described = descriptions_of(plain_rows(all), types_, documentation_);
  std::map<std::string, std::vector<const ResourceRow*>> by_path;
  for (const RowPtr& row : all) by_path[path_of(*row)].push_back(row.get());
  Json paths = Json::object();
  for (const auto& [path, rows] : by_path) {
    const std::string hash = content_hash(make_v3(rows, types_, described));
    paths[path] = {{"serverRelativeURL", "/openapi/v3/" + path + "?hash=" + hash}};
  }
  index_v3_ = dumped({{"paths", std::move(paths)}});
  return index_v3_;
}

std::optional<std::string> OpenApi::document_v3(const std::string& group_version_path) const {
  const ResourceTable::Rows all = resources_.rows();
  std::vector<const ResourceRow*> rows = plain_rows(all);
  std::erase_if(rows, [&](const ResourceRow* row) { return path_of(*row) != group_version_path; });
  if (rows.empty()) return std::nullopt;
  return make_v3(rows, types_, descriptions_of(rows, types_, documentation_));
}

void OpenApi::forget_old() const {
  const std::uint64_t generation = resources_.generation();
  if (generation == made_of_) return;
  made_of_ = generation;
  index_v3_.clear();
  v2_.reset();
  v2_protobuf_.reset();
}

std::shared_ptr<const std::string> OpenApi::document_v2() const {
  const std::lock_guard lock(mutex_);
  forget_old();
  if (!v2_) v2_ = std::make_shared<const std::string>(dumped(make_v2(resources_, types_, documentation_)));
  return v2_;
}

std::shared_ptr<const std::string> OpenApi::document_v2_protobuf() const {
  const std::lock_guard lock(mutex_);
  forget_old();
  if (!v2_protobuf_) {
    v2_protobuf_ =
        std::make_shared<const std::string>(openapi_v2_protobuf(make_v2(resources_, types_, documentation_)));
  }
  return v2_protobuf_;
}

}  // namespace cw::apiserver
