#include "lib/rbac/covers.h"

#include <algorithm>
#include <string_view>

#include "lib/kube/field_error.h"
#include "lib/rbac/rule_match.h"

namespace cw::rbac {
namespace {

// Rules of one verb and one group, resource and name, or one path.
std::vector<PolicyRule> taken_apart(const PolicyRule& rule) {
  std::vector<PolicyRule> parts;
  const auto add = [&](const std::string& group, const std::string& resource, const Texts& names) {
    for (const std::string& verb : rule.verbs) {
      PolicyRule part;
      part.verbs = {verb};
      part.api_groups = {group};
      part.resources = {resource};
      part.resource_names = names;
      parts.push_back(std::move(part));
    }
  };
  for (const std::string& group : rule.api_groups) {
    for (const std::string& resource : rule.resources) {
      if (rule.resource_names.empty()) add(group, resource, {});
      for (const std::string& name : rule.resource_names) add(group, resource, {name});
    }
  }
  for (const std::string& path : rule.non_resource_urls) {
    for (const std::string& verb : rule.verbs) {
      PolicyRule part;
      part.verbs = {verb};
      part.non_resource_urls = {path};
      parts.push_back(std::move(part));
    }
  }
  return parts;
}

// `part` as taken_apart makes it.
bool covers(const PolicyRule& held, const PolicyRule& part) {
  if (!has_or_all(held.verbs, part.verbs.front())) return false;
  if (!part.non_resource_urls.empty()) {
    return matches_path(held.non_resource_urls, part.non_resource_urls.front());
  }
  const bool names_held =
      held.resource_names.empty() ||
      (!part.resource_names.empty() && has(held.resource_names, part.resource_names.front()));
  return has_or_all(held.api_groups, part.api_groups.front()) &&
         matches_resource(held.resources, part.resources.front()) && names_held;
}

bool differs_in_verbs_only(const PolicyRule& a, PolicyRule b) {
  b.verbs = a.verbs;
  return a == b;
}

// Rules for the same resource become one.
void add_compact(std::vector<PolicyRule>& rules, PolicyRule part) {
  for (PolicyRule& known : rules) {
    if (!part.non_resource_urls.empty() || !differs_in_verbs_only(known, part)) continue;
    if (!has(known.verbs, part.verbs.front())) known.verbs.push_back(part.verbs.front());
    return;
  }
  rules.push_back(std::move(part));
}

void append(std::string& out, std::string_view name, const Texts& values) {
  if (values.empty()) return;
  out += (out.empty() ? "" : ", ") + std::string(name) + ":[";
  for (std::size_t i = 0; i < values.size(); ++i) out += (i == 0 ? "" : " ") + kube::quoted(values[i]);
  out += "]";
}

}  // namespace

std::vector<PolicyRule> missing_rules(const std::vector<PolicyRule>& held,
                                      const std::vector<PolicyRule>& wanted) {
  std::vector<PolicyRule> missing;
  for (const PolicyRule& rule : wanted) {
    for (PolicyRule& part : taken_apart(rule)) {
      const bool is_held =
          std::any_of(held.begin(), held.end(), [&part](const PolicyRule& one) { return covers(one, part); });
      if (!is_held) add_compact(missing, std::move(part));
    }
  }
  return missing;
}

std::string text_of(const PolicyRule& rule) {
  std::string text;
  append(text, "APIGroups", rule.api_groups);
  append(text, "Resources", rule.resources);
  append(text, "NonResourceURLs", rule.non_resource_urls);
  append(text, "ResourceNames", rule.resource_names);
  append(text, "Verbs", rule.verbs);
  return "{" + text + "}";
}

}  // namespace cw::rbac
