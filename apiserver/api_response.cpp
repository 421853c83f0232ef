#include "apiserver/api_response.h"

#include <algorithm>

namespace cw::apiserver {
namespace {

constexpr std::size_t kMaxWarning = 256;    // bytes of one
constexpr std::size_t kMaxWarnings = 4096;  // bytes of all

// RFC 7234 §5.5: 299 is a persistent warning, "-" an agent that does not say who it is.
std::string warning_header(std::string_view text) {
  std::string out = "299 - \"";
  for (const char c : text.substr(0, kMaxWarning)) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) continue;
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

http::Response json_response(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers.emplace_back("Cache-Control", "no-cache, private");
  return response;
}

http::Response status_response(const kube::StatusError& error) {
  http::Response response = json_response(error.http, kube::to_text(error) + "\n");
  if (error.details && error.details->retry_after_seconds > 0) {
    response.headers.emplace_back("Retry-After", std::to_string(error.details->retry_after_seconds));
  }
  return response;
}

http::Response text_response(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return response;
}

http::Response no_such_page() { return text_response(404, "404 page not found\n"); }

void add_warnings(http::Response& response, const std::vector<std::string>& warnings) {
  std::size_t total = 0;
  std::vector<std::string> shown;
  for (const std::string& warning : warnings) {
    if (std::find(shown.begin(), shown.end(), warning) != shown.end()) continue;
    total += warning.size();
    if (total > kMaxWarnings) return;
    shown.push_back(warning);
    response.headers.emplace_back("Warning", warning_header(warning));
  }
}

}  // namespace cw::apiserver
