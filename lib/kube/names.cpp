#include "lib/kube/names.h"

#include <algorithm>

#include "lib/base/ascii.h"

namespace cw::kube {
namespace {

constexpr std::size_t kMaxLabel = 63;
constexpr std::size_t kMaxSubdomain = 253;

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_dns_label(std::string_view text) {
  return !text.empty() && is_lower_or_digit(text.front()) && is_lower_or_digit(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_subdomain(std::string_view text) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_dns_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_key_name(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

std::string too_long(std::size_t limit, std::string_view unit) {
  return "must be no more than " + std::to_string(limit) + " " + std::string(unit);
}

constexpr std::string_view kKeyCharacters =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

void add_prefix_problems(std::string_view prefix, Problems& problems) {
  if (prefix.empty()) {
    problems.emplace_back("prefix part must be non-empty");
    return;
  }
  for (const std::string& problem : subdomain_problems(prefix)) problems.push_back("prefix part " + problem);
}

void add_key_name_problems(std::string_view name, Problems& problems) {
  if (name.empty()) {
    problems.emplace_back("name part must be non-empty");
  } else if (name.size() > kMaxLabel) {
    problems.push_back("name part " + too_long(kMaxLabel, "bytes"));
  }
  if (!is_key_name(name)) problems.push_back("name part " + std::string(kKeyCharacters));
}

}  // namespace

Problems subdomain_problems(std::string_view text) {
  Problems problems;
  if (text.size() > kMaxSubdomain) problems.push_back(too_long(kMaxSubdomain, "characters"));
  if (!is_subdomain(text)) {
    problems.emplace_back(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
        "must "
        "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
  }
  return problems;
}

Problems rfc1035_label_problems(std::string_view text) {
  Problems problems;
  if (text.size() > kMaxLabel) problems.push_back(too_long(kMaxLabel, "characters"));
  if (!is_dns_label(text) || !(text.front() >= 'a' && text.front() <= 'z')) {
    problems.emplace_back(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
        "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex "
        "used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')");
  }
  return problems;
}

Problems label_problems(std::string_view text) {
  Problems problems;
  if (text.size() > kMaxLabel) problems.push_back(too_long(kMaxLabel, "characters"));
  if (is_dns_label(text)) return problems;
  if (is_subdomain(text)) {
    problems.emplace_back("must not contain dots");
  } else {
    problems.emplace_back(
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must "
        "start and "
        "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
        "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
  }
  return problems;
}

Problems qualified_name_problems(std::string_view text) {
  Problems problems;
  const auto slashes = std::count(text.begin(), text.end(), '/');
  if (slashes > 1) {
    problems.push_back("a valid label key " + std::string(kKeyCharacters) +
                       " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    return problems;
  }
  if (slashes == 1) {
    const std::size_t slash = text.find('/');
    add_prefix_problems(text.substr(0, slash), problems);
    text.remove_prefix(slash + 1);
  }
  add_key_name_problems(text, problems);
  return problems;
}

Problems label_value_problems(std::string_view text) {
  Problems problems;
  if (text.size() > kMaxLabel) problems.push_back(too_long(kMaxLabel, "bytes"));
  if (!text.empty() && !is_key_name(text)) {
    problems.emplace_back(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and "
        "must "
        "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex "
        "used for "
        "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
  }
  return problems;
}

Problems config_key_problems(std::string_view text) {
  Problems problems;
  if (text.size() > kMaxSubdomain) problems.push_back(too_long(kMaxSubdomain, "characters"));
  const bool fits = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
  });
  if (!fits) {
    problems.emplace_back(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
        "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
  }
  if (text == ".") problems.emplace_back("must not be '.'");
  if (text == "..") problems.emplace_back("must not be '..'");
  if (text.starts_with("..") && text.size() > 2) problems.emplace_back("must not start with '..'");
  return problems;
}

Problems path_segment_problems(std::string_view text) {
  Problems problems;
  if (text == ".") problems.emplace_back("may not be '.'");
  if (text == "..") problems.emplace_back("may not be '..'");
  for (const char* illegal : {"/", "%"}) {
    if (text.find(illegal) != std::string_view::npos) {
      problems.push_back(std::string("may not contain '") + illegal + "'");
    }
  }
  return problems;
}

}  // namespace cw::kube
