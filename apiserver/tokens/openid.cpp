#include "apiserver/tokens/openid.h"

#include <string_view>

#include "apiserver/api_response.h"

namespace cw::apiserver {
namespace {

bool is_path(std::string_view path, std::string_view wanted) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path == wanted;
}

}  // namespace

std::optional<http::Response> openid_response(const http::Request& request, const TokenKeys& keys,
                                              const std::string& url) {
  const bool configuration = is_path(request.path, "/.well-known/openid-configuration");
  if (!configuration && !is_path(request.path, "/openid/v1/jwks")) return std::nullopt;
  if (request.method != "GET") return status_response(kube::generic(kube::Reason::MethodNotAllowed));
  http::Response response =
      json_response(200, configuration ? keys.openid_configuration(url) : keys.key_set());
  if (!configuration) response.content_type = "application/jwk-set+json";
  response.headers.emplace_back("Cache-Control", "public, max-age=3600");
  return response;
}

}  // namespace cw::apiserver
