#include "lib/http/base_url.h"

#include <algorithm>
#include <charconv>

namespace cw::http {
namespace {

Error invalid(std::string_view url, const char* why) {
  return {Code::Invalid, "base URL \"" + std::string(url) + "\": " + why};
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_';
}

bool is_host(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), is_host_character);
}

// Splits off "[…]" or the name up to the colon; empty if malformed.
std::string_view take_host(std::string_view& rest) {
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos) return {};
    const std::string_view host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    const bool numbers = host.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
    return numbers ? host : std::string_view();
  }
  const std::string_view host = rest.substr(0, rest.find(':'));
  rest.remove_prefix(host.size());
  return is_host(host) ? host : std::string_view();
}

}  // namespace

std::string BaseUrl::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const int usual = scheme == Scheme::Https ? 443 : 80;
  return port == usual ? name : name + ":" + std::to_string(port);
}

Result<BaseUrl> parse_base_url(std::string_view url) {
  BaseUrl result;
  std::string_view rest = url;
  if (rest.starts_with("http://")) {
    result.scheme = BaseUrl::Scheme::Http;
    result.port = 80;
    rest.remove_prefix(7);
  } else if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else {
    return invalid(url, "it has to begin with https:// or http://");
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const std::string_view host = take_host(rest);
  if (host.empty()) return invalid(url, "no valid host");
  result.host = host;
  if (rest.empty()) return result;
  const char* const end = rest.data() + rest.size();
  const auto [stop, failed] = std::from_chars(rest.data() + 1, end, result.port);
  if (rest.front() != ':' || failed != std::errc() || stop != end || result.port < 1 || result.port > 65535) {
    return invalid(url, "behind the host only a port may follow");
  }
  return result;
}

}  // namespace cw::http
