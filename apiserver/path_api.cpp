#include "apiserver/path_api.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "apiserver/api_response.h"
#include "apiserver/discovery.h"
#include "apiserver/documentation/openapi_answers.h"
#include "apiserver/json_access.h"
#include "apiserver/presentation.h"
#include "apiserver/wire/accept.h"

namespace cw::apiserver {
namespace {

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

constexpr std::array<std::string_view, 3> kChecks{"ping", "log", "storage"};

bool is_excluded(const http::Request& request, std::string_view check) {
  const auto [begin, end] = request.query.equal_range("exclude");
  return std::any_of(begin, end, [&](const auto& parameter) { return parameter.second == check; });
}

// "/healthz", "/readyz/ping"; the server answers, so it is well.
http::Response health(const http::Request& request) {
  const std::size_t slash = request.path.find('/', 1);
  const std::string name = request.path.substr(1, slash == std::string::npos ? slash : slash - 1);
  if (slash != std::string::npos) {
    const std::string_view check = std::string_view(request.path).substr(slash + 1);
    const bool known = std::find(kChecks.begin(), kChecks.end(), check) != kChecks.end();
    return known ? text_response(200, "ok") : no_such_page();
  }
  if (!request.query.contains("verbose")) return text_response(200, "ok");
  std::string out;
  for (const std::string_view check : kChecks) {
    out.append("[+]").append(check).append(is_excluded(request, check) ? " excluded: ok\n" : " ok\n");
  }
  return text_response(200, out + name + " check passed\n");
}

// "/apis/cert-manager.io/v1" of a group that CustomResourceDefinitions define.
Family family_of(const ResourceTable& resources, std::string_view path) {
  constexpr std::string_view kApis = "/apis/";
  if (!path.starts_with(kApis)) return Family::Core;
  std::string_view group = path.substr(kApis.size());
  group = group.substr(0, group.find('/'));
  const ResourceTable::Rows rows = resources.rows();
  return std::any_of(
             rows.begin(), rows.end(),
             [&](const RowPtr& row) { return row->resource.group == group && row->family == Family::Custom; })
             ? Family::Custom
             : Family::Core;
}

// Most of what is no resource does not ask for the method.
bool reads_only(const ResourceTable& resources, std::string_view path) {
  for (const std::string_view root : {"/version", "/api", "/.well-known", "/openid"}) {
    if (path == root || (path.starts_with(root) && path[root.size()] == '/')) return true;
  }
  return path.starts_with("/apis/") && path.size() > 6 && family_of(resources, path) != Family::Custom;
}

// "/apis/coordination.k8s.io/v2"
bool is_version_of_core_group(const ResourceTable& resources, std::string_view path) {
  const std::string_view rest = path.substr(std::min(path.size(), std::string_view("/apis/").size()));
  const std::size_t slash = rest.find('/');
  if (!path.starts_with("/apis/") || slash == std::string_view::npos) return false;
  return resources.is_core_group(rest.substr(0, slash), rest.substr(slash + 1));
}

bool is_health(std::string_view path) {
  constexpr std::array<std::string_view, 3> kHealth{"/healthz", "/livez", "/readyz"};
  return std::any_of(kHealth.begin(), kHealth.end(), [&](std::string_view root) {
    return path == root || (path.starts_with(root) && path[root.size()] == '/');
  });
}

}  // namespace

http::Response PathApi::handle(const http::Request& request) const {
  const std::string path = request.path == "/version/" ? "/version" : request.path;
  if (is_health(path)) return health(request);
  if (request.method != "GET" && reads_only(resources_, path)) {
    return status_response(kube::generic(kube::Reason::MethodNotAllowed));
  }
  if (path == "/version") {
    const bool accepted = route_accepts(request.header("Accept"), "application/json");
    return accepted ? json_response(200, dumped(version_document()))
                    : status_response(no_representation("application/json"));
  }
  if (path.starts_with("/openapi/")) return openapi_response(request, openapi_);
  if (path == "/api" || path == "/apis" || path.starts_with("/api/") || path.starts_with("/apis/")) {
    return discovery(request);
  }
  if (path != "/" && path != "/index.html") return no_such_page();
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
    response.headers = {{"Cache-Control", "public"}, {"Vary", "Accept"}};
    set_etag(request, content_hash(response.body), response);
    return response;
  }
  std::optional<Json> document = discovery_document(resources_, path);
  if (!document) {
    if (path.starts_with("/api/") || is_version_of_core_group(resources_, path)) {
      return status_response(kube::generic(kube::Reason::NotFound));
    }
    return no_such_page();
  }
  const auto accepted = check_plain_accept(request, family_of(resources_, path));
  if (!accepted) return status_response(accepted.error());
  if (const std::string_view host = request.header("Host"); path == "/api" && !host.empty()) {
    const Json address{{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", host}};
    (*document)["serverAddressByClientCIDRs"] = Json::array({address});
  }
  return json_response(200, dumped(*document));
}

}  // namespace cw::apiserver
