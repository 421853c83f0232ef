// How Go's net/url writes a URI that it has parsed (URL.String): what a policy is compared with.
#include <algorithm>
#include <string>

#include "lib/base/ascii.h"
#include "lib/pki/uri.h"

namespace cw::pki {
namespace {

// Where a character stands decides whether it is escaped. Source: Go net/url shouldEscape.
enum class Part : unsigned char { Path, UserInfo, Host, Fragment };

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

std::string_view plain_marks(Part part) {
  switch (part) {
    case Part::Path:
      return "$&+,/:;=@";
    case Part::UserInfo:
      return "$&+,;=";
    case Part::Host:
      return "!$&'()*+,;=:[]<>\"";
    case Part::Fragment:
      return "$&+,/:;=?@!()*";
  }
  return {};
}

bool is_plain(char c, Part part) {
  return is_alphanumeric(c) || is_one_of(c, "-_.~") || is_one_of(c, plain_marks(part));
}

std::string escaped(std::string_view text, Part part) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_plain(c, part)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
  return out;
}

unsigned hex_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  return static_cast<unsigned>(lower_case(c) - 'a') + 10U;
}

// check_uri() has seen that there are two hex digits behind each '%'.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 2 >= text.size()) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_value(text[i + 1]) * 16U + hex_value(text[i + 2]));
    i += 2;
  }
  return out;
}

// What was written stays as it was if it needs no more escapes than it has; otherwise all is escaped anew.
std::string rewritten(std::string_view text, Part part) {
  const std::string anew = escaped(unescaped(text), part);
  const bool may_stay = std::all_of(text.begin(), text.end(), [&](char c) {
    return is_plain(c, part) || is_one_of(c, "!$&'()*+,;=:@[]%");
  });
  return may_stay ? std::string(text) : anew;
}

// Go does not escape a path that is one asterisk, and so undoes the escape that it would have written.
std::string rewritten_path(std::string_view path) {
  return path == "%2A" ? "*" : rewritten(path, Part::Path);
}

std::string rewritten_userinfo(std::string_view text) {
  const std::size_t colon = text.find(':');
  std::string out = escaped(unescaped(text.substr(0, colon)), Part::UserInfo);
  if (colon != std::string_view::npos)
    out += ":" + escaped(unescaped(text.substr(colon + 1)), Part::UserInfo);
  return out;
}

std::string rewritten_authority(std::string_view authority) {
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return escaped(unescaped(authority), Part::Host);
  return rewritten_userinfo(authority.substr(0, at)) + "@" +
         escaped(unescaped(authority.substr(at + 1)), Part::Host);
}

// Behind the scheme, without query and fragment; not opaque.
std::string rewritten_hierarchy(std::string_view rest, bool has_scheme) {
  const bool has_authority = rest.starts_with("//") && (has_scheme || !rest.starts_with("///"));
  if (!has_authority) {
    const std::string path = rewritten_path(rest);
    // RFC 3986 §4.2: a colon in the first segment would make a scheme of it.
    const bool looks_like_scheme =
        !has_scheme && path.substr(0, path.find('/')).find(':') != std::string::npos;
    return looks_like_scheme ? "./" + path : path;
  }
  const std::string_view behind = rest.substr(2);
  const std::size_t slash = std::min(behind.find('/'), behind.size());
  const std::string authority = rewritten_authority(behind.substr(0, slash));
  const std::string path = rewritten_path(behind.substr(slash));
  // "http://" names nothing, and Go writes "http:".
  if (authority.empty() && path.empty()) return {};
  // Without a scheme and a host the slashes of an empty authority go too.
  if (authority.empty() && !has_scheme) return path;
  return "//" + authority + path;
}

std::size_t scheme_length(std::string_view text) {
  if (text.empty() || !is_letter(text.front())) return 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == ':') return i;
    if (!is_alphanumeric(text[i]) && !is_one_of(text[i], "+-.")) return 0;
  }
  return 0;
}

// "?" and what is behind it, as it was written.
std::size_t query_start(std::string_view text) { return std::min(text.find('?'), text.size()); }

}  // namespace

std::string text_of_uri(std::string_view uri) {
  const std::size_t hash = std::min(uri.find('#'), uri.size());
  const std::string_view before = uri.substr(0, hash);
  const std::string fragment =
      hash + 1 < uri.size() ? "#" + rewritten(uri.substr(hash + 1), Part::Fragment) : "";
  if (before == "*") return "*" + fragment;
  const std::size_t length = scheme_length(before);
  const bool has_scheme = length != 0;
  std::string out = has_scheme ? lower_case(before.substr(0, length)) + ":" : std::string();
  const std::string_view behind = before.substr(has_scheme ? length + 1 : 0);
  const std::size_t question = query_start(behind);
  const std::string_view rest = behind.substr(0, question);
  const bool opaque = has_scheme && !rest.starts_with('/');
  out += opaque ? std::string(rest) : rewritten_hierarchy(rest, has_scheme);
  // An empty query stays only if it is written as one '?', with nothing behind it.
  const std::string_view query = behind.substr(question);
  return out + std::string(query) + fragment;
}

}  // namespace cw::pki
