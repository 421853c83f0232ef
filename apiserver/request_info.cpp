#include "apiserver/request_info.h"

#include <algorithm>
#include <vector>

#include "apiserver/field_selector.h"
#include "apiserver/request_options.h"
#include "lib/base/ascii.h"

namespace cw::apiserver {
namespace {

// Slashes at the ends say nothing; between two others there is a part without a name.
std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  path = trimmed(path, "/");
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    parts.emplace_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

std::string verb_of(const http::Request& request, bool has_name) {
  if (request.method == "POST") return "create";
  if (request.method == "PUT") return "update";
  if (request.method == "PATCH") return "patch";
  if (request.method == "DELETE") return has_name ? "delete" : "deletecollection";
  if (request.method != "GET" && request.method != "HEAD") return {};
  if (has_name) return "get";
  return is_true_parameter(request.query, "watch") ? "watch" : "list";
}

// The first part that was not read by the prefix is the resource, or "namespaces" in front of it.
void read_resource(std::vector<std::string> parts, RequestInfo& info) {
  if (parts[0] == "namespaces" && parts.size() > 1) {
    info.name_space = parts[1];
    // These two are of the namespace itself.
    const bool of_namespace = parts.size() == 2 || parts[2] == "status" || parts[2] == "finalize";
    if (!of_namespace) parts.erase(parts.begin(), parts.begin() + 2);
  }
  info.resource = parts[0];
  if (parts.size() > 1) info.name = parts[1];
  if (parts.size() > 2) info.sub_resource = parts[2];
  if (parts.size() > 3 && info.sub_resource != "proxy") info.is_resource = false;
}

}  // namespace

RequestInfo read_request(const http::Request& request) {
  RequestInfo info;
  info.path = request.path;
  info.verb = lower_case(request.method);
  std::vector<std::string> parts = parts_of(request.path);
  const bool is_api = !parts.empty() && (parts[0] == "api" || parts[0] == "apis");
  if (!is_api || request.path.starts_with("//")) return info;
  const std::size_t prefix = parts[0] == "api" ? 2 : 3;  // with group and version
  if (parts.size() <= prefix) return info;
  if (parts[0] == "apis") info.group = parts[1];
  info.version = parts[prefix - 1];
  parts.erase(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(prefix));
  // The old form of a watch: /api/v1/watch/secrets.
  const bool old_watch = parts[0] == "watch" && parts.size() > 1;
  if (old_watch) parts.erase(parts.begin());
  info.is_resource = true;
  read_resource(std::move(parts), info);
  info.verb = old_watch ? "watch" : verb_of(request, !info.name.empty());
  const bool of_many = info.verb == "list" || info.verb == "watch" || info.verb == "deletecollection";
  if (of_many) info.selected_name = selected_name(request.parameter("fieldSelector"));
  return info;
}

}  // namespace cw::apiserver
