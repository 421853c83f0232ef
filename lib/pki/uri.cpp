#include "lib/pki/uri.h"

#include <algorithm>
#include <string>
#include <utility>

#include "lib/base/ascii.h"
#include "lib/pki/ip_address.h"

namespace cw::pki {
namespace {

Error bad_uri(std::string_view why) { return {Code::Invalid, "malformed URI: " + std::string(why)}; }

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }
// Behind a scheme's first letter, RFC 3986 §3.1.
bool is_scheme_tail(char c) { return is_digit(c) || is_one_of(c, "+-."); }

// Front and the part behind the first `separator`, which is dropped.
std::pair<std::string_view, std::string_view> cut(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return {text, ""};
  return {text.substr(0, at), text.substr(at + 1)};
}

Status check_escapes(std::string_view text) {
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) {
      return bad_uri("'%' without two hex digits behind it");
    }
  }
  return Done{};
}

// Length of "scheme", 0 if the URI is relative. Invalid: nothing before the colon.
Result<std::size_t> scheme_length(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_letter(text[i])) continue;
    if (text[i] == ':' && i == 0) return bad_uri("no scheme before the colon");
    if (text[i] == ':') return i;
    if (i == 0 || !is_scheme_tail(text[i])) break;
  }
  return std::size_t{0};
}

Status check_port(std::string_view colon_port) {
  if (colon_port.empty()) return Done{};
  const bool digits = std::all_of(colon_port.begin() + 1, colon_port.end(), is_digit);
  if (colon_port.front() != ':' || !digits) return bad_uri("port is not a number");
  return Done{};
}

Status check_userinfo(std::string_view text) {
  const bool allowed = std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || is_one_of(c, "-._:~!$&'()*+,;=%@");
  });
  if (!allowed) return bad_uri("character not allowed before '@'");
  return check_escapes(text);
}

// "[v6]" with an optional port.
Status check_bracketed(std::string_view host) {
  const std::size_t close = host.rfind(']');
  if (close == std::string_view::npos) return bad_uri("'[' without ']'");
  TRY(check_port(host.substr(close + 1)));
  const std::string_view address = host.substr(1, close - 1);
  const std::size_t percent = address.find('%');
  const std::string_view without_zone = address.substr(0, percent);
  // RFC 6874: the zone stands behind an escaped percent sign.
  constexpr std::string_view kZone = "%25";
  if (percent != std::string_view::npos &&
      (!address.substr(percent).starts_with(kZone) || address.size() == percent + kZone.size())) {
    return bad_uri("an IPv6 zone begins with %25 and is not empty");
  }
  if (without_zone.find(':') == std::string_view::npos || !parse_ip(without_zone)) {
    return bad_uri("no IPv6 address between the brackets");
  }
  return check_escapes(address);
}

// Go domainNameValid: visible ASCII, no empty label, no dot at the end.
Status check_domain(std::string_view domain) {
  const bool visible = std::all_of(domain.begin(), domain.end(), [](char c) { return c > 32 && c < 127; });
  if (!visible) return bad_uri("host has a blank or invisible character");
  if (domain.starts_with('.') || domain.ends_with('.') || domain.find("..") != std::string_view::npos) {
    return bad_uri("host has an empty label");
  }
  return Done{};
}

bool is_host_character(char c) {
  return is_letter(c) || is_digit(c) || is_one_of(c, "!\"$&'()*+,-.:;<=>_~]");
}

Status check_host(std::string_view host, bool http) {
  if (host.starts_with('[')) return check_bracketed(host);
  if (host.find('[') != std::string_view::npos) return bad_uri("'[' inside the host");
  const std::size_t colon = http ? host.find(':') : host.rfind(':');
  if (colon != std::string_view::npos) TRY(check_port(host.substr(colon)));
  // A host may escape the percent sign, and bytes above 127, which crypto/x509 then refuses.
  for (std::string_view rest = host; !rest.empty();) {
    const bool is_escape = rest.starts_with("%25");
    if (!is_escape && !is_host_character(rest.front())) return bad_uri("character not allowed in the host");
    rest.remove_prefix(is_escape ? 3 : 1);
  }
  return check_domain(host);
}

Status check_authority(std::string_view authority, bool http) {
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return check_host(authority, http);
  TRY(check_userinfo(authority.substr(0, at)));
  return check_host(authority.substr(at + 1), http);
}

bool is_http(std::string_view scheme) {
  const std::string lower = cw::lower_case(scheme);
  return lower == "http" || lower == "https";
}

// What is behind the scheme, without query and fragment.
Status check_rest(std::string_view rest, std::string_view scheme) {
  if (!rest.starts_with('/')) {
    if (!scheme.empty()) return Done{};  // opaque, like "urn:uuid:…"
    if (cut(rest, '/').first.find(':') != std::string_view::npos)
      return bad_uri("colon before the first slash");
  }
  const bool has_authority = rest.starts_with("//") && (!scheme.empty() || !rest.starts_with("///"));
  if (!has_authority) return check_escapes(rest);
  const std::string_view behind = rest.substr(2);
  const std::size_t slash = behind.find('/');
  TRY(check_authority(behind.substr(0, slash), is_http(scheme)));
  return slash == std::string_view::npos ? Status(Done{}) : check_escapes(behind.substr(slash));
}

}  // namespace

Status check_uri(std::string_view text) {
  const auto [before_fragment, fragment] = cut(text, '#');
  // Go looks for them only here, and escapes those in the fragment.
  const bool has_control = std::any_of(before_fragment.begin(), before_fragment.end(),
                                       [](unsigned char c) { return c < 32 || c == 127; });
  if (has_control) return bad_uri("control character");
  TRY(check_escapes(fragment));
  if (before_fragment == "*") return Done{};
  const std::size_t length = TRY(scheme_length(before_fragment));
  const std::string_view scheme = before_fragment.substr(0, length);
  const std::string_view rest = before_fragment.substr(length == 0 ? 0 : length + 1);
  return check_rest(cut(rest, '?').first, scheme);
}

}  // namespace cw::pki
