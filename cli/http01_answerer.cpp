#include "cli/http01_answerer.h"

#include <chrono>
#include <utility>

namespace cw::cli {
namespace {

constexpr std::string_view kFolder = "/.well-known/acme-challenge/";
constexpr const char* kPlainText = "text/plain; charset=utf-8";

http::Response found(std::string body) {
  return {.status = 200,
          .content_type = kPlainText,
          .body = std::move(body),
          .headers = {{"Cache-Control", "no-cache, no-store, must-revalidate"}}};
}

http::Response not_found() { return {.status = 404, .content_type = kPlainText, .body = "not found\n"}; }

// "www.example.com:80", "[2001:db8::1]:80": without port and brackets.
std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    return end == std::string_view::npos ? std::string_view() : authority.substr(1, end - 1);
  }
  return authority.substr(0, authority.find(':'));
}

http::ServerOptions server_options(std::string address, int port) {
  http::ServerOptions options;
  options.address = std::move(address);
  options.port = port;
  options.max_body = 4096;
  options.max_header_bytes = 16UL << 10U;
  options.max_connections = 512;
  options.max_connections_per_peer = 0;  // behind an ingress all come from its address
  options.read_timeout = std::chrono::seconds(32);
  options.idle_timeout = std::chrono::seconds(32);
  return options;
}

}  // namespace

http::Response answer_http01(const http::Request& request, const FindKey& find) {
  const std::string_view path = request.path;
  if (path == "/" || path == "/healthz") return found("");
  if (!path.starts_with(kFolder)) return not_found();
  const std::string_view token = path.substr(kFolder.size());
  if (token.empty() || token.find('/') != std::string_view::npos) return not_found();
  auto key = find(host_of(request.header("Host")), token);
  return key ? found(*std::move(key)) : not_found();
}

Http01Answerer::Http01Answerer(std::string address, int port, FindKey find)
    : server_(
          server_options(std::move(address), port),
          [find = std::move(find)](const http::Request& request) { return answer_http01(request, find); }) {}

}  // namespace cw::cli
