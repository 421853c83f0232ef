#include "apiserver/webhooks/configuration_checks.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/data_rules.h"
#include "apiserver/json_access.h"
#include "apiserver/kinds/kind_checks.h"
#include "apiserver/label_selector_checks.h"
#include "apiserver/webhooks/match_conditions.h"

namespace cw::apiserver::webhooks {
namespace {

using Choices = std::vector<std::string>;

void check_given_choice(FieldErrors& errors, const Json& hook, const char* name, const FieldPath& at,
                        const Choices& choices) {
  const Json* value = find_member(hook, name);
  if (value == nullptr) return;
  const std::string text = value->is_string() ? value->get<std::string>() : std::string();
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return;
  errors.push_back(kube::not_supported(at.child(name), kube::quoted(text), choices));
}

void check_name(FieldErrors& errors, const std::string& name, const FieldPath& at) {
  if (name.empty()) {
    errors.push_back(kube::required(at, ""));
    return;
  }
  std::string problems;
  for (const std::string& problem : kube::subdomain_problems(name)) {
    problems += (problems.empty() ? "" : ",") + problem;
  }
  if (!problems.empty()) {
    errors.push_back(kube::invalid(at, kube::quoted(name), problems));
  } else if (std::count(name.begin(), name.end(), '.') < 2) {
    errors.push_back(kube::invalid(at, kube::quoted(name),
                                   "should be a domain with at least three segments separated by dots"));
  }
}

void check_effects(FieldErrors& errors, const Json& hook, const FieldPath& at) {
  const Choices choices{"None", "NoneOnDryRun"};
  if (!hook.contains("sideEffects")) {
    errors.push_back(kube::required(at.child("sideEffects"), "must specify one of None, NoneOnDryRun"));
  }
  check_given_choice(errors, hook, "sideEffects", at, choices);
}

void check_timeout(FieldErrors& errors, const Json& hook, const FieldPath& at) {
  const std::int64_t seconds = number_member(hook, "timeoutSeconds");
  if (!hook.contains("timeoutSeconds") || (seconds >= 1 && seconds <= 30)) return;
  errors.push_back(kube::invalid(at.child("timeoutSeconds"), std::to_string(seconds),
                                 "the timeout value must be between 1 and 30 seconds"));
}

void check_condition(FieldErrors& errors, const Json& condition, const FieldPath& at) {
  std::string expression = text_member(condition, "expression");
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  expression.erase(0, std::min(expression.find_first_not_of(kSpace), expression.size()));
  expression.erase(expression.find_last_not_of(kSpace) + 1);
  if (expression.empty()) {
    errors.push_back(kube::required(at.child("expression"), ""));
  } else if (const auto problem = condition_problem(expression)) {
    errors.push_back(kube::invalid(at.child("expression"), kube::quoted(expression), *problem));
  }
  const std::string name = text_member(condition, "name");
  if (name.empty()) {
    errors.push_back(kube::required(at.child("name"), ""));
  } else {
    check_qualified_name(errors, at.child("name"), name);
  }
}

void check_conditions(FieldErrors& errors, const Json& hook, const FieldPath& at) {
  constexpr std::size_t kMost = 64;
  const Json& conditions = array_member(hook, "matchConditions");
  if (conditions.size() > kMost) {
    errors.push_back({.kind = kube::FieldErrorKind::TooMany,
                      .field = at.text(),
                      .bad_value = std::to_string(conditions.size()),
                      .detail = "must have at most 64 items",
                      .rule = {}});
    return;
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    check_condition(errors, conditions[i], at.index(i));
    const std::string name = text_member(conditions[i], "name");
    if (!name.empty() && !names.insert(name).second) {
      errors.push_back(kube::duplicate(at.index(i).child("name"), kube::quoted(name)));
    }
  }
}

FieldErrors check_hook(const Json& hook, const FieldPath& at) {
  FieldErrors errors;
  check_name(errors, text_member(hook, "name"), at.child("name"));
  const Json& rules = array_member(hook, "rules");
  for (std::size_t i = 0; i < rules.size(); ++i) {
    append(errors, check_rule(rules[i], at.child("rules").index(i)));
  }
  check_given_choice(errors, hook, "failurePolicy", at, {"Fail", "Ignore"});
  check_given_choice(errors, hook, "matchPolicy", at, {"Equivalent", "Exact"});
  check_effects(errors, hook, at);
  check_timeout(errors, hook, at);
  append(errors,
         check_label_selector(object_member(hook, "namespaceSelector"), at.child("namespaceSelector")));
  append(errors, check_label_selector(object_member(hook, "objectSelector"), at.child("objectSelector")));
  check_given_choice(errors, hook, "reinvocationPolicy", at, {"IfNeeded", "Never"});
  append(errors, check_client(object_member(hook, "clientConfig"), at.child("clientConfig")));
  check_conditions(errors, hook, at.child("matchConditions"));
  append(errors,
         check_review_versions(array_member(hook, "admissionReviewVersions"),
                               at.child("admissionReviewVersions"), "must specify one of v1, v1beta1"));
  return errors;
}

}  // namespace

FieldErrors check_review_versions(const Json& versions, const FieldPath& at, const char* missing,
                                  bool needs_known) {
  if (versions.empty()) return {kube::required(at, missing)};
  FieldErrors errors;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const auto version = versions[i].get<std::string>();
    if (!seen.insert(version).second) {
      errors.push_back(kube::invalid(at.index(i), kube::quoted(version), "duplicate version"));
      continue;
    }
    add_problems(errors, at.index(i), version, kube::rfc1035_label_problems(version));
  }
  if (!needs_known || seen.contains("v1") || seen.contains("v1beta1")) return errors;
  errors.push_back(kube::invalid(at, dumped(versions), "must include at least one of v1, v1beta1"));
  return errors;
}

FieldErrors check_configuration(const Json& configuration) {
  FieldErrors errors;
  const FieldPath at("webhooks");
  const Json& hooks = array_member(configuration, "webhooks");
  std::set<std::string> names;
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    append(errors, check_hook(hooks[i], at.index(i)));
    const std::string name = text_member(hooks[i], "name");
    if (!name.empty() && !names.insert(name).second) {
      errors.push_back(kube::duplicate(at.index(i).child("name"), kube::quoted(name)));
    }
  }
  return errors;
}

}  // namespace cw::apiserver::webhooks
