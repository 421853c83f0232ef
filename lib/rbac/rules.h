// RBAC as Kubernetes evaluates it: which roles a user is bound to and whether their rules allow a request.
// Pure; thread-safe. Source: k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac, pkg/apis/rbac/v1.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/fields.h"
#include "lib/kube/json.h"
#include "lib/kube/metadata.h"

namespace cw::rbac {

struct PolicyRule {
  kube::List<std::string> verbs;
  kube::List<std::string> api_groups;
  kube::List<std::string> resources;
  kube::List<std::string> resource_names;
  kube::List<std::string> non_resource_urls;
  bool operator==(const PolicyRule&) const = default;
};

template <kube::FieldsOf<PolicyRule> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("verbs"), s.verbs);
  visit("apiGroups", s.api_groups);
  visit("resources", s.resources);
  visit("resourceNames", s.resource_names);
  visit("nonResourceURLs", s.non_resource_urls);
}

// Role or ClusterRole: metadata.namespace says which. Aggregation is resolved by whoever stores it.
struct Role {
  kube::ObjectMeta metadata;
  kube::List<PolicyRule> rules;
  bool operator==(const Role&) const = default;
};

template <kube::FieldsOf<Role> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("metadata", s.metadata);
  visit("rules", s.rules);
}

struct Subject {
  std::string kind;  // User, Group, ServiceAccount
  std::string api_group;
  std::string name;
  std::string name_space;
  bool operator==(const Subject&) const = default;
};

template <kube::FieldsOf<Subject> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("kind"), s.kind);
  visit("apiGroup", s.api_group);
  visit(kube::always("name"), s.name);
  visit("namespace", s.name_space);
}

struct RoleReference {
  std::string api_group;
  std::string kind;  // Role, ClusterRole
  std::string name;
  bool operator==(const RoleReference&) const = default;
};

template <kube::FieldsOf<RoleReference> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("apiGroup"), s.api_group);
  visit(kube::always("kind"), s.kind);
  visit(kube::always("name"), s.name);
}

// RoleBinding or ClusterRoleBinding.
struct Binding {
  kube::ObjectMeta metadata;
  kube::List<Subject> subjects;
  RoleReference role_ref;
  bool operator==(const Binding&) const = default;
};

template <kube::FieldsOf<Binding> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("metadata", s.metadata);
  visit("subjects", s.subjects);
  visit(kube::always("roleRef"), s.role_ref);
}

Result<Role> decode_role(const kube::Json&);
Result<Binding> decode_binding(const kube::Json&);

// What is asked: a resource (sub-resource as "pods/log") or a path.
struct Attributes {
  std::string verb;
  std::string api_group = {};
  std::string resource = {};
  std::string sub_resource = {};
  std::string name = {};
  std::string name_space = {};
  std::optional<std::string> path = {};  // a non-resource request
};

// Kinds of subjects.
inline constexpr std::string_view kUser = "User";
inline constexpr std::string_view kGroup = "Group";
inline constexpr std::string_view kServiceAccount = "ServiceAccount";

bool allows(const PolicyRule&, const Attributes&);
bool allows(const Role&, const Attributes&);
// `name_space`: of the binding, for a ServiceAccount subject that names none (RoleBinding only).
bool names(const Subject&, const kube::UserInfo&, const std::string& name_space);
// The first subject that is the user; nullptr: none.
const Subject* find_subject(const Binding&, const kube::UserInfo&);

// Where roles and bindings are found.
class Rulebook {
 public:
  Rulebook() = default;
  Rulebook(const Rulebook&) = delete;
  Rulebook& operator=(const Rulebook&) = delete;
  virtual ~Rulebook() = default;
  // Called for each binding that may count in that namespace (cluster-wide ones too; only those if it is
  // empty) until it answers false.
  using Visit = std::function<bool(const Binding&)>;
  virtual void for_each_binding(const std::string& name_space, const Visit&) const = 0;
  // Of a binding in that namespace (empty: a ClusterRoleBinding). nullptr: there is no such role. Asked only
  // of bindings that name the user.
  virtual std::shared_ptr<const Role> find_role(const RoleReference&,
                                                const std::string& name_space) const = 0;
};

struct Decision {
  bool allowed = false;
  // "RBAC: allowed by RoleBinding "b/ns" of Role "r" to User "jane"", or which roles of the user's bindings
  // are missing. May be empty.
  std::string reason = {};
};
Decision decide(const Rulebook&, const kube::UserInfo&, const Attributes&);
bool is_allowed(const Rulebook&, const kube::UserInfo&, const Attributes&);

// What a user may do in a namespace (empty: cluster-wide).
struct HeldRules {
  std::vector<PolicyRule> rules;  // in the order of bindings
  std::string problem;            // which roles are missing; mostly empty
};
HeldRules rules_of(const Rulebook&, const kube::UserInfo&, const std::string& name_space);

}  // namespace cw::rbac
