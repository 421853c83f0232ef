#include "apiserver/webhooks/rule_match.h"

#include <algorithm>

#include "apiserver/webhooks/configuration_kinds.h"

namespace cw::apiserver::webhooks {
namespace {

bool names(const std::vector<std::string>& items, std::string_view wanted) {
  return std::any_of(items.begin(), items.end(),
                     [&](const std::string& item) { return item == "*" || item == wanted; });
}

// "pods", "pods/log", "*", "*/status", "pods/*", "*/*"
bool names_resource(std::string_view item, std::string_view plural, std::string_view sub_resource) {
  const std::size_t slash = std::min(item.find('/'), item.size());
  const std::string_view resource = item.substr(0, slash);
  const std::string_view sub = item.substr(std::min(slash + 1, item.size()));
  return (resource == "*" || resource == plural) && (sub == "*" || sub == sub_resource);
}

bool is_in_scope(Scope scope, const AdmissionAsked& asked, const kube::Resource& resource) {
  if (scope == Scope::Any) return true;
  const bool is_namespace = resource.group.empty() && resource.plural == "namespaces";
  const bool inside = !is_namespace && !asked.key.name_space.empty();
  return inside == (scope == Scope::Namespaced);
}

}  // namespace

bool matches(const Rule& rule, const AdmissionAsked& asked, const kube::Resource& resource) {
  return is_in_scope(rule.scope, asked, resource) && names(rule.operations, word_of(asked.operation)) &&
         names(rule.groups, resource.group) && names(rule.versions, resource.version) &&
         std::any_of(rule.resources.begin(), rule.resources.end(), [&](const std::string& item) {
           return names_resource(item, resource.plural, asked.sub_resource);
         });
}

bool matches_any(const std::vector<Rule>& rules, const AdmissionAsked& asked,
                 const kube::Resource& resource) {
  return std::any_of(rules.begin(), rules.end(),
                     [&](const Rule& rule) { return matches(rule, asked, resource); });
}

bool is_exempt(const ResourceRow& row) { return row.resource.group == kRegistrationGroup; }

}  // namespace cw::apiserver::webhooks
