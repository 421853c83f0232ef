// Schema: one node of a structural OpenAPI v3 schema, read once into a form that the engine (prune.h,
// defaults.h, validate.h, list_keys.h, rules.h) walks fast. Generic: the six kinds of this program and the
// CustomResourceDefinitions of users go through the same code. Immutable once read; thread-safe.
// Source: apiextensions-apiserver pkg/apiserver/schema of Kubernetes 1.36.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/kube/json.h"
#include "schemas/pattern.h"
#include "schemas/rules.h"

namespace cw::schemas {

using kube::Json;

struct Schema;
using SchemaPtr = std::shared_ptr<const Schema>;

enum class Type : std::uint8_t { Unstated, Object, Array, String, Integer, Number, Boolean };
enum class ListType : std::uint8_t { Atomic, Set, Map };

// "object", …; "" for Unstated.
std::string_view name_of(Type);

struct Bound {
  double limit = 0;
  bool exclusive = false;
};

// Inclusive; counts of characters, items or members.
struct CountRange {
  std::optional<std::int64_t> least;
  std::optional<std::int64_t> most;
};

struct Schema {
  Type type = Type::Unstated;
  bool nullable = false;
  bool int_or_string = false;
  bool preserve_unknown_fields = false;
  bool embedded_resource = false;
  ListType list_type = ListType::Atomic;
  std::vector<std::string> list_map_keys;
  bool atomic_map = false;  // server-side apply owns an object as a whole

  std::map<std::string, SchemaPtr, std::less<>> properties;
  SchemaPtr items;
  bool has_additional_properties = false;  // `true` or a schema
  SchemaPtr additional_properties;         // nullptr for `true`

  std::shared_ptr<const Json> default_value;
  std::shared_ptr<const Json> allowed_values;  // enum: an array
  std::string format;                          // only one that is checked; find_format or a number's
  std::optional<Pattern> pattern;
  std::optional<Bound> minimum;
  std::optional<Bound> maximum;
  std::optional<double> multiple_of;
  CountRange length;  // of a string, in code points
  CountRange items_count;
  CountRange members;  // of an object
  std::vector<std::string> required;
  std::vector<SchemaPtr> all_of;
  std::vector<SchemaPtr> any_of;
  std::vector<SchemaPtr> one_of;
  SchemaPtr negated;  // not

  std::vector<Rule> rules;
  bool has_rules_inside = false;     // here or anywhere below
  bool has_embedded_inside = false;  // embedded resources, likewise

  // The schema of a member, or nullptr.
  const Schema* find_member(std::string_view name) const;
};

}  // namespace cw::schemas
