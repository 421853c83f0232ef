#include "apiserver/crd/go_url.h"

#include <algorithm>

#include "apiserver/crd/go_address.h"
#include "lib/base/ascii.h"
#include "lib/kube/field_error.h"

namespace cw::apiserver {
namespace {

enum class Part : std::uint8_t { Path, Host, Zone, User, Query };

Error wrong(std::string why) { return {Code::Invalid, std::move(why)}; }

bool is_escaped(char c, Part part) {
  if (is_alphanumeric(c) || std::string_view("-_.~").find(c) != std::string_view::npos) return false;
  if (part == Part::Host || part == Part::Zone)
    return std::string_view("!$&'()*+,;=:[]<>\"").find(c) == std::string_view::npos;
  if (part == Part::Path) return std::string_view("$&+,/:;=@").find(c) == std::string_view::npos;
  if (part == Part::User) return std::string_view("$&+,;=").find(c) == std::string_view::npos;
  return true;
}

int hex_digit(char c) {
  c = lower_case(c);
  return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

Error bad_escape(std::string_view text) { return wrong("invalid URL escape " + kube::quoted(text)); }

Result<std::string> unescaped(std::string_view text, Part part) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      const std::string_view shown = text.substr(i, 3);
      if (shown.size() < 3 || hex_digit(shown[1]) < 0 || hex_digit(shown[2]) < 0) return bad_escape(shown);
      const auto byte = static_cast<char>(hex_digit(shown[1]) * 16 + hex_digit(shown[2]));
      if (part == Part::Host && hex_digit(shown[1]) < 8 && shown != "%25") return bad_escape(shown);
      if (part == Part::Zone && shown != "%25" && byte != ' ' && is_escaped(byte, Part::Host))
        return bad_escape(shown);
      out += byte;
      i += 2;
    } else if (c == '+' && part == Part::Query) {
      out += ' ';
    } else if ((part == Part::Host || part == Part::Zone) && static_cast<unsigned char>(c) < 0x80 &&
               is_escaped(c, part)) {
      return wrong("invalid character " + kube::quoted(std::string_view(&c, 1)) + " in host name");
    } else {
      out += c;
    }
  }
  return out;
}

std::string escaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (!is_escaped(c, Part::Path)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', kDigits[byte >> 4U], kDigits[byte & 0x0FU]});
  }
  return out;
}

bool is_port(std::string_view text) {
  return text.empty() || (text[0] == ':' && std::all_of(text.begin() + 1, text.end(), is_digit));
}

Error bad_port(std::string_view port) { return wrong("invalid port " + kube::quoted(port) + " after host"); }

Result<std::string> bracketed_host(std::string_view host) {
  const std::size_t end = host.rfind(']');
  if (end == std::string_view::npos) return wrong("missing ']' in host");
  const std::string_view port = host.substr(end + 1);
  if (!is_port(port)) return bad_port(port);
  const std::string_view name = host.substr(1, end - 1);
  const std::size_t zone = std::min(name.find("%25"), name.size());
  std::string address = TRY(unescaped(name.substr(0, zone), Part::Host));
  address += TRY(unescaped(name.substr(zone), Part::Zone));
  const auto read = parse_go_address(address);
  if (!read) return wrong("invalid host: " + read.error().message);
  if (read->bytes.size() == 4) return wrong("invalid IP-literal");
  return "[" + address + "]" + std::string(port);
}

Result<std::string> host_of(std::string_view scheme, std::string_view host) {
  const std::size_t bracket = host.rfind('[');
  if (bracket != std::string_view::npos && bracket > 0) return wrong("invalid IP-literal");
  if (bracket == 0) return bracketed_host(host);
  std::size_t colon = host.find(':');
  if (colon != std::string_view::npos) {
    if (scheme != "http" && scheme != "https") colon = host.rfind(':');
    if (!is_port(host.substr(colon))) return bad_port(host.substr(colon));
  }
  return unescaped(host, Part::Host);
}

bool is_user(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("-._:~!$&'()*+,;=%@").find(c) != std::string_view::npos;
  });
}

Result<GoUrl> parse(std::string_view text, bool is_request) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(text.begin(), text.end(), is_control))
    return wrong("net/url: invalid control character in URL");
  if (text.empty() && is_request) return wrong("empty url");
  GoUrl url;
  if (text == "*") {
    url.path = "*";
    return url;
  }
  std::string_view rest = text;
  const std::size_t end = std::min(
      static_cast<std::size_t>(
          std::find_if(text.begin(), text.end(),
                       [](char c) { return !is_alphanumeric(c) && c != '+' && c != '-' && c != '.'; }) -
          text.begin()),
      text.size());
  if (end < text.size() && text[end] == ':' && (end == 0 || is_letter(text[0]))) {
    if (end == 0) return wrong("missing protocol scheme");
    url.scheme = lower_case(text.substr(0, end));
    rest = text.substr(end + 1);
  }
  const std::size_t question = rest.find('?');
  if (question != std::string_view::npos) {
    url.query = rest.substr(question + 1);
    rest = rest.substr(0, question);
  }
  if (!rest.starts_with('/')) {
    if (!url.scheme.empty()) {
      url.opaque = rest;
      return url;
    }
    if (is_request) return wrong("invalid URI for request");
    if (rest.substr(0, rest.find('/')).find(':') != std::string_view::npos)
      return wrong("first path segment in URL cannot contain colon");
  }
  const bool has_authority = !url.scheme.empty() || (!is_request && !rest.starts_with("///"));
  if (has_authority && rest.starts_with("//")) {
    std::string_view authority = rest.substr(2);
    rest = authority.substr(std::min(authority.find('/'), authority.size()));
    authority.remove_suffix(rest.size());
    const std::size_t at = authority.rfind('@');
    url.host = TRY(host_of(url.scheme, authority.substr(at == std::string_view::npos ? 0 : at + 1)));
    if (at != std::string_view::npos) {
      url.user = authority.substr(0, at);
      if (!is_user(url.user)) return wrong("net/url: invalid userinfo");
      TRY(unescaped(url.user, Part::User));
    }
  }
  url.path = TRY(unescaped(rest, Part::Path));
  if (escaped(url.path) != rest) url.raw_path = rest;
  return url;
}

Result<GoUrl> shown(Result<GoUrl> url, std::string_view text) {
  if (url) return url;
  return wrong("parse " + kube::quoted(text) + ": " + url.error().message);
}

}  // namespace

std::string GoUrl::hostname() const {
  const std::size_t colon = host.rfind(':');
  std::string name = colon != std::string::npos && is_port(std::string_view(host).substr(colon))
                         ? host.substr(0, colon)
                         : host;
  if (name.starts_with('[') && name.ends_with(']')) return name.substr(1, name.size() - 2);
  return name;
}

std::string GoUrl::port() const {
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string::npos && is_port(std::string_view(host).substr(colon));
  return has_port ? host.substr(colon + 1) : std::string();
}

std::string GoUrl::escaped_path() const {
  const bool is_valid = std::all_of(raw_path.begin(), raw_path.end(), [](char c) {
    return std::string_view("!$&'()*+,;=:@[]%").find(c) != std::string_view::npos ||
           !is_escaped(c, Part::Path);
  });
  if (!raw_path.empty() && is_valid) return raw_path;
  return path == "*" ? path : escaped(path);
}

std::vector<std::pair<std::string, std::string>> GoUrl::parameters() const {
  constexpr auto kMost = 10'000;  // with more there are none
  std::vector<std::pair<std::string, std::string>> all;
  if (std::count(query.begin(), query.end(), '&') >= kMost) return all;
  for (std::string_view rest = query; !rest.empty();) {
    const std::string_view each = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(each.size() + 1, rest.size()));
    if (each.empty() || each.find(';') != std::string_view::npos) continue;
    const std::size_t equals = std::min(each.find('='), each.size());
    auto key = unescaped(each.substr(0, equals), Part::Query);
    auto value = unescaped(each.substr(std::min(equals + 1, each.size())), Part::Query);
    if (key && value) all.emplace_back(std::move(key).value(), std::move(value).value());
  }
  return all;
}

Result<GoUrl> parse_request_uri(std::string_view text) { return shown(parse(text, true), text); }

Result<GoUrl> parse_go_url(std::string_view text) {
  const std::size_t mark = text.find('#');
  auto url = shown(parse(text.substr(0, mark), false), text.substr(0, mark));
  if (url && mark != std::string_view::npos) {
    auto fragment = unescaped(text.substr(mark + 1), Part::Path);
    if (!fragment) return shown(fragment.error(), text);
    url->fragment = text.substr(mark + 1);
  }
  return url;
}

}  // namespace cw::apiserver
