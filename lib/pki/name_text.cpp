// Distinguished names as text: RFC 4514 in, RFC 2253 out.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "lib/base/encoding.h"
#include "lib/pki/der.h"
#include "lib/pki/der_string.h"
#include "lib/pki/name.h"

namespace cw::pki {
namespace {

using Keyword = std::pair<std::string_view, std::string_view>;

// What spec.literalSubject may say. cert-manager pkg/util/pki/subject.go.
constexpr std::array<Keyword, 10> kLiteralTypes{{{"C", "2.5.4.6"},
                                                 {"O", "2.5.4.10"},
                                                 {"OU", "2.5.4.11"},
                                                 {"CN", "2.5.4.3"},
                                                 {"SERIALNUMBER", "2.5.4.5"},
                                                 {"L", "2.5.4.7"},
                                                 {"ST", "2.5.4.8"},
                                                 {"STREET", "2.5.4.9"},
                                                 {"DC", "0.9.2342.19200300.100.1.25"},
                                                 {"UID", "0.9.2342.19200300.100.1.1"}}};
// What text_of writes. Go crypto/x509/pkix attributeTypeNames.
constexpr std::array<Keyword, 9> kShownTypes{{{"C", "2.5.4.6"},
                                              {"O", "2.5.4.10"},
                                              {"OU", "2.5.4.11"},
                                              {"CN", "2.5.4.3"},
                                              {"SERIALNUMBER", "2.5.4.5"},
                                              {"L", "2.5.4.7"},
                                              {"ST", "2.5.4.8"},
                                              {"STREET", "2.5.4.9"},
                                              {"POSTALCODE", "2.5.4.17"}}};

Error bad_name(std::string_view why) {
  return {Code::Invalid, "not a distinguished name: " + std::string(why)};
}

std::optional<unsigned> hex_byte(std::string_view two) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(two.data(), two.data() + two.size(), value, 16);
  if (two.size() != 2 || error != std::errc() || end != two.data() + 2) return std::nullopt;
  return value;
}

// Blanks at both ends go, but a last one that is escaped stays.
std::string_view strip_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return "";
  const std::size_t last = text.find_last_not_of(' ');
  std::size_t backslashes = 0;
  while (backslashes <= last - first && text[last - backslashes] == '\\') ++backslashes;
  const bool escaped_blank = backslashes % 2 == 1 && last + 1 < text.size();
  return text.substr(first, last - first + 1 + (escaped_blank ? 1 : 0));
}

// `text` begins behind a backslash; answers the byte meant and moves past it.
Result<char> take_escaped(std::string_view& text) {
  if (text.empty()) return bad_name("it ends with a backslash");
  const char next = text.front();
  if (std::string_view(" \"#+,;<=>\\").find(next) != std::string_view::npos) {
    text.remove_prefix(1);
    return next;
  }
  const auto byte = hex_byte(text.substr(0, 2));
  if (!byte) return bad_name("a backslash must be followed by a special character or two hex digits");
  text.remove_prefix(2);
  return static_cast<char>(*byte);
}

Result<std::string> unescape(std::string_view text) {
  text = strip_blanks(text);
  std::string out;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\\') {
      out += TRY(take_escaped(text));
      continue;
    }
    if (c == '\0' || c == '"' || c == ';' || c == '<' || c == '>') {
      return bad_name("a quote, semicolon, angle bracket or NUL must be escaped");
    }
    out += c;
  }
  return out;
}

// "#" and the hex of one BER element: the value is its content (nothing for a constructed one, as in
// go-ldap).
Result<std::string> decode_hex_value(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const auto byte = hex_byte(hex.substr(i, 2));
    if (!byte) return bad_name("a value after '#' must be hex digits");
    bytes += static_cast<char>(*byte);
  }
  der::Reader reader(bytes);
  const der::Element element = TRY(reader.element("value after '#'"));
  TRY(reader.expect_end("value after '#'"));
  return std::string(der::is_constructed(element.tag) ? std::string_view() : element.content);
}

Result<NameAttribute> parse_pair(std::string_view type, std::string_view value) {
  NameAttribute attribute;
  attribute.type = TRY(unescape(type));
  if (attribute.type.empty()) return bad_name("a part without type, expected type=value");
  attribute.value = value.starts_with('#') ? TRY(decode_hex_value(value.substr(1))) : TRY(unescape(value));
  return attribute;
}

// First of `any` in `text` that no backslash precedes.
std::size_t find_unescaped(std::string_view text, std::string_view any) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (any.find(text[i]) != std::string_view::npos) {
      return i;
    }
  }
  return std::string_view::npos;
}

std::string escape(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool at_end = i == 0 || i + 1 == value.size();
    const bool special = std::string_view(",+\"\\<>;").find(c) != std::string_view::npos;
    if (special || (c == ' ' && at_end) || (c == '#' && i == 0)) out += '\\';
    out += c;
  }
  return out;
}

std::string text_of(const NameAttribute& attribute) {
  for (const auto& [name, oid] : kShownTypes) {
    if (oid == attribute.type) return std::string(name) + "=" + escape(attribute.value);
  }
  const auto value = der::character_string(attribute.value);
  if (!value) return attribute.type + "=" + escape(attribute.value);
  return attribute.type + "=#" + encode_hex(*value);
}

}  // namespace

std::string text_of(const DistinguishedName& name) {
  std::string out;
  for (auto relative = name.rbegin(); relative != name.rend(); ++relative) {
    if (relative != name.rbegin()) out += ",";
    for (std::size_t i = 0; i < relative->size(); ++i) {
      if (i > 0) out += "+";
      out += text_of((*relative)[i]);
    }
  }
  return out;
}

Result<DistinguishedName> parse_literal_name(std::string_view text) {
  DistinguishedName name;
  if (text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos) return name;
  name.emplace_back();
  while (true) {
    const std::size_t end = find_unescaped(text, ",;+");
    const std::string_view part = text.substr(0, end);
    const std::size_t equals = find_unescaped(part, "=");
    if (equals == std::string_view::npos) return bad_name("a part without '=', expected type=value");
    name.back().push_back(TRY(parse_pair(part.substr(0, equals), part.substr(equals + 1))));
    if (end == std::string_view::npos) break;
    if (text[end] != '+') name.emplace_back();
    text.remove_prefix(end + 1);
  }
  std::reverse(name.begin(), name.end());
  return name;
}

std::optional<std::string> find_attribute_type(std::string_view type) {
  for (const auto& [name, oid] : kLiteralTypes) {
    if (name == type) return std::string(oid);
  }
  // Any dotted integers pass here (CRT-20); one that cannot be encoded is refused when the request is built.
  std::string_view rest = type;
  while (true) {
    const std::string_view part = rest.substr(0, rest.find('.'));
    const std::string_view digits = part.starts_with('+') ? part.substr(1) : part;
    std::int64_t arc = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), arc);
    const bool double_sign = digits.size() != part.size() && digits.starts_with('-');
    if (error != std::errc() || end != digits.data() + digits.size() || double_sign) return std::nullopt;
    if (part.size() == rest.size()) return std::string(type);
    rest.remove_prefix(part.size() + 1);
  }
}

Result<DistinguishedName> parse_literal_subject(std::string_view text) {
  DistinguishedName name = TRY(parse_literal_name(text));
  for (RelativeName& relative : name) {
    for (NameAttribute& attribute : relative) {
      auto oid = find_attribute_type(attribute.type);
      if (!oid) return bad_name("unknown attribute type " + der::shown(attribute.type));
      attribute.type = *std::move(oid);
    }
  }
  return name;
}

}  // namespace cw::pki
