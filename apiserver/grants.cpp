#include "apiserver/grants.h"

#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/rbac/covers.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

using Rules = std::vector<rbac::PolicyRule>;

// What garbage collection and bookkeeping change gives nobody anything.
Json without_upkeep(Json object) {
  Json& metadata = object["metadata"];
  for (const char* member : {"ownerReferences", "finalizers", "managedFields"}) metadata.erase(member);
  return object;
}

std::string held_not(const kube::UserInfo& user, const Rules& missing) {
  std::string groups;
  for (const std::string& group : user.groups) groups += (groups.empty() ? "" : " ") + kube::quoted(group);
  std::set<std::string> lines;
  for (const rbac::PolicyRule& rule : missing) lines.insert(rbac::text_of(rule));
  std::string text = "user " + kube::quoted(user.username) + " (groups=[" + groups +
                     "]) is attempting to grant RBAC permissions not currently held:";
  for (const std::string& line : lines) text += "\n" + line;
  return text;
}

StatusError refused(const GrantAsked& asked, std::string_view why) {
  return kube::forbidden(asked.row.resource, metadata_text(asked.object, "name"), why);
}

class Check {
 public:
  Check(const GrantAsked& asked, const Authorizer& authorizer) : asked_(asked), authorizer_(authorizer) {}

  Outcome<Done> role() const {
    if (may("escalate", asked_.row.resource.plural, asked_.key.name)) return Done{};
    const bool aggregates = asked_.object.contains("aggregationRule") ||
                            (asked_.old != nullptr && asked_.old->contains("aggregationRule"));
    if (aggregates && !missing(everything()).empty()) {
      return refused(asked_, "must have cluster-admin privileges to use the aggregationRule");
    }
    Result<rbac::Role> role = rbac::decode_role(asked_.object);
    if (!role) return StatusError(role.error());
    return hold({role->rules.begin(), role->rules.end()});
  }

  Outcome<Done> binding() const {
    const Result<rbac::Binding> binding = rbac::decode_binding(asked_.object);
    if (!binding) return StatusError(binding.error());
    const rbac::RoleReference& wanted = binding->role_ref;
    const bool of_cluster = wanted.kind == "ClusterRole";
    if (!of_cluster && wanted.kind != "Role") {
      return StatusError(kube::Reason::None, "unsupported role reference kind: " + kube::quoted(wanted.kind));
    }
    if (may("bind", of_cluster ? "clusterroles" : "roles", wanted.name)) return Done{};
    const auto role = authorizer_.rulebook().find_role(wanted, asked_.key.name_space);
    if (role == nullptr) return kube::not_found(asked_.row.resource, wanted.name);
    return hold({role->rules.begin(), role->rules.end()});
  }

 private:
  bool may(std::string verb, std::string_view plural, const std::string& name) const {
    return authorizer_
        .decide(asked_.user, {.verb = std::move(verb),
                              .api_group = std::string(kRbacGroup),
                              .resource = std::string(plural),
                              .name = name,
                              .name_space = asked_.key.name_space})
        .allowed;
  }

  Rules missing(const Rules& wanted) const {
    const rbac::HeldRules held = rbac::rules_of(authorizer_.rulebook(), asked_.user, asked_.key.name_space);
    return rbac::missing_rules(held.rules, wanted);
  }

  Outcome<Done> hold(const Rules& wanted) const {
    const Rules lacking = missing(wanted);
    if (lacking.empty()) return Done{};
    return refused(asked_, held_not(asked_.user, lacking));
  }

  static Rules everything() {
    Rules rules(2);
    rules[0].verbs = rules[0].api_groups = rules[0].resources = {"*"};
    rules[1].verbs = rules[1].non_resource_urls = {"*"};
    return rules;
  }

  const GrantAsked& asked_;
  const Authorizer& authorizer_;
};

}  // namespace

Outcome<Done> check_grant(const GrantAsked& asked, const Authorizer& authorizer) {
  if (!asked.row.grants_rights || is_master(asked.user)) return Done{};
  if (asked.old != nullptr && without_upkeep(asked.object) == without_upkeep(*asked.old)) return Done{};
  const Check check(asked, authorizer);
  return asked.row.resource.plural.ends_with("bindings") ? check.binding() : check.role();
}

}  // namespace cw::apiserver
