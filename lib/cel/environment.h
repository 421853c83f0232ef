// Environment: what a CEL expression may speak of: variables, object types and host functions beside the
// standard library, the macros (has, all, exists, exists_one, map, filter) and the strings extension; and in
// which dialect it is written.
// Build once, then constant: thread-safe to read. Source: CEL language definition; the strings extension of
// cel-go at its newest version.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/cel/value.h"

namespace cw::cel {

enum class Kind : std::uint8_t {
  Dyn,
  Null,
  Bool,
  Int,
  Uint,
  Double,
  String,
  Bytes,
  List,
  Map,
  Duration,
  Timestamp,
  Type,
  Object,
  Optional
};

// Lists and optionals have one parameter, maps two (key, value); objects have a name.
struct Type {
  Kind kind = Kind::Dyn;
  std::vector<Type> parameters = {};
  std::string_view object = {};  // constant storage
  bool operator==(const Type&) const = default;
};

struct Field {
  std::string_view name;
  Type type;
};
struct ObjectType {
  std::string_view name;  // without fields: for host functions alone, not a name in expressions
  std::vector<Field> fields;
  bool is_named = false;            // a name in expressions, though it has no fields
  std::size_t compared = SIZE_MAX;  // of its values so many count when it is compared
};
struct Variable {
  std::string_view name;
  Type type;
};
// What a call costs; nullptr: 1.
using CallCost = std::uint64_t (*)(const std::vector<Value>& arguments);

// Called with values of the declared types. An Error ends the evaluation.
struct Function {
  std::string_view name;
  bool is_member = false;  // receiver.name(…): the receiver is the first argument
  std::vector<Type> arguments;
  Type result;
  std::function<Result<Value>(const std::vector<Value>&)> call;
  CallCost cost = nullptr;
};

// Seconds east of Greenwich of a time zone by IANA name, at a moment (seconds since the epoch).
using TimeZones = std::function<Result<std::int64_t>(std::string_view zone, std::int64_t at)>;

// Kubernetes: what kube-apiserver's environment has beside the standard: optional values and their syntax,
// macros with two variables, the libraries of lists, sets and regular expressions, literals of one type; its
// costs; the strings extension without reverse().
enum class Dialect : std::uint8_t { Standard, Kubernetes };

struct Environment {
  std::vector<ObjectType> objects = {};
  std::vector<Variable> variables = {};  // a Program's bindings are in this order
  std::vector<Function> functions = {};
  // Known as well; shared by many environments, which it outlives.
  const std::vector<Function>* library = nullptr;
  Dialect dialect = Dialect::Standard;
  TimeZones time_zones = {};  // without it only "UTC" and offsets ("+02:00") are known
};

}  // namespace cw::cel
