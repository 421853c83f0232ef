#include "lib/rbac/rules.h"

#include <map>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace cw::rbac {
namespace {

using kube::Json;

PolicyRule rule(const char* text) {
  const auto role = decode_role({{"rules", Json::array({Json::parse(text)})}});
  REQUIRE(role.has_value());
  return role->rules[0];
}

kube::UserInfo user(std::string name, kube::List<std::string> groups = {}) {
  kube::UserInfo made;
  made.username = std::move(name);
  made.groups = std::move(groups);
  return made;
}

Attributes use(std::string name, std::string name_space) {
  return {.verb = "use",
          .api_group = "policy.cert-manager.io",
          .resource = "certificaterequestpolicies",
          .name = std::move(name),
          .name_space = std::move(name_space)};
}

// Roles by "kind/namespace/name".
class Book final : public Rulebook {
 public:
  void add_role(const char* kind, std::string name_space, std::string name, PolicyRule one) {
    Role role;
    role.rules = {std::move(one)};
    roles_[std::string(kind) + "/" + name_space + "/" + name] = role;
  }
  void bind(std::string name_space, RoleReference reference, Subject subject) {
    Binding binding;
    binding.metadata.name = "b";
    binding.metadata.name_space = std::move(name_space);
    binding.role_ref = std::move(reference);
    binding.subjects = {std::move(subject)};
    bindings_.push_back(binding);
  }
  void for_each_binding(const std::string& name_space, const Visit& visit) const override {
    for (const Binding& binding : bindings_) {
      const std::string& of = binding.metadata.name_space;
      if (!of.empty() && of != name_space) continue;
      if (!visit(binding)) return;
    }
  }
  std::shared_ptr<const Role> find_role(const RoleReference& to,
                                        const std::string& name_space) const override {
    ++roles_asked;
    const auto role = roles_.find(to.kind + "/" + (to.kind == "Role" ? name_space : "") + "/" + to.name);
    return role != roles_.end() ? std::make_shared<const Role>(role->second) : nullptr;
  }
  mutable int roles_asked = 0;

 private:
  std::map<std::string, Role> roles_;
  std::vector<Binding> bindings_;
};

const RoleReference kRole{"rbac.authorization.k8s.io", "Role", "r"};
const RoleReference kClusterRole{"rbac.authorization.k8s.io", "ClusterRole", "c"};
const char* const kUsePolicies =
    R"({"verbs": ["use"], "apiGroups": ["policy.cert-manager.io"], "resources": ["certificaterequestpolicies"]})";

}  // namespace

TEST_CASE("a rule allows what its verbs, groups, resources and names say") {
  struct Case {
    const char* rule;
    Attributes asked;
    bool allowed;
  };
  const Attributes get{.verb = "get", .resource = "pods", .name = "a"};
  const Attributes log{.verb = "get", .resource = "pods", .sub_resource = "log", .name = "a"};
  const Attributes apps{.verb = "get", .api_group = "apps", .resource = "pods"};
  const Case cases[] = {
      {R"({"verbs":["get"],"apiGroups":[""],"resources":["pods"]})", get, true},
      {R"({"verbs":["list"],"apiGroups":[""],"resources":["pods"]})", get, false},
      {R"({"verbs":["*"],"apiGroups":["*"],"resources":["*"]})", log, true},
      {R"({"verbs":["get"],"apiGroups":[""],"resources":["pods"]})", apps, false},
      {R"({"verbs":["get"],"apiGroups":["apps"],"resources":["pods"]})", apps, true},
      {R"({"verbs":["get"],"apiGroups":[""],"resources":["pods"]})", log, false},
      {R"({"verbs":["get"],"apiGroups":[""],"resources":["pods/log"]})", log, true},
      {R"({"verbs":["get"],"apiGroups":[""],"resources":["pods/log"]})", get, false},
      {R"({"verbs":["get"],"apiGroups":[""],"resources":["*/log"]})", log, true},
      {R"({"verbs":["get"],"apiGroups":[""],"resources":["*/status"]})", log, false},
      {R"({"verbs":["get"],"apiGroups":[""],"resources":["pods/*"]})", log, false},
      {R"({"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["a"]})", get, true},
      {R"({"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["b"]})", get, false},
      {R"({"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["*"]})", get, false},
      {R"({"verbs":["get"],"apiGroups":["apps"],"resources":["pods"],"resourceNames":["a"]})", apps, false},
      {R"({"verbs":["get"],"apiGroups":[],"resources":["pods"]})", get, false},
      {R"({"verbs":["get"],"nonResourceURLs":["*"]})", get, false},
  };
  for (const Case& one : cases) {
    INFO(one.rule << " " << one.asked.resource << "/" << one.asked.sub_resource);
    CHECK(allows(rule(one.rule), one.asked) == one.allowed);
  }
}

TEST_CASE("a path is allowed by itself or by what it begins with") {
  struct Case {
    const char* known;
    const char* path;
    bool allowed;
  };
  const Case cases[] = {{"/metrics", "/metrics", true}, {"/metrics", "/metrics/x", false},
                        {"/logs/*", "/logs/a/b", true}, {"/logs/*", "/logs", false},
                        {"*", "/anything", true},       {"/log*", "/logs", true},
                        {"*/logs", "/x/logs", false}};
  for (const Case& one : cases) {
    PolicyRule allowing;
    allowing.verbs = {"get"};
    allowing.non_resource_urls = {one.known};
    INFO(one.known << " " << one.path);
    CHECK(allows(allowing, {.verb = "get", .path = one.path}) == one.allowed);
    CHECK_FALSE(allows(allowing, {.verb = "put", .path = one.path}));
  }
  CHECK_FALSE(allows(rule(R"({"verbs":["*"],"apiGroups":["*"],"resources":["*"]})"),
                     {.verb = "get", .path = "/metrics"}));
}

TEST_CASE("subjects name users, groups and service accounts") {
  const Subject jane{"User", "rbac.authorization.k8s.io", "jane", ""};
  const Subject devs{"Group", "rbac.authorization.k8s.io", "devs", ""};
  const Subject account{"ServiceAccount", "", "bot", "tools"};
  const Subject near{"ServiceAccount", "", "bot", ""};
  CHECK(names(jane, user("jane"), ""));
  CHECK_FALSE(names(jane, user("devs", {"jane"}), ""));
  CHECK(names(devs, user("x", {"a", "devs"}), ""));
  CHECK_FALSE(names(devs, user("devs"), ""));
  CHECK(names(account, user("system:serviceaccount:tools:bot"), "other"));
  CHECK_FALSE(names(account, user("system:serviceaccount:other:bot"), "other"));
  CHECK(names(near, user("system:serviceaccount:here:bot"), "here"));
  CHECK_FALSE(names(near, user("system:serviceaccount:here:bot"), ""));
  CHECK_FALSE(names(near, user("system:serviceaccount:here:bots"), "here"));
  CHECK_FALSE(names(near, user("bot"), "here"));
  CHECK_FALSE(names({"Robot", "", "jane", ""}, user("jane", {"jane"}), "here"));
}

TEST_CASE("a RoleBinding counts in its own namespace, a ClusterRoleBinding in all") {
  Book book;
  book.add_role("ClusterRole", "", "c", rule(kUsePolicies));
  book.bind("team", kClusterRole, {"User", "", "jane", ""});
  CHECK(is_allowed(book, user("jane"), use("p", "team")));
  CHECK_FALSE(is_allowed(book, user("jane"), use("p", "other")));
  CHECK_FALSE(is_allowed(book, user("jane"), use("p", "")));
  CHECK_FALSE(is_allowed(book, user("joe"), use("p", "team")));
  book.bind("", kClusterRole, {"Group", "", "all", ""});
  CHECK(is_allowed(book, user("joe", {"all"}), use("p", "other")));
  CHECK(is_allowed(book, user("joe", {"all"}), use("p", "")));
}

TEST_CASE("the decision says which binding allowed, or which roles are missing") {
  Book book;
  book.bind("team", kRole, {"ServiceAccount", "", "bot", ""});
  const kube::UserInfo bot = user("system:serviceaccount:team:bot");
  CHECK(decide(book, bot, use("p", "team")).reason == "RBAC: role.rbac.authorization.k8s.io \"r\" not found");
  CHECK(decide(book, user("jane"), use("p", "team")).reason.empty());
  book.add_role("Role", "team", "r", rule(kUsePolicies));
  const Decision allowed = decide(book, bot, use("p", "team"));
  CHECK(allowed.allowed);
  CHECK(allowed.reason ==
        "RBAC: allowed by RoleBinding \"b/team\" of Role \"r\" to ServiceAccount \"bot/team\"");
  book.add_role("ClusterRole", "", "c", rule(kUsePolicies));
  book.bind("", kClusterRole, {"Group", "", "all", ""});
  CHECK(decide(book, user("x", {"all"}), use("p", "")).reason ==
        "RBAC: allowed by ClusterRoleBinding \"b\" of ClusterRole \"c\" to Group \"all\"");
}

TEST_CASE("roles are looked up for the user's own bindings only") {
  Book book;
  book.add_role("ClusterRole", "", "c", rule(kUsePolicies));
  for (int i = 0; i < 5; ++i) book.bind("team", kClusterRole, {"User", "", "other", ""});
  book.bind("team", kClusterRole, {"User", "", "jane", ""});
  CHECK(is_allowed(book, user("jane"), use("p", "team")));
  CHECK(book.roles_asked == 1);
}

TEST_CASE("the rules that a user holds come with what is missing") {
  Book book;
  book.add_role("ClusterRole", "", "c", rule(kUsePolicies));
  book.bind("team", kClusterRole, {"User", "", "jane", ""});
  book.bind("team", kRole, {"User", "", "jane", ""});
  book.bind("", kClusterRole, {"User", "", "jane", ""});
  const HeldRules held = rules_of(book, user("jane"), "team");
  CHECK(held.rules == std::vector<PolicyRule>{rule(kUsePolicies), rule(kUsePolicies)});
  CHECK(held.problem == "role.rbac.authorization.k8s.io \"r\" not found");
  CHECK(rules_of(book, user("jane"), "").rules.size() == 1);
  CHECK(rules_of(book, user("joe"), "team").rules.empty());
}

TEST_CASE("a role in another namespace is none of a binding's") {
  Book book;
  book.add_role("Role", "other", "r", rule(kUsePolicies));
  book.bind("team", kRole, {"User", "", "jane", ""});
  CHECK_FALSE(is_allowed(book, user("jane"), use("p", "team")));
}

}  // namespace cw::rbac
