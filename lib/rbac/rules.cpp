#include "lib/rbac/rules.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "lib/base/ascii.h"
#include "lib/kube/decode.h"
#include "lib/kube/field_error.h"
#include "lib/kube/service_account.h"
#include "lib/rbac/rule_match.h"

namespace cw::rbac {
namespace {

bool allows_name(const PolicyRule& rule, const std::string& name) {
  return rule.resource_names.empty() || has(rule.resource_names, name);
}

std::string missing_role(const RoleReference& reference) {
  return lower_case(reference.kind) + ".rbac.authorization.k8s.io " + kube::quoted(reference.name) +
         " not found";
}

std::string aggregate(const std::set<std::string>& problems) {
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? "" : ", ") + problem;
  return problems.size() == 1 ? text : "[" + text + "]";
}

// Namespaces come behind the name, as kube-apiserver writes them.
std::string described(const Binding& binding, const Subject& subject) {
  const std::string& name_space = binding.metadata.name_space;
  const bool cluster = name_space.empty();
  std::string who = subject.name;
  if (subject.kind == kServiceAccount) {
    who += "/" + (subject.name_space.empty() ? name_space : subject.name_space);
  }
  return (cluster ? "ClusterRoleBinding " : "RoleBinding ") +
         kube::quoted(binding.metadata.name + (cluster ? "" : "/" + name_space)) + " of " +
         binding.role_ref.kind + " " + kube::quoted(binding.role_ref.name) + " to " + subject.kind + " " +
         kube::quoted(who);
}

}  // namespace

Result<Role> decode_role(const kube::Json& from) { return kube::decode_object<Role>(from); }

Result<Binding> decode_binding(const kube::Json& from) { return kube::decode_object<Binding>(from); }

bool allows(const PolicyRule& rule, const Attributes& asked) {
  if (!has_or_all(rule.verbs, asked.verb)) return false;
  if (asked.path) return matches_path(rule.non_resource_urls, *asked.path);
  const std::string resource =
      asked.sub_resource.empty() ? asked.resource : asked.resource + "/" + asked.sub_resource;
  return has_or_all(rule.api_groups, asked.api_group) && matches_resource(rule.resources, resource) &&
         allows_name(rule, asked.name);
}

bool allows(const Role& role, const Attributes& asked) {
  return std::any_of(role.rules.begin(), role.rules.end(),
                     [&asked](const PolicyRule& rule) { return allows(rule, asked); });
}

bool names(const Subject& subject, const kube::UserInfo& user, const std::string& name_space) {
  if (subject.kind == kUser) return user.username == subject.name;
  if (subject.kind == kGroup) return has(user.groups, subject.name);
  if (subject.kind != kServiceAccount) return false;
  return kube::is_service_account(user.username, subject.name_space.empty() ? name_space : subject.name_space,
                                  subject.name);
}

const Subject* find_subject(const Binding& binding, const kube::UserInfo& user) {
  for (const Subject& subject : binding.subjects) {
    if (names(subject, user, binding.metadata.name_space)) return &subject;
  }
  return nullptr;
}

Decision decide(const Rulebook& rulebook, const kube::UserInfo& user, const Attributes& asked) {
  Decision decision;
  std::set<std::string> missing;
  rulebook.for_each_binding(asked.name_space, [&](const Binding& binding) {
    const Subject* subject = find_subject(binding, user);
    if (subject == nullptr) return true;
    const auto role = rulebook.find_role(binding.role_ref, binding.metadata.name_space);
    if (role == nullptr) {
      missing.insert(missing_role(binding.role_ref));
    } else if (allows(*role, asked)) {
      decision = {true, "RBAC: allowed by " + described(binding, *subject)};
    }
    return !decision.allowed;
  });
  if (!decision.allowed && !missing.empty()) decision.reason = "RBAC: " + aggregate(missing);
  return decision;
}

bool is_allowed(const Rulebook& rulebook, const kube::UserInfo& user, const Attributes& asked) {
  return decide(rulebook, user, asked).allowed;
}

HeldRules rules_of(const Rulebook& rulebook, const kube::UserInfo& user, const std::string& name_space) {
  HeldRules held;
  std::set<std::string> missing;
  rulebook.for_each_binding(name_space, [&](const Binding& binding) {
    if (find_subject(binding, user) == nullptr) return true;
    const auto role = rulebook.find_role(binding.role_ref, binding.metadata.name_space);
    if (role != nullptr)
      held.rules.insert(held.rules.end(), role->rules.begin(), role->rules.end());
    else
      missing.insert(missing_role(binding.role_ref));
    return true;
  });
  if (!missing.empty()) held.problem = aggregate(missing);
  return held;
}

}  // namespace cw::rbac
