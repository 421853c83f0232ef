#include "webhook/rules/grammar/doh_url.h"

#include <algorithm>

#include "lib/base/ascii.h"
#include "lib/pki/ip_address.h"

namespace cw::webhook {
namespace {

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// "%XX" at `at`.
bool is_escape(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && is_hex(text[at + 1]) && is_hex(text[at + 2]);
}

bool has_bad_escape(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (!is_escape(text, at)) return true;
  }
  return false;
}

// "" or ":" and digits.
bool is_optional_port(std::string_view text) {
  return text.empty() || (text.front() == ':' && std::all_of(text.begin() + 1, text.end(), is_digit));
}

bool is_host_character(char c) {
  constexpr std::string_view kAllowed = "-_.~!$&'()*+,;=:[]<>\"";
  return !is_ascii(c) || is_alphanumeric(c) || kAllowed.find(c) != std::string_view::npos;
}

// In a host only bytes beyond ASCII and the percent sign may be escaped.
bool is_host_escape(std::string_view text, std::size_t at) {
  return is_escape(text, at) && (text[at + 1] > '7' || text.substr(at, 3) == "%25");
}

bool is_host_name(std::string_view host) {
  for (std::size_t at = 0; at < host.size(); ++at) {
    if (host[at] == '%') {
      if (!is_host_escape(host, at)) return false;
      at += 2;
    } else if (!is_host_character(host[at])) {
      return false;
    }
  }
  return true;
}

// "[address]" or "[address%25zone]" with an optional port.
bool is_bracketed_host(std::string_view host) {
  const std::size_t end = host.rfind(']');
  if (end == std::string_view::npos || !is_optional_port(host.substr(end + 1))) return false;
  std::string_view address = host.substr(1, end - 1);
  if (const std::size_t zone = address.find("%25"); zone != std::string_view::npos) {
    if (zone + 3 == address.size() || has_bad_escape(address.substr(zone))) return false;
    address = address.substr(0, zone);
  }
  return address.find(':') != std::string_view::npos && pki::parse_ip(address).has_value();
}

bool is_plain_host(std::string_view host) {
  const std::size_t colon = host.find(':');
  if (colon == std::string_view::npos) return is_host_name(host);
  return is_optional_port(host.substr(colon)) && is_host_name(host.substr(0, colon));
}

bool is_user_info(std::string_view text) {
  constexpr std::string_view kAllowed = "-._:~!$&'()*+,;=%@";
  const auto allowed = [&](char c) {
    return is_alphanumeric(c) || kAllowed.find(c) != std::string_view::npos;
  };
  return std::all_of(text.begin(), text.end(), allowed) && !has_bad_escape(text);
}

bool is_authority(std::string_view authority) {
  std::string_view host = authority;
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    if (!is_user_info(authority.substr(0, at))) return false;
    host = authority.substr(at + 1);
  }
  if (host.empty()) return false;
  return host.front() == '[' ? is_bracketed_host(host) : is_plain_host(host);
}

}  // namespace

bool is_doh_url(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), is_control)) return false;
  std::string_view rest = text.substr(kHttpsPrefix.size());
  rest = rest.substr(0, rest.find('?'));
  const std::size_t slash = rest.find('/');
  if (!is_authority(rest.substr(0, slash))) return false;
  return slash == std::string_view::npos || !has_bad_escape(rest.substr(slash));
}

}  // namespace cw::webhook
