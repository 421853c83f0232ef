#include "cli/config_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

#include <yaml-cpp/yaml.h>

#include "lib/base/duration.h"

namespace cw::cli {
namespace {

using kube::FieldPath;

constexpr std::array<std::string_view, 11> kTrue{"y",    "Y",    "yes", "Yes", "YES", "true",
                                                 "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> kFalse{"n",     "N",     "no",  "No",  "NO", "false",
                                                  "False", "FALSE", "off", "Off", "OFF"};

enum class ScalarType : std::uint8_t { Text, Whole, Number, Boolean, None };

template <typename Value>
bool reads_as(std::string_view text) {
  Value value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool has(const auto& words, std::string_view text) { return std::ranges::find(words, text) != words.end(); }

// yaml-cpp gives plain scalars the tag "?" and quoted ones "!".
ScalarType type_of(const YAML::Node& node) {
  if (!node.IsScalar()) return ScalarType::None;
  if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str") return ScalarType::Text;
  if (has(kTrue, node.Scalar()) || has(kFalse, node.Scalar())) return ScalarType::Boolean;
  if (reads_as<std::int64_t>(node.Scalar())) return ScalarType::Whole;
  return reads_as<double>(node.Scalar()) ? ScalarType::Number : ScalarType::Text;
}

std::string shown(const YAML::Node& node) {
  if (!node.IsScalar()) return node.IsSequence() ? "[…]" : "{…}";
  return type_of(node) == ScalarType::Text ? kube::quoted(node.Scalar()) : node.Scalar();
}

class ValueReader {
 public:
  ConfigValue take() { return std::move(value_); }

  void text(const YAML::Node& node, const FieldPath& at) {
    if (type_of(node) != ScalarType::Text) return refuse(node, at, "must be a string");
    value_.inputs.push_back(node.Scalar());
  }
  void whole(const YAML::Node& node, const FieldPath& at) {
    if (type_of(node) != ScalarType::Whole) return refuse(node, at, "must be a whole number");
    value_.inputs.push_back(node.Scalar());
  }
  void number(const YAML::Node& node, const FieldPath& at) {
    const ScalarType type = type_of(node);
    if (type != ScalarType::Whole && type != ScalarType::Number) return refuse(node, at, "must be a number");
    value_.inputs.push_back(node.Scalar());
  }
  void toggle(const YAML::Node& node, const FieldPath& at) {
    if (type_of(node) != ScalarType::Boolean) return refuse(node, at, "must be true or false");
    value_.inputs.emplace_back(has(kTrue, node.Scalar()) ? "true" : "false");
  }
  void time(const YAML::Node& node, const FieldPath& at) {
    const ScalarType type = type_of(node);
    const bool good =
        type == ScalarType::Whole || (type == ScalarType::Text && parse_duration(node.Scalar()));
    if (!good) return refuse(node, at, "must be a duration such as 1h30m, or whole nanoseconds");
    value_.inputs.push_back(node.Scalar());
  }
  void quantity(const YAML::Node& node, const FieldPath& at) {
    const ScalarType type = type_of(node);
    if (type == ScalarType::Boolean || type == ScalarType::None) {
      return refuse(node, at, "must be a quantity such as 64Mi");
    }
    value_.inputs.push_back(node.Scalar());
  }
  void list(const YAML::Node& node, const FieldPath& at) {
    if (!node.IsSequence()) return refuse(node, at, "must be a list of strings");
    std::size_t index = 0;
    for (const YAML::Node& element : node) text(element, at.index(index++));
  }
  // name=value pairs, as the flags take them.
  void pairs(const YAML::Node& node, const FieldPath& at, ScalarType type) {
    if (!node.IsMap()) return refuse(node, at, "must be a mapping");
    for (const auto& entry : node) {
      std::string name = entry.first.Scalar();
      if (type_of(entry.second) != type) {
        refuse(entry.second, at.key(name),
               type == ScalarType::Boolean ? "must be true or false" : "must be a string");
      }
      const bool on = type == ScalarType::Boolean && has(kTrue, entry.second.Scalar());
      const std::string value = type == ScalarType::Boolean ? (on ? "true" : "false") : entry.second.Scalar();
      value_.inputs.push_back(std::move(name.append("=").append(value)));
    }
  }
  void levels(const YAML::Node& node, const FieldPath& at) {
    if (!node.IsSequence()) return refuse(node, at, "must be a list");
    std::size_t index = 0;
    for (const YAML::Node& element : node) level(element, at.index(index++));
  }

 private:
  void refuse(const YAML::Node& node, const FieldPath& at, std::string why) {
    value_.errors.push_back(kube::invalid(at, shown(node), std::move(why)));
  }

  void level(const YAML::Node& node, const FieldPath& at) {
    if (!node.IsMap()) return refuse(node, at, "must be a mapping of filePattern and verbosity");
    const YAML::Node pattern = node["filePattern"];
    const YAML::Node verbosity = node["verbosity"];
    const std::size_t known = (pattern ? 1 : 0) + (verbosity ? 1 : 0);
    if (node.size() != known) return refuse(node, at, "has filePattern and verbosity only");
    if (pattern && type_of(pattern) != ScalarType::Text) {
      return refuse(pattern, at.child("filePattern"), "must be a string");
    }
    if (verbosity && type_of(verbosity) != ScalarType::Whole) {
      return refuse(verbosity, at.child("verbosity"), "must be a whole number");
    }
    value_.inputs.push_back((pattern ? pattern.Scalar() : "") + "=" + (verbosity ? verbosity.Scalar() : "0"));
  }

  ConfigValue value_;
};

}  // namespace

ConfigValue read_config_value(MemberType type, const YAML::Node& value, const FieldPath& at) {
  ValueReader reader;
  switch (type) {
    case MemberType::Text:
    case MemberType::File:
      reader.text(value, at);
      break;
    case MemberType::Whole:
      reader.whole(value, at);
      break;
    case MemberType::Number:
      reader.number(value, at);
      break;
    case MemberType::Toggle:
      reader.toggle(value, at);
      break;
    case MemberType::Time:
      reader.time(value, at);
      break;
    case MemberType::Quantity:
      reader.quantity(value, at);
      break;
    case MemberType::List:
      reader.list(value, at);
      break;
    case MemberType::Switches:
      reader.pairs(value, at, ScalarType::Boolean);
      break;
    case MemberType::Labels:
      reader.pairs(value, at, ScalarType::Text);
      break;
    case MemberType::Levels:
      reader.levels(value, at);
      break;
  }
  return reader.take();
}

}  // namespace cw::cli
