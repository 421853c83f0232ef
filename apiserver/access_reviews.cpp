// SubjectAccessReview and its kin: what someone may do. Source: k8s.io/kubernetes
// pkg/apis/authorization/validation, pkg/registry/authorization.
#include <nlohmann/json.hpp>

#include "apiserver/data_rules.h"
#include "apiserver/json_access.h"
#include "apiserver/label_selector_checks.h"
#include "apiserver/reviews.h"

namespace cw::apiserver {
namespace {

using kube::FieldPath;
using kube::Outcome;

const FieldPath& spec_path() {
  static const FieldPath kPath("spec");
  return kPath;
}

rbac::Attributes attributes_of(const Json& spec) {
  const Json& path = object_member(spec, "nonResourceAttributes");
  const Json& resource = object_member(spec, "resourceAttributes");
  if (!spec.contains("resourceAttributes"))
    return {.verb = text_member(path, "verb"), .path = text_member(path, "path")};
  return {.verb = text_member(resource, "verb"),
          .api_group = text_member(resource, "group"),
          .resource = text_member(resource, "resource"),
          .sub_resource = text_member(resource, "subresource"),
          .name = text_member(resource, "name"),
          .name_space = text_member(resource, "namespace")};
}

kube::List<std::string> texts_of(const Json& list) {
  kube::List<std::string> texts;
  for (const Json& text : list) texts.push_back(text.get<std::string>());
  return texts;
}

kube::UserInfo user_of(const Json& spec) {
  kube::UserInfo user;
  user.username = text_member(spec, "user");
  user.uid = text_member(spec, "uid");
  user.groups = texts_of(array_member(spec, "groups"));
  for (const auto& [key, values] : object_member(spec, "extra").items()) {
    user.extra.set(key, texts_of(values));
  }
  return user;
}

// As Go prints its struct, which has no names of JSON.
std::string shown_path(const Json& path) {
  const Json shown{{"Path", text_member(path, "path")}, {"Verb", text_member(path, "verb")}};
  return dumped(shown);
}

void check_selector(const Json& resource, const char* name, FieldErrors& errors) {
  const Json* selector = find_member(resource, name);
  if (selector == nullptr) return;
  const FieldPath at = spec_path().child("resourceAttributes").child(name);
  const std::string raw = text_member(*selector, "rawSelector");
  const Json& requirements = array_member(*selector, "requirements");
  const bool has_requirements = !requirements.empty();
  if (!raw.empty() && has_requirements) {
    errors.push_back(kube::invalid(at.child("rawSelector"), kube::quoted(raw),
                                   "may not specified at the same time as requirements"));
  }
  if (raw.empty() && !has_requirements) {
    errors.push_back(
        kube::required(at.child("requirements"),
                       "when " + at.text() + " is specified, requirements or rawSelector is required"));
  }
  const bool of_labels = std::string_view(name) == "labelSelector";
  for (std::size_t i = 0; i < requirements.size(); ++i) {
    const FieldPath in = at.child("requirements").index(i);
    append(errors, of_labels ? check_label_requirement(requirements[i], in, Operators::Foreign)
                             : check_field_requirement(requirements[i], in));
  }
}

FieldErrors check_question(const Json& spec, bool names_user) {
  const Json* resource = find_member(spec, "resourceAttributes");
  const Json* path = find_member(spec, "nonResourceAttributes");
  FieldErrors errors;
  if (resource != nullptr && path != nullptr) {
    errors.push_back(kube::invalid(spec_path().child("nonResourceAttributes"), shown_path(*path),
                                   "cannot be specified in combination with resourceAttributes"));
  }
  if (resource == nullptr && path == nullptr) {
    errors.push_back(
        kube::invalid(spec_path().child("resourceAttributes"), "null",
                      "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
  }
  const bool nobody = text_member(spec, "user").empty() && array_member(spec, "groups").empty();
  if (names_user && nobody) {
    errors.push_back(kube::invalid(spec_path().child("user"), kube::quoted(""),
                                   "at least one of user or group must be specified"));
  }
  if (resource != nullptr) {
    check_selector(*resource, "fieldSelector", errors);
    check_selector(*resource, "labelSelector", errors);
  }
  return errors;
}

// A question has no name.
void check_metadata(const ResourceRow& row, const Json& review, FieldErrors& errors) {
  Json metadata = object_member(review, "metadata");
  metadata.erase("managedFields");
  if (row.resource.namespaced) metadata.erase("namespace");
  if (metadata.empty()) return;
  errors.push_back(
      kube::invalid(FieldPath("metadata"), dumped(object_member(review, "metadata")),
                    row.resource.namespaced ? "must be empty except for namespace" : "must be empty"));
}

void check_namespace(const Json& spec, const std::string& name_space, FieldErrors& errors) {
  const Json* resource = find_member(spec, "resourceAttributes");
  if (resource != nullptr && text_member(*resource, "namespace") != name_space) {
    errors.push_back(kube::invalid(spec_path().child("resourceAttributes").child("namespace"),
                                   kube::quoted(text_member(*resource, "namespace")),
                                   "must match metadata.namespace"));
  }
  if (const Json* path = find_member(spec, "nonResourceAttributes")) {
    errors.push_back(kube::invalid(spec_path().child("nonResourceAttributes"), shown_path(*path),
                                   "disallowed on this kind of request"));
  }
}

Json resource_rule(const rbac::PolicyRule& rule) {
  Json shown{{"verbs", rule.verbs.items()}};
  if (!rule.api_groups.empty()) shown["apiGroups"] = rule.api_groups.items();
  if (!rule.resources.empty()) shown["resources"] = rule.resources.items();
  if (!rule.resource_names.empty()) shown["resourceNames"] = rule.resource_names.items();
  return shown;
}

}  // namespace

Outcome<Json> review_access(const ResourceRow& row, Json review, const kube::UserInfo& asker,
                            const std::string& name_space, const Authorizer& authorizer) {
  const Json& spec = object_member(review, "spec");
  const bool of_asker = row.resource.kind == "SelfSubjectAccessReview";
  FieldErrors errors = check_question(spec, !of_asker);
  check_metadata(row, review, errors);
  if (row.resource.namespaced) check_namespace(spec, name_space, errors);
  if (!errors.empty()) return kube::invalid("", row.resource.group, "", errors);
  const rbac::Decision decision = authorizer.decide(of_asker ? asker : user_of(spec), attributes_of(spec));
  Json status{{"allowed", decision.allowed}};
  if (!decision.reason.empty()) status["reason"] = decision.reason;
  review["status"] = std::move(status);
  return review;
}

Outcome<Json> review_rules(const Json& review, const kube::UserInfo& asker, const Authorizer& authorizer) {
  const std::string name_space = text_at(review, {"spec", "namespace"});
  if (name_space.empty()) return kube::bad_request("no namespace on request");
  const rbac::HeldRules held = rbac::rules_of(authorizer.rulebook(), asker, name_space);
  Json resources = Json::array();
  Json paths = Json::array();
  for (const rbac::PolicyRule& rule : held.rules) {
    if (!rule.resources.empty()) resources.push_back(resource_rule(rule));
    if (rule.non_resource_urls.empty()) continue;
    paths.push_back({{"verbs", rule.verbs.items()}, {"nonResourceURLs", rule.non_resource_urls.items()}});
  }
  Json status{
      {"resourceRules", std::move(resources)}, {"nonResourceRules", std::move(paths)}, {"incomplete", false}};
  if (!held.problem.empty()) status["evaluationError"] = held.problem;
  return Json{{"apiVersion", "authorization.k8s.io/v1"},
              {"kind", "SelfSubjectRulesReview"},
              {"metadata", Json::object()},
              {"spec", Json::object()},
              {"status", std::move(status)}};
}

}  // namespace cw::apiserver
