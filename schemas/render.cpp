#include "schemas/render.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include <nlohmann/json.hpp>

#include "lib/kube/field_error.h"
#include "lib/kube/json_text.h"

namespace cw::schemas {
namespace {

using kube::Json;

constexpr std::size_t kLongestNumber = 400;  // 1e308 without an exponent

std::string formatted(double value, std::chars_format format) {
  std::array<char, kLongestNumber> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format).ptr;
  return {buffer.data(), end};
}

// The exponent of the shortest form, as in 1.5e+07: 7.
int decimal_exponent(const std::string& scientific) {
  return std::atoi(scientific.c_str() + scientific.find('e') + 1);  // NOLINT(cert-err34-c): our own text
}

// Go's encoding/json: no exponent from 1e-6 up to 1e21, and no leading zero in one.
std::string json_number(double value) {
  const double size = std::fabs(value);
  if (size == 0 || (size >= 1e-6 && size < 1e21)) return formatted(value, std::chars_format::fixed);
  std::string text = formatted(value, std::chars_format::scientific);
  const std::size_t at = text.size() - 2;
  if (text[at] == '0' && text[at - 1] == '-') text.erase(at, 1);
  return text;
}

void append_json(std::string& out, const Json& value);

void append_members(std::string& out, const Json& object) {
  std::string_view separator = "{";
  for (const auto& [name, member] : object.items()) {
    out += separator;
    kube::append_json_string(out, name);
    out += ':';
    append_json(out, member);
    separator = ",";
  }
  out += object.empty() ? "{}" : "}";
}

void append_items(std::string& out, const Json& list) {
  std::string_view separator = "[";
  for (const Json& item : list) {
    out += separator;
    append_json(out, item);
    separator = ",";
  }
  out += list.empty() ? "[]" : "]";
}

void append_json(std::string& out, const Json& value) {
  if (value.is_object()) {
    append_members(out, value);
  } else if (value.is_array()) {
    append_items(out, value);
  } else if (value.is_string()) {
    kube::append_json_string(out, value.get_ref<const std::string&>());
  } else if (value.is_number_float()) {
    out += json_number(value.get<double>());
  } else {
    out += value.dump();
  }
}

}  // namespace

std::string rendered(double value) {
  const std::string scientific = formatted(value, std::chars_format::scientific);
  if (!std::isfinite(value)) return scientific;
  const int exponent = decimal_exponent(scientific);
  return exponent < -4 || exponent >= 6 ? scientific : formatted(value, std::chars_format::fixed);
}

std::string rendered(const Json& value) {
  if (value.is_string()) return kube::quoted(value.get_ref<const std::string&>());
  if (value.is_number_float()) return rendered(value.get<double>());
  std::string out;
  append_json(out, value);
  return out;
}

}  // namespace cw::schemas
