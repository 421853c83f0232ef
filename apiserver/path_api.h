// PathApi: everything that is no resource: discovery, OpenAPI, health, version. Thread-safe.
#pragma once

#include <string>

#include "apiserver/openapi.h"
#include "apiserver/request_info.h"
#include "apiserver/resource_table.h"
#include "lib/http/server.h"

namespace cw::apiserver {

class PathApi {
 public:
  PathApi(const ResourceTable& resources, const TypeCatalog& types, const ApiDocumentation& documentation)
      : resources_(resources), openapi_(resources, types, documentation) {}

  http::Response handle(const http::Request&) const;

 private:
  http::Response discovery(const http::Request&) const;

  const ResourceTable& resources_;
  OpenApi openapi_;
};

}  // namespace cw::apiserver
