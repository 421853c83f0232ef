// PathApi: everything that is no resource: discovery, OpenAPI, health, version, metrics. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "apiserver/openapi.h"
#include "apiserver/request_info.h"
#include "apiserver/resource_table.h"
#include "apiserver/store.h"
#include "lib/http/server.h"

namespace cw::apiserver {

class PathApi {
 public:
  PathApi(const ResourceTable& resources, const TypeCatalog& types, const Store& store)
      : resources_(resources), openapi_(resources, types), store_(store) {}

  http::Response handle(const http::Request&) const;
  // For /metrics.
  void count(const std::string& verb, int status);

 private:
  http::Response discovery(const http::Request&) const;
  http::Response openapi(const http::Request&) const;
  http::Response metrics() const;

  const ResourceTable& resources_;
  OpenApi openapi_;
  const Store& store_;
  mutable std::mutex mutex_;  // guards the next
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
};

}  // namespace cw::apiserver
