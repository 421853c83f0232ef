#include "lib/dns01/texts.h"

#include "lib/base/percent.h"

namespace cw::dns01 {

std::string without_dot(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return std::string(name);
}

std::vector<std::string> zones_of(std::string_view name) {
  std::vector<std::string> zones;
  std::string rest = without_dot(name);
  while (rest.find('.') != std::string::npos) {
    zones.push_back(rest);
    rest.erase(0, rest.find('.') + 1);
  }
  return zones;
}

std::string relative_name(std::string_view name, std::string_view zone) {
  std::string whole = without_dot(name);
  const std::string below = "." + without_dot(zone);
  if ("." + whole == below) return "@";
  if (whole.ends_with(below)) whole.resize(whole.size() - below.size());
  return whole;
}

std::string quoted_txt(std::string_view value) {
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string unquoted_txt(std::string_view text) {
  if (text.empty() || text.front() != '"') return std::string(text);
  std::string value;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      inside = !inside;
    } else if (inside) {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      value += text[i];
    }
  }
  return value;
}

std::string url_encoded(const Parameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    if (!text.empty()) text += '&';
    text += percent_encoded(name) + "=" + percent_encoded(value);
  }
  return text;
}

}  // namespace cw::dns01
