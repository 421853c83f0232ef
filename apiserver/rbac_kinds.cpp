// Roles and bindings (rbac.authorization.k8s.io/v1): defaults and validation.
// Source: k8s.io/kubernetes pkg/apis/rbac/{v1/defaults,validation/validation}.go of 1.36.
#include <nlohmann/json.hpp>

#include "apiserver/core_kinds.h"
#include "apiserver/data_rules.h"
#include "apiserver/json_access.h"
#include "apiserver/label_selector_checks.h"
#include "apiserver/stored_rulebook.h"
#include "lib/kube/names.h"

namespace cw::apiserver {
namespace {

using kube::FieldPath;

enum class Scope : std::uint8_t { Namespace, Cluster };

const std::string kGroupName(kRbacGroup);

void add(FieldErrors& errors, const FieldPath& at, std::string_view value, kube::Problems problems) {
  for (std::string& problem : problems)
    errors.push_back(kube::invalid(at, kube::quoted(value), std::move(problem)));
}

void want(FieldErrors& errors, const FieldPath& at, const std::string& value,
          const std::vector<std::string>& supported) {
  if (std::find(supported.begin(), supported.end(), value) != supported.end()) return;
  errors.push_back(kube::not_supported(at, kube::quoted(value), supported));
}

// ---- Role, ClusterRole

FieldErrors check_path_rule(const Json& rule, Scope scope, const FieldPath& at) {
  FieldErrors errors;
  const Json& paths = array_member(rule, "nonResourceURLs");
  const auto refuse = [&](const char* why) {
    errors.push_back(kube::invalid(at.child("nonResourceURLs"), dumped(paths), why));
  };
  if (scope == Scope::Namespace) refuse("namespaced rules cannot apply to non-resource URLs");
  if (!array_member(rule, "apiGroups").empty() || !array_member(rule, "resources").empty() ||
      !array_member(rule, "resourceNames").empty()) {
    refuse("rules cannot apply to both regular resources and non-resource URLs");
  }
  return errors;
}

FieldErrors check_rule(const Json& rule, Scope scope, const FieldPath& at) {
  FieldErrors errors;
  const auto require = [&](const char* member, const char* why) {
    if (array_member(rule, member).empty()) errors.push_back(kube::required(at.child(member), why));
  };
  require("verbs", "verbs must contain at least one value");
  if (!array_member(rule, "nonResourceURLs").empty()) {
    append(errors, check_path_rule(rule, scope, at));
    return errors;
  }
  require("apiGroups", "resource rules must supply at least one api group");
  require("resources", "resource rules must supply at least one resource");
  return errors;
}

FieldErrors check_rules(const Json& role, Scope scope) {
  FieldErrors errors;
  std::size_t i = 0;
  for (const Json& rule : array_member(role, "rules")) {
    append(errors, check_rule(rule, scope, FieldPath("rules").index(i++)));
  }
  return errors;
}

// Of an aggregation rule.
FieldErrors check_selector(const Json& selector, const FieldPath& at) {
  FieldErrors errors = check_label_selector(selector, at);
  if (!errors.empty()) errors.push_back(kube::invalid(at, "null", "invalid label selector."));
  return errors;
}

FieldErrors check_role(const Json& role) { return check_rules(role, Scope::Namespace); }

FieldErrors check_cluster_role(const Json& role) {
  FieldErrors errors = check_rules(role, Scope::Cluster);
  const Json* aggregation = find_member(role, "aggregationRule");
  if (aggregation == nullptr) return errors;
  const FieldPath at = FieldPath("aggregationRule").child("clusterRoleSelectors");
  const Json& selectors = array_member(*aggregation, "clusterRoleSelectors");
  if (selectors.empty()) {
    errors.push_back(
        kube::required(at, "at least one clusterRoleSelector required if aggregationRule is non-nil"));
  }
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    append(errors, check_selector(selectors[i], at.index(i)));
  }
  return errors;
}

// ---- RoleBinding, ClusterRoleBinding

void fill_groups(Json& binding) {
  Json& reference = make_object(binding, "roleRef");
  if (text_member(reference, "apiGroup").empty()) reference["apiGroup"] = kGroupName;
  const auto subjects = binding.find("subjects");
  if (subjects == binding.end()) return;
  for (Json& subject : *subjects) {
    const std::string kind = text_member(subject, "kind");
    const bool has_group = kind == rbac::kUser || kind == rbac::kGroup;
    if (has_group && text_member(subject, "apiGroup").empty()) subject["apiGroup"] = kGroupName;
  }
}

FieldErrors check_reference(const Json& binding, const std::vector<std::string>& kinds) {
  const FieldPath at("roleRef");
  const Json& reference = object_member(binding, "roleRef");
  FieldErrors errors;
  want(errors, at.child("apiGroup"), text_member(reference, "apiGroup"), {kGroupName});
  want(errors, at.child("kind"), text_member(reference, "kind"), kinds);
  const std::string name = text_member(reference, "name");
  if (name.empty()) {
    errors.push_back(kube::required(at.child("name"), {}));
  } else {
    add(errors, at.child("name"), name, kube::path_segment_problems(name));
  }
  return errors;
}

FieldErrors check_account(const Json& subject, Scope scope, const FieldPath& at) {
  FieldErrors errors;
  const std::string name = text_member(subject, "name");
  if (!name.empty()) add(errors, at.child("name"), name, kube::subdomain_problems(name));
  want(errors, at.child("apiGroup"), text_member(subject, "apiGroup"), {""});
  if (scope == Scope::Cluster && text_member(subject, "namespace").empty()) {
    errors.push_back(kube::required(at.child("namespace"), {}));
  }
  return errors;
}

FieldErrors check_subject(const Json& subject, Scope scope, const FieldPath& at) {
  FieldErrors errors;
  const std::string kind = text_member(subject, "kind");
  if (text_member(subject, "name").empty()) errors.push_back(kube::required(at.child("name"), {}));
  if (kind == rbac::kServiceAccount) {
    append(errors, check_account(subject, scope, at));
  } else if (kind == rbac::kUser || kind == rbac::kGroup) {
    want(errors, at.child("apiGroup"), text_member(subject, "apiGroup"), {kGroupName});
  } else {
    want(errors, at.child("kind"), kind,
         {std::string(rbac::kServiceAccount), std::string(rbac::kUser), std::string(rbac::kGroup)});
  }
  return errors;
}

FieldErrors check_binding(const Json& binding, Scope scope, const std::vector<std::string>& kinds) {
  FieldErrors errors = check_reference(binding, kinds);
  std::size_t i = 0;
  for (const Json& subject : array_member(binding, "subjects")) {
    append(errors, check_subject(subject, scope, FieldPath("subjects").index(i++)));
  }
  return errors;
}

FieldErrors check_role_binding(const Json& binding) {
  return check_binding(binding, Scope::Namespace, {"Role", "ClusterRole"});
}

FieldErrors check_cluster_role_binding(const Json& binding) {
  return check_binding(binding, Scope::Cluster, {"ClusterRole"});
}

// Whoever is bound to a role may not be bound to another in passing.
FieldErrors check_same_reference(const Json& next, const Json& old) {
  const Json& reference = object_member(next, "roleRef");
  if (reference == object_member(old, "roleRef")) return {};
  const Json shown{{"APIGroup", text_member(reference, "apiGroup")},
                   {"Kind", text_member(reference, "kind")},
                   {"Name", text_member(reference, "name")}};
  return {kube::invalid(FieldPath("roleRef"), dumped(shown), "cannot change roleRef")};
}

}  // namespace

KindRules role_rules() { return {.check = check_role}; }

KindRules cluster_role_rules() { return {.check = check_cluster_role}; }

KindRules role_binding_rules() {
  return {.fill = fill_groups, .check = check_role_binding, .check_update = check_same_reference};
}

KindRules cluster_role_binding_rules() {
  return {.fill = fill_groups, .check = check_cluster_role_binding, .check_update = check_same_reference};
}

}  // namespace cw::apiserver
