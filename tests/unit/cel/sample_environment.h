// An Environment for the tests: two variables, an object type, host functions of all styles, one time zone.
#pragma once

#include <vector>

#include "lib/cel/environment.h"

namespace cw::cel {

inline Result<Value> twice(const std::vector<Value>& arguments) {
  if (const auto* number = arguments[0].as<std::int64_t>()) {
    if (*number > 1000) return Error{Code::Invalid, "too large"};
    return Value(Value::Variant(*number * 2));
  }
  return Value::of(**arguments[0].as<Text>() + **arguments[0].as<Text>());
}

inline Result<Value> new_unit(const std::vector<Value>& arguments) {
  return Value(ObjectValue{"test.Unit", std::make_shared<const std::vector<Value>>(arguments)});
}

inline Result<Value> value_of_unit(const std::vector<Value>& arguments) {
  return (*arguments[0].as<ObjectValue>()->fields)[0];
}

inline Environment sample_environment() {
  const Type text{Kind::String};
  const Type number{Kind::Int};
  const Type unit{Kind::Object, {}, "test.Unit"};
  Environment environment;
  environment.objects = {{"test.Request",
                          {{"name", text},
                           {"namespace", text},
                           {"groups", {Kind::List, {text}}},
                           {"empty", text},
                           {"none", {Kind::List, {text}}}}},
                         {"test.Unit", {}}};
  environment.variables = {{"self", text}, {"cr", {Kind::Object, {}, "test.Request"}}};
  environment.functions = {{"twice", false, {number}, number, twice},
                           {"twice", true, {text}, text, twice},
                           {"unit.new", false, {number}, unit, new_unit},
                           {"value", true, {unit}, number, value_of_unit}};
  environment.time_zones = [](std::string_view zone, std::int64_t) -> Result<std::int64_t> {
    if (zone != "Test/Zone") return Error{Code::NotFound, "no such zone"};
    return 3600;
  };
  return environment;
}

inline std::vector<Value> sample_bindings(std::string_view self) {
  auto fields = std::make_shared<std::vector<Value>>();
  *fields = {Value::of("req"), Value::of("team"), Value::of(std::vector<std::string>{"devs", "ops"}),
             Value::of(""), Value::of(std::vector<std::string>{})};
  return {Value::of(self), Value(ObjectValue{"test.Request", std::move(fields)})};
}

}  // namespace cw::cel
