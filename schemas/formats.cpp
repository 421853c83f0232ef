#include "schemas/formats.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include <arpa/inet.h>

#include "lib/base/assert.h"
#include "lib/base/duration.h"
#include "lib/base/time_text.h"
#include "schemas/pattern.h"

namespace cw::schemas {
namespace {

// A fixed expression of this file; it compiles, or the program is wrong.
Pattern fixed(std::string_view expression) {
  auto pattern = Pattern::compile(expression);
  CW_ASSERT(pattern.has_value());
  return std::move(pattern).value();
}

// A string as a template argument, so that each expression is compiled once, when it is first needed.
template <std::size_t N>
struct Literal {
  // NOLINTNEXTLINE(google-explicit-constructor): so that matches<"…"> reads naturally
  constexpr Literal(const char (&text)[N]) { std::copy_n(text, N, data.begin()); }
  std::array<char, N> data{};
};

template <Literal kExpression>
bool matches(std::string_view text) {
  static const Pattern pattern = fixed({kExpression.data.data(), kExpression.data.size() - 1});
  return pattern.found_in(text);
}

bool any(std::string_view /*text*/) { return true; }

bool is_date(std::string_view text) {
  return matches<"^\\d{4}-\\d{2}-\\d{2}$">(text) && parse_time(std::string(text) + "T00:00:00Z").has_value();
}

// Looser than RFC 3339: seconds up to 59 only, but any character before the fraction.
bool is_date_time(std::string_view text) {
  const std::size_t t = text.find_first_of("tT");
  if (t == std::string_view::npos || !is_date(text.substr(0, t))) return false;
  const std::string_view rest = text.substr(t + 1);
  const std::string_view time = rest.substr(0, rest.find_first_of("tT"));
  return matches<"^([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(.\\d+)?([zZ]|[+-]\\d{2}:\\d{2})$">(time);
}

bool is_byte(std::string_view text) {
  return matches<"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$">(text);
}

bool parses_as(int family, std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(family, std::string(text).c_str(), bytes.data()) == 1;
}

// Four decimal octets; leading zeros are let through, as Go before 1.17 did.
bool is_dotted_quad(std::string_view text) {
  return matches<"^0*(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.0*(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}$">(text);
}

bool is_ipv4(std::string_view text) {
  if (text.find('.') == std::string_view::npos) return false;
  return is_dotted_quad(text) || parses_as(AF_INET6, text);
}

bool is_ipv6(std::string_view text) {
  return text.find(':') != std::string_view::npos && parses_as(AF_INET6, text);
}

bool is_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view address = text.substr(0, slash);
  const std::string_view length = text.substr(slash + 1);
  if (!matches<"^[0-9]{1,3}$">(length)) return false;
  const int bits = std::stoi(std::string(length));
  if (address.find(':') != std::string_view::npos) return bits <= 128 && parses_as(AF_INET6, address);
  return bits <= 32 && is_dotted_quad(address);
}

bool is_mac(std::string_view text) {
  return matches<
      "^([0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}|[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){7}|"
      "[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){19}|[0-9a-fA-F]{2}(-[0-9a-fA-F]{2}){5}|"
      "[0-9a-fA-F]{2}(-[0-9a-fA-F]{2}){7}|[0-9a-fA-F]{2}(-[0-9a-fA-F]{2}){19}|"
      "[0-9a-fA-F]{4}(\\.[0-9a-fA-F]{4}){2}|[0-9a-fA-F]{4}(\\.[0-9a-fA-F]{4}){3}|"
      "[0-9a-fA-F]{4}(\\.[0-9a-fA-F]{4}){9})$">(text);
}

bool is_hostname(std::string_view text) {
  constexpr std::size_t kMaxName = 255;
  constexpr std::size_t kMaxLabel = 63;
  if (text.size() > kMaxName) return false;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t dot = std::min(text.find('.', start), text.size());
    if (dot - start > kMaxLabel) return false;
    start = dot + 1;
  }
  return matches<
      "^([a-zA-Z0-9\\p{S}\\p{L}]((-?[a-zA-Z0-9\\p{S}\\p{L}]{0,62})?)|"
      "([a-zA-Z0-9\\p{S}\\p{L}](([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}[a-zA-Z0-9\\p{S}\\p{L}])?)(\\.)){1,}"
      "([a-zA-Z\\p{L}]){2,63})$">(text);
}

// An address with or without a display name. Comments and groups of RFC 5322 are not looked into.
bool is_email(std::string_view text) {
  return matches<
      "^\\s*([^<>@\"]*<)?\\s*(\"[^\"]*\"|[^\\s<>@,;:\"()\\[\\]\\\\]+)@([^\\s<>@,;:\"()\\[\\]\\\\]+|\\[[^\\]]+"
      "\\])\\s*>?\\s*$">(text);
}

// An absolute URI or an absolute path, as Go's url.ParseRequestURI takes it.
bool is_uri(std::string_view text) {
  if (!matches<"^([A-Za-z][A-Za-z0-9+.-]*:[^\\x00-\\x20\\x7f]*|/[^\\x00-\\x1f\\x7f]*|\\*)$">(text))
    return false;
  const bool bad_escape = matches<"%([^0-9A-Fa-f]|.[^0-9A-Fa-f]|.?$)">(text);
  const bool bad_port = matches<"^[A-Za-z0-9+.-]*://[^/?#\\[]*:[0-9]*[^0-9/?#@:][^/?#@]*([/?#]|$)">(text);
  return !bad_escape && !bad_port;
}

// Go's form, or numbers with words such as "22 days".
bool is_duration(std::string_view text) {
  if (parse_duration(text).has_value()) return true;
  return matches<
      "(?i)\\d+\\s*(ns|us|µs|ms|s|m|h|d|w|hr|wk|nano\\pL*|micro\\pL*|milli\\pL*|sec\\pL*|min\\pL*|hour\\pL*|"
      "day\\pL*|week\\pL*)">(text);
}

std::string digits_of(std::string_view text, std::string_view dropped) {
  std::string result;
  for (const char c : text) {
    if (dropped.find(c) == std::string_view::npos) result += c;
  }
  return result;
}

bool is_isbn10(std::string_view text) {
  const std::string digits = digits_of(text, " \t\n\r\f-");
  if (!matches<"^[0-9]{9}[0-9X]$">(digits)) return false;
  int sum = 0;
  for (int i = 0; i < 9; ++i) sum += (i + 1) * (digits[static_cast<std::size_t>(i)] - '0');
  sum += 10 * (digits[9] == 'X' ? 10 : digits[9] - '0');
  return sum % 11 == 0;
}

bool is_isbn13(std::string_view text) {
  const std::string digits = digits_of(text, " \t\n\r\f-");
  if (!matches<"^[0-9]{13}$">(digits)) return false;
  int sum = 0;
  for (std::size_t i = 0; i < 13; ++i) sum += (i % 2 == 0 ? 1 : 3) * (digits[i] - '0');
  return sum % 10 == 0;
}

bool is_isbn(std::string_view text) { return is_isbn10(text) || is_isbn13(text); }

bool is_credit_card(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  if (!matches<"^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|"
               "3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\\d{3})\\d{11})$">(digits)) {
    return false;
  }
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    const int doubled = i % 2 == 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 == 0;
}

bool is_social_security_number(std::string_view text) {
  return text.size() == 11 && matches<"^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$">(text);
}

constexpr std::size_t kShortName = 63;
constexpr std::size_t kLongName = 253;

bool is_short_name(std::string_view text) {
  return text.size() <= kShortName && matches<"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$">(text);
}

bool is_long_name(std::string_view text) {
  return text.size() <= kLongName &&
         matches<"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$">(text);
}

constexpr auto kFormats = std::to_array<std::pair<std::string_view, FormatCheck>>({
    {"bsonobjectid", matches<"^[0-9a-fA-F]{24}$">},
    {"byte", is_byte},
    {"cidr", is_cidr},
    {"creditcard", is_credit_card},
    {"date", is_date},
    {"datetime", is_date_time},
    {"duration", is_duration},
    {"email", is_email},
    {"hexcolor", matches<"^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$">},
    {"hostname", is_hostname},
    {"ipv4", is_ipv4},
    {"ipv6", is_ipv6},
    {"isbn", is_isbn},
    {"isbn10", is_isbn10},
    {"isbn13", is_isbn13},
    {"k8slongname", is_long_name},
    {"k8sshortname", is_short_name},
    {"mac", is_mac},
    {"password", any},
    {"rgbcolor",
     matches<"^rgb\\(\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*,\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|"
             "25[0-5])\\s*,\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*\\)$">},
    {"ssn", is_social_security_number},
    {"uri", is_uri},
    {"uuid", matches<"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$">},
    {"uuid3", matches<"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$">},
    {"uuid4", matches<"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$">},
    {"uuid5", matches<"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$">},
});

}  // namespace

FormatCheck find_format(std::string_view name) {
  const std::string bare = digits_of(name, "-");
  for (const auto& [known, check] : kFormats) {
    if (known == bare) return check;
  }
  return nullptr;
}

}  // namespace cw::schemas
