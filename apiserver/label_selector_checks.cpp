#include "apiserver/label_selector_checks.h"

#include <nlohmann/json.hpp>

#include "apiserver/data_rules.h"
#include "apiserver/json_access.h"
#include "apiserver/kinds/kind_checks.h"
#include "lib/kube/names.h"

namespace cw::apiserver {
namespace {

FieldErrors check_values(const Json& expression, const FieldPath& at, Operators operators) {
  FieldErrors errors;
  const std::string test = text_member(expression, "operator");
  const Json& values = array_member(expression, "values");
  if (test == "In" || test == "NotIn") {
    if (values.empty()) {
      errors.push_back(
          kube::required(at.child("values"), "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (test == "Exists" || test == "DoesNotExist") {
    if (!values.empty()) {
      errors.push_back(kube::forbidden(at.child("values"),
                                       "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
  } else if (operators == Operators::Known) {
    errors.push_back(
        kube::invalid(at.child("operator"), kube::quoted(test), "not a valid selector operator"));
  }
  return errors;
}

}  // namespace

FieldErrors check_label_requirement(const Json& expression, const FieldPath& at, Operators operators) {
  FieldErrors errors = check_values(expression, at, operators);
  const Json& values = array_member(expression, "values");
  const std::string key = text_member(expression, "key");
  add_problems(errors, at.child("key"), key, kube::qualified_name_problems(key));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& value = values[i].get_ref<const std::string&>();
    add_problems(errors, at.child("values").index(i), value, kube::label_value_problems(value));
  }
  return errors;
}

FieldErrors check_field_requirement(const Json& requirement, const FieldPath& at) {
  FieldErrors errors;
  if (text_member(requirement, "key").empty())
    errors.push_back(kube::required(at.child("key"), "must be specified"));
  append(errors, check_values(requirement, at, Operators::Foreign));
  return errors;
}

FieldErrors check_label_selector(const Json& selector, const FieldPath& at) {
  FieldErrors errors;
  for (const auto& [key, value] : object_member(selector, "matchLabels").items()) {
    add_problems(errors, at.child("matchLabels"), key, kube::qualified_name_problems(key));
    const auto& text = value.get_ref<const std::string&>();
    add_problems(errors, at.child("matchLabels"), text, kube::label_value_problems(text));
  }
  std::size_t i = 0;
  for (const Json& expression : array_member(selector, "matchExpressions")) {
    append(errors,
           check_label_requirement(expression, at.child("matchExpressions").index(i++), Operators::Known));
  }
  return errors;
}

}  // namespace cw::apiserver
