// Who may act as whom.
#include "apiserver/impersonation.h"

#include <catch2/catch.hpp>

#include "lib/kube/service_account.h"
#include "tests/unit/apiserver/rbac_objects.h"

namespace cw::apiserver {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;
using Groups = kube::List<std::string>;

class Scene {
 public:
  // Rules that joe has everywhere.
  explicit Scene(const char* rules) {
    REQUIRE(api.post(kClusterRolesPath, role("actor", Json::parse(rules))).status == 201);
    REQUIRE(api.post(kClusterBindings, binding("a", "ClusterRole", "actor", of_user("joe"))).status == 201);
    joe.username = "joe";
  }
  kube::Outcome<kube::UserInfo> act(const kube::UserInfo& user, const Headers& headers) {
    http::Request request;
    request.method = "GET";
    request.path = "/api/v1/namespaces/ns/secrets";
    for (const auto& header : headers) request.headers.push_back(header);
    return impersonation.act_as(user, request, read_request(request));
  }
  kube::Outcome<kube::UserInfo> act(const Headers& headers) { return act(joe, headers); }

  TestApi api;
  Impersonation impersonation{api.authorizer()};
  kube::UserInfo joe;
};

const char* const kOldRules = R"([
    {"apiGroups": [""], "resources": ["users"], "resourceNames": ["jane"], "verbs": ["impersonate"]},
    {"apiGroups": [""], "resources": ["groups"], "resourceNames": ["devs"], "verbs": ["impersonate"]},
    {"apiGroups": ["authentication.k8s.io"], "resources": ["userextras/scope"], "verbs": ["impersonate"]}])";

}  // namespace

TEST_CASE("a user acts as another if it may impersonate each thing that is named") {
  Scene scene(kOldRules);
  CHECK(scene.act({})->username == "joe");
  CHECK(scene.act({{"Impersonate-User", ""}})->username == "joe");
  const auto jane = scene.act(
      {{"Impersonate-User", "jane"}, {"impersonate-group", "devs"}, {"Impersonate-Extra-Scope", "x"}});
  REQUIRE(jane.has_value());
  CHECK(jane->username == "jane");
  CHECK(jane->groups == Groups{"devs", "system:authenticated"});
  CHECK(jane->extra.get("scope").items() == std::vector<std::string>{"x"});
  // What allowed it last is what the refusal tells of.
  CHECK(scene.act({{"Impersonate-User", "kim"}}).error().message ==
        "users \"kim\" is forbidden: User \"joe\" cannot impersonate resource \"users\" in API group \"\" at "
        "the cluster scope");
  CHECK(scene.act({{"Impersonate-User", "jane"}, {"Impersonate-Group", "system:masters"}}).error().http ==
        403);
  CHECK(scene.act({{"Impersonate-User", "jane"}, {"Impersonate-Uid", "1"}}).error().http == 403);
  CHECK(scene.act({{"Impersonate-User", "jane"}, {"Impersonate-Extra-Other", "1"}}).error().http == 403);
}

TEST_CASE("a first refusal tells what the newer modes ask for") {
  Scene scene("[]");
  const auto message = [&](const char* user) {
    return scene.act({{"Impersonate-User", user}}).error().message;
  };
  const std::string where = " resource \"secrets\" in API group \"\" in the namespace \"ns\"";
  const std::string who = "secrets is forbidden: User \"joe\" cannot impersonate-on:";
  CHECK(message("alice") == who + "user-info:list" + where);
  CHECK(message("system:serviceaccount:ns:bot") == who + "serviceaccount:list" + where);
  CHECK(message("system:node:n1") == who + "arbitrary-node:list" + where);
}

TEST_CASE("parts of a user without the user are no request") {
  Scene scene(kOldRules);
  CHECK(scene.act({{"Impersonate-Group", "devs"}}).error().message ==
        "requested &user.DefaultInfo{Name:\"\", UID:\"\", Groups:[]string{\"devs\"}, "
        "Extra:map[string][]string(nil)} without impersonating a user name");
  CHECK(scene.act({{"Impersonate-Extra-a%2Fb", "c"}}).error().message ==
        "requested &user.DefaultInfo{Name:\"\", UID:\"\", Groups:[]string(nil), "
        "Extra:map[string][]string{\"a/b\":[]string{\"c\"}}} without impersonating a user name");
  CHECK(scene.act({{"Impersonate-Uid", "1"}}).error().http == 400);
}

TEST_CASE("who may do all acts as anyone, with the groups of whom it is") {
  // Anew each time: the mode that allowed it last would be asked first, and the old one knows no nodes.
  const auto groups = [](const Headers& headers) { return Scene("[]").act(system_user(), headers)->groups; };
  CHECK(groups({{"Impersonate-User", "system:serviceaccount:ns:bot"}}) ==
        Groups{"system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"});
  CHECK(groups({{"Impersonate-User", "system:serviceaccount:ns:bot"}, {"Impersonate-Group", "g"}}) ==
        Groups{"g", "system:authenticated"});
  CHECK(groups({{"Impersonate-User", "system:node:n1"}}) == Groups{"system:nodes", "system:authenticated"});
  CHECK(groups({{"Impersonate-User", "system:anonymous"}}) == Groups{"system:unauthenticated"});
  CHECK(groups({{"Impersonate-User", "a"}, {"Impersonate-Group", "system:unauthenticated"}}) ==
        Groups{"system:unauthenticated"});
  CHECK(groups({{"Impersonate-User", "a"}, {"Impersonate-Group", "system:masters"}}) ==
        Groups{"system:masters", "system:authenticated"});
}

TEST_CASE("the newer modes give rights that the old one has not") {
  Scene scene(R"([
      {"apiGroups": ["authentication.k8s.io"], "resources": ["users", "groups"],
       "verbs": ["impersonate:user-info"]},
      {"apiGroups": [""], "resources": ["secrets"], "verbs": ["impersonate-on:user-info:list"]}])");
  CHECK(scene.act({{"Impersonate-User", "alice"}, {"Impersonate-Group", "g"}}).has_value());
  // Neither the group that may do all, nor an account, nor a node is among "other users".
  CHECK_FALSE(scene.act({{"Impersonate-User", "alice"}, {"Impersonate-Group", "system:masters"}}));
  CHECK_FALSE(scene.act({{"Impersonate-User", "system:serviceaccount:ns:bot"}}));
  CHECK_FALSE(scene.act({{"Impersonate-User", "system:node:n1"}}));
  http::Request other;
  other.method = "DELETE";
  other.path = "/api/v1/namespaces/ns/secrets/s";
  other.headers.emplace_back("Impersonate-User", "alice");
  CHECK_FALSE(scene.impersonation.act_as(scene.joe, other, read_request(other)));
}

TEST_CASE("a service account acts as the node that it runs on, and as no other") {
  Scene scene(R"([
      {"apiGroups": ["authentication.k8s.io"], "resources": ["nodes"], "verbs": ["impersonate:associated-node"]},
      {"apiGroups": [""], "resources": ["secrets"], "verbs": ["impersonate-on:associated-node:list"]}])");
  REQUIRE(scene.api
              .post(kClusterBindings,
                    binding("agent", "ClusterRole", "actor", of_user("system:serviceaccount:ns:agent")))
              .status == 201);
  kube::UserInfo agent = kube::user_named("system:serviceaccount:ns:agent");
  agent.extra.set("authentication.kubernetes.io/node-name", Groups{"n1"});
  CHECK(scene.act(agent, {{"Impersonate-User", "system:node:n1"}})->groups ==
        Groups{"system:nodes", "system:authenticated"});
  CHECK_FALSE(scene.act(agent, {{"Impersonate-User", "system:node:n2"}}));
}

}  // namespace cw::apiserver
