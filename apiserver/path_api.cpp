#include "apiserver/path_api.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "apiserver/api_response.h"
#include "apiserver/discovery.h"
#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kProtobufV2 = "application/com.github.proto-openapi.spec.v2";

// What kubectl compares itself with.
Json version_document() {
  return {{"major", "1"},
          {"minor", "36"},
          {"emulationMajor", "1"},
          {"emulationMinor", "36"},
          {"minCompatibilityMajor", "1"},
          {"minCompatibilityMinor", "35"},
          {"gitVersion", "v1.36.3+certwright"},
          {"gitCommit", ""},
          {"gitTreeState", "clean"},
          {"buildDate", "1970-01-01T00:00:00Z"},
          {"goVersion", ""},
          {"compiler", "g++"},
          {"platform", "linux/amd64"}};
}

// "/healthz", "/readyz/ping"; the server answers, so it is well.
http::Response health(const http::Request& request) {
  const std::size_t slash = request.path.find('/', 1);
  const std::string name = request.path.substr(1, slash == std::string::npos ? slash : slash - 1);
  if (slash != std::string::npos && request.path.substr(slash) != "/ping") return no_such_page();
  const bool verbose = request.query.contains("verbose") && slash == std::string::npos;
  return text_response(200, verbose ? "[+]ping ok\n[+]storage ok\n" + name + " check passed\n" : "ok");
}

bool is_health(std::string_view path) {
  constexpr std::array<std::string_view, 3> kHealth{"/healthz", "/livez", "/readyz"};
  return std::any_of(kHealth.begin(), kHealth.end(), [&](std::string_view root) {
    return path == root || (path.starts_with(root) && path[root.size()] == '/');
  });
}

}  // namespace

http::Response PathApi::handle(const http::Request& request) const {
  const std::string& path = request.path;
  if (is_health(path)) return health(request);
  if (request.method != "GET" && request.method != "HEAD") {
    return status_response(kube::generic(kube::Reason::MethodNotAllowed));
  }
  if (path == "/version") return json_response(200, dumped(version_document()));
  if (path == "/metrics") return metrics();
  if (path.starts_with("/openapi/")) return openapi(request);
  if (path == "/api" || path == "/apis" || path.starts_with("/api/") || path.starts_with("/apis/")) {
    return discovery(request);
  }
  if (path != "/") return no_such_page();
  const Json roots{{"paths",
                    {"/api", "/apis", "/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3",
                     "/readyz", "/version"}}};
  return json_response(200, dumped(roots));
}

http::Response PathApi::discovery(const http::Request& request) const {
  std::string path = request.path;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const bool is_root = path == "/api" || path == "/apis";
  if (is_root && wants_aggregated(request.header("Accept"))) {
    http::Response response = json_response(200, dumped(aggregated_discovery(resources_, path)));
    response.content_type = kAggregatedType;
    response.headers.emplace_back("Vary", "Accept");
    return response;
  }
  const std::optional<Json> document = discovery_document(resources_, path);
  if (document) return json_response(200, dumped(*document));
  if (path.starts_with("/api/")) return status_response(kube::generic(kube::Reason::NotFound));
  return no_such_page();
}

http::Response PathApi::openapi(const http::Request& request) const {
  constexpr std::string_view kV3 = "/openapi/v3/";
  if (request.path == "/openapi/v2") {
    if (request.header("Accept").find(kProtobufV2) == std::string_view::npos) {
      return json_response(200, *openapi_.document_v2());
    }
    http::Response response = json_response(200, *openapi_.document_v2_protobuf());
    response.content_type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    return response;
  }
  if (request.path == "/openapi/v3") return text_response(200, openapi_.index_v3());
  if (!request.path.starts_with(kV3)) return no_such_page();
  const auto document = openapi_.document_v3(request.path.substr(kV3.size()));
  return document ? json_response(200, *document) : no_such_page();
}

http::Response PathApi::metrics() const {
  std::string out =
      "# HELP apiserver_request_total Requests by verb and HTTP status.\n"
      "# TYPE apiserver_request_total counter\n";
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, count] : requests_) {
      out += "apiserver_request_total{verb=\"" + key.first + "\",code=\"" + std::to_string(key.second) +
             "\"} " + std::to_string(count) + "\n";
    }
  }
  out +=
      "# HELP certwright_store_revision The newest resourceVersion.\n"
      "# TYPE certwright_store_revision gauge\n"
      "certwright_store_revision " +
      std::to_string(store_.revision()) + "\n";
  http::Response response = text_response(200, std::move(out));
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return response;
}

void PathApi::count(const std::string& verb, int status) {
  constexpr std::array<std::string_view, 10> kVerbs{"get",   "list", "watch",  "create",           "update",
                                                    "patch", "post", "delete", "deletecollection", "head"};
  const bool known = std::find(kVerbs.begin(), kVerbs.end(), verb) != kVerbs.end();
  const std::lock_guard lock(mutex_);
  ++requests_[{known ? verb : "other", status}];
}

}  // namespace cw::apiserver
