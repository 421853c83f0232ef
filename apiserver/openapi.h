// The OpenAPI documents from which kubectl explains, validates and merges: v3 (an index and one document a
// group version) and v2 (one document), of the core kinds (definitions/core.json) and of our own (schemas/).
// Made when first asked for. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/documentation/api_documentation.h"
#include "apiserver/resource_table.h"
#include "apiserver/type_catalog.h"

namespace cw::apiserver {

class OpenApi {
 public:
  OpenApi(const ResourceTable& resources, const TypeCatalog& types,
          const ApiDocumentation& documentation = no_documentation())
      : resources_(resources), types_(types), documentation_(documentation) {}

  // JSON texts.
  std::string index_v3() const;
  // "api/v1", "apis/cert-manager.io/v1"; nullopt if there is none.
  std::optional<std::string> document_v3(const std::string& group_version_path) const;
  std::shared_ptr<const std::string> document_v2() const;
  // The same as gnostic's protobuf message, which is all that kubectl before 1.24 reads.
  std::shared_ptr<const std::string> document_v2_protobuf() const;

 private:
  void forget_old() const;  // under the mutex

  const ResourceTable& resources_;
  const TypeCatalog& types_;
  const ApiDocumentation& documentation_;
  mutable std::mutex mutex_;           // guards what follows
  mutable std::uint64_t made_of_ = 0;  // generation of the table
  mutable std::string index_v3_;
  mutable std::shared_ptr<const std::string> v2_;
  mutable std::shared_ptr<const std::string> v2_protobuf_;
};

}  // namespace cw::apiserver
