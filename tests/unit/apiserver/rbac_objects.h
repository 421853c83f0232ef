// Roles and bindings for tests, and where they are served.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/unit/apiserver/test_api.h"

namespace cw::apiserver {

inline const std::string kBase = "/apis/rbac.authorization.k8s.io/v1";
inline const std::string kRolesPath = kBase + "/namespaces/ns/roles";
inline const std::string kBindings = kBase + "/namespaces/ns/rolebindings";
inline const std::string kClusterRolesPath = kBase + "/clusterroles";
inline const std::string kClusterBindings = kBase + "/clusterrolebindings";

inline Json rule(const Json& groups, const Json& resources, const Json& verbs) {
  return {{"apiGroups", groups}, {"resources", resources}, {"verbs", verbs}};
}

inline Json role(const std::string& name, const Json& rules) {
  return {{"metadata", {{"name", name}}}, {"rules", rules}};
}

inline Json binding(const std::string& name, const char* kind, const std::string& role_name,
                    const Json& subjects) {
  return {{"metadata", {{"name", name}}},
          {"roleRef", {{"kind", kind}, {"name", role_name}}},
          {"subjects", subjects}};
}

inline Json of_user(const char* name) { return Json::array({{{"kind", "User"}, {"name", name}}}); }

inline const Json kReadSecrets = Json::array({rule({""}, {"secrets"}, {"get", "list"})});

// The messages of all causes, by field.
inline std::vector<std::string> causes(const TestAnswer& answer) {
  std::vector<std::string> found;
  for (const Json& cause : answer.body["details"]["causes"]) {
    found.push_back(cause["field"].get<std::string>() + ": " + cause["message"].get<std::string>());
  }
  return found;
}

using Texts = std::vector<std::string>;

}  // namespace cw::apiserver
