#include "lib/rbac/rules.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "lib/base/ascii.h"
#include "lib/kube/decode.h"
#include "lib/kube/field_error.h"

namespace cw::rbac {
namespace {

constexpr std::string_view kAll = "*";

bool has(const kube::List<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool has_or_all(const kube::List<std::string>& list, std::string_view item) {
  return has(list, kAll) || has(list, item);
}

// "pods/log"; "*/log" is that sub-resource of every resource.
bool allows_resource(const PolicyRule& rule, const Attributes& asked) {
  if (asked.sub_resource.empty()) return has_or_all(rule.resources, asked.resource);
  return has_or_all(rule.resources, asked.resource + "/" + asked.sub_resource) ||
         has(rule.resources, "*/" + asked.sub_resource);
}

bool allows_name(const PolicyRule& rule, const std::string& name) {
  return rule.resource_names.empty() || has(rule.resource_names, name);
}

// "/healthz/*" is every path that begins with "/healthz/".
bool allows_path(const PolicyRule& rule, std::string_view path) {
  return std::any_of(rule.non_resource_urls.begin(), rule.non_resource_urls.end(),
                     [path](std::string_view known) {
                       if (known == path) return true;
                       if (!known.ends_with('*')) return false;
                       while (known.ends_with('*')) known.remove_suffix(1);
                       return path.starts_with(known);
                     });
}

bool is_account(std::string_view user, std::string_view name_space, std::string_view name) {
  constexpr std::string_view kPrefix = "system:serviceaccount:";
  if (name_space.empty() || !user.starts_with(kPrefix)) return false;
  user.remove_prefix(kPrefix.size());
  return user.size() == name_space.size() + 1 + name.size() && user.starts_with(name_space) &&
         user[name_space.size()] == ':' && user.ends_with(name);
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
  if (asked.path) return allows_path(rule, *asked.path);
  return has_or_all(rule.api_groups, asked.api_group) && allows_resource(rule, asked) &&
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
  return is_account(user.username, subject.name_space.empty() ? name_space : subject.name_space,
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
  rulebook.for_each_binding(asked.name_space, [&](const Binding& binding, const Role* role) {
    const Subject* subject = find_subject(binding, user);
    if (subject == nullptr) return true;
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
  bool allowed = false;
  rulebook.for_each_binding(asked.name_space, [&](const Binding& binding, const Role* role) {
    allowed = role != nullptr && find_subject(binding, user) != nullptr && allows(*role, asked);
    return !allowed;
  });
  return allowed;
}

}  // namespace cw::rbac
