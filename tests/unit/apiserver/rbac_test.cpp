// Roles and bindings: stored, judged, put together, and what they allow.
#include <catch2/catch.hpp>

#include "tests/unit/apiserver/rbac_objects.h"

namespace cw::apiserver {
TEST_CASE("roles and bindings are served as kube-apiserver serves them") {
  TestApi api;
  const TestAnswer empty = api.post(kRolesPath, role("none", Json::array()));
  CHECK(empty.status == 201);
  CHECK(empty.body["rules"].is_null());
  CHECK(empty.body["apiVersion"] == "rbac.authorization.k8s.io/v1");
  const Json subjects =
      Json::parse(R"([{"kind": "User", "name": "jane"}, {"kind": "ServiceAccount", "name": "s"}])");
  const TestAnswer bound = api.post(kBindings, binding("b", "Role", "none", subjects));
  REQUIRE(bound.status == 201);
  CHECK(bound.body["roleRef"]["apiGroup"] == "rbac.authorization.k8s.io");
  CHECK(bound.body["subjects"][0]["apiGroup"] == "rbac.authorization.k8s.io");
  CHECK_FALSE(bound.body["subjects"][1].contains("apiGroup"));
  CHECK(api.put(kRolesPath + "/new", role("new", kReadSecrets)).status == 201);
}

TEST_CASE("kubectl get shows roles with their time and bindings with their role") {
  TestApi api;
  REQUIRE(api.post(kRolesPath, role("r", kReadSecrets)).status == 201);
  REQUIRE(api.post(kBindings, binding("b", "Role", "r", of_user("jane"))).status == 201);
  const auto cells = [&](const std::string& path) {
    http::Request request;
    request.method = "GET";
    request.target = path;
    request.headers.emplace_back("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
    return api.send_request(std::move(request)).body["rows"][0]["cells"];
  };
  CHECK(cells(kRolesPath) == Json{"r", "2023-11-14T22:13:20Z"});
  CHECK(cells(kBindings) == Json{"b", "Role/r", "0s", "jane", "", ""});
}

TEST_CASE("rules and references that are none are refused with each cause") {
  TestApi api;
  const Json bad_rules = Json::parse(R"([{"verbs": []}, {"verbs": ["get"], "nonResourceURLs": ["/x"],
      "resources": ["a"]}])");
  CHECK(causes(api.post(kRolesPath, role("r", bad_rules))) ==
        Texts{"rules[0].verbs: Required value: verbs must contain at least one value",
              "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
              "rules[0].resources: Required value: resource rules must supply at least one resource",
              "rules[1].nonResourceURLs: Invalid value: [\"/x\"]: namespaced rules cannot apply to "
              "non-resource URLs",
              "rules[1].nonResourceURLs: Invalid value: [\"/x\"]: rules cannot apply to both regular "
              "resources and non-resource URLs"});
  const Json subjects = Json::parse(R"([{"kind": "ServiceAccount", "name": "x"}, {"kind": "Robot"}])");
  CHECK(causes(api.post(kClusterBindings, binding("b", "Role", "a/b", subjects))) ==
        Texts{"roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\"",
              "roleRef.name: Invalid value: \"a/b\": may not contain '/'",
              "subjects[0].namespace: Required value", "subjects[1].name: Required value",
              "subjects[1].kind: Unsupported value: \"Robot\": supported values: \"ServiceAccount\", "
              "\"User\", \"Group\""});
  const Json selectors = Json::parse(R"({"clusterRoleSelectors": [{"matchExpressions":
      [{"key": "a", "operator": "In"}]}]})");
  Json aggregated = role("c", nullptr);
  aggregated["aggregationRule"] = selectors;
  CHECK(causes(api.post(kClusterRolesPath, aggregated)) ==
        Texts{"aggregationRule.clusterRoleSelectors[0].matchExpressions[0].values: Required value: must be "
              "specified when `operator` is 'In' or 'NotIn'",
              "aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector."});
}

TEST_CASE("a binding cannot be turned to another role") {
  TestApi api;
  REQUIRE(api.post(kBindings, binding("b", "Role", "one", of_user("jane"))).status == 201);
  CHECK(causes(api.put(kBindings + "/b", binding("b", "Role", "two", of_user("jane")))) ==
        Texts{"roleRef: Invalid value: {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"Role\","
              "\"Name\":\"two\"}: cannot change roleRef"});
  CHECK(api.put(kBindings + "/b", binding("b", "Role", "one", of_user("joe"))).status == 200);
}

TEST_CASE("a user may do what a role says, where it is bound, and nothing else") {
  TestApi api;
  REQUIRE(api.post(kRolesPath, role("r", kReadSecrets)).status == 201);
  REQUIRE(api.post(kBindings, binding("b", "Role", "r", of_user("jane"))).status == 201);
  REQUIRE(api.post(kSecrets, {{"metadata", {{"name", "s"}}}}).status == 201);
  api.act_as("jane");
  CHECK(api.get(std::string(kSecrets) + "/s").status == 200);
  CHECK(api.get(kSecrets).status == 200);
  const TestAnswer refused = api.remove(std::string(kSecrets) + "/s");
  CHECK(refused.status == 403);
  CHECK(refused.body["message"] ==
        "secrets \"s\" is forbidden: User \"jane\" cannot delete resource \"secrets\" in API group \"\" in "
        "the namespace \"ns\"");
  CHECK(api.get("/api/v1/secrets").body["message"] ==
        "secrets is forbidden: User \"jane\" cannot list resource \"secrets\" in API group \"\" at the "
        "cluster scope");
  CHECK(api.get(std::string(kConfigMaps) + "?fieldSelector=metadata.name%3Dx").body["details"]["name"] ==
        "x");
  api.act_as("joe");
  CHECK(api.get(kSecrets).status == 403);
}

TEST_CASE("who may change things but not create them creates none by applying or replacing") {
  TestApi api;
  const Json rules =
      Json::array({rule({"", kRbacGroup}, {"configmaps", "roles"}, {"get", "update", "patch"})});
  REQUIRE(api.post(kRolesPath, role("r", rules)).status == 201);
  REQUIRE(api.post(kBindings, binding("b", "Role", "r", of_user("jane"))).status == 201);
  const auto apply = [&](const std::string& query) {
    Json object = config_map("m");
    object.update({{"apiVersion", "v1"}, {"kind", "ConfigMap"}});
    return api.send("PATCH", std::string(kConfigMaps) + "/m?fieldManager=t" + query, object.dump(),
                    "application/apply-patch+yaml");
  };
  api.act_as("jane");
  const TestAnswer refused = apply("");
  CHECK(refused.status == 403);
  CHECK(refused.body["message"] ==
        "configmaps \"m\" is forbidden: User \"jane\" cannot create resource \"configmaps\" in API group "
        "\"\" in the namespace \"ns\"");
  CHECK(apply("&dryRun=All").status == 403);
  CHECK(api.put(kRolesPath + "/new", role("new", Json::array())).status == 403);
  api.act_as("admin", {"system:masters"});
  CHECK(apply("").status == 201);
  api.act_as("jane");
  CHECK(apply("").status == 200);
}

TEST_CASE("an access review is answered by the rules, with the binding that allows it") {
  TestApi api;
  const std::string path = "/apis/authorization.k8s.io/v1/";
  const Json what{{"verb", "use"},
                  {"group", "policy.cert-manager.io"},
                  {"resource", "certificaterequestpolicies"},
                  {"name", "p"},
                  {"namespace", "ns"}};
  const Json review{{"spec", {{"user", "jane"}, {"resourceAttributes", what}}}};
  const auto status = [&] { return api.post(path + "subjectaccessreviews", review).body["status"]; };
  CHECK(status() == Json{{"allowed", false}});
  REQUIRE(api.post(kBindings, binding("b", "ClusterRole", "use", of_user("jane"))).status == 201);
  CHECK(status() == Json{{"allowed", false},
                         {"reason", "RBAC: clusterrole.rbac.authorization.k8s.io \"use\" not found"}});
  Json use =
      role("use", Json::array({rule({"policy.cert-manager.io"}, {"certificaterequestpolicies"}, {"use"})}));
  use["rules"][0]["resourceNames"] = {"p"};
  REQUIRE(api.post(kClusterRolesPath, use).status == 201);
  CHECK(status() ==
        Json{{"allowed", true},
             {"reason", "RBAC: allowed by RoleBinding \"b/ns\" of ClusterRole \"use\" to User \"jane\""}});
  Json local = review;
  local["metadata"]["namespace"] = "ns";
  CHECK(api.post("/apis/authorization.k8s.io/v1/namespaces/ns/localsubjectaccessreviews", local)
            .body["status"]["allowed"] == true);
  api.act_as("jane");
  const Json self{{"spec", {{"resourceAttributes", what}}}};
  CHECK(api.post(path + "selfsubjectaccessreviews", self).body["status"]["allowed"] == true);
  CHECK(api.post(path + "subjectaccessreviews", review).status == 403);
  use["rules"][0]["resourceNames"] = {"q"};
  api.act_as("admin", {"system:masters"});
  REQUIRE(api.put(kClusterRolesPath + "/use", use).status == 200);
  CHECK(status() == Json{{"allowed", false}});
}

TEST_CASE("what is open to all is said to be by the role that a cluster has for it") {
  TestApi api;
  const auto asked = [&](const char* group, const char* verb, const char* path) {
    kube::UserInfo user;
    user.username = "jane";
    user.groups = {group};
    std::string reason;
    const bool allowed =
        api.parts().authorizer.check(user, {.path = path, .verb = verb}, &reason).has_value();
    return std::to_string(int(allowed)) + " " + reason;
  };
  CHECK(asked("system:masters", "post", "/x") == "1 ");
  CHECK(asked("system:authenticated", "get", "/api/v1") ==
        "1 RBAC: allowed by ClusterRoleBinding \"system:discovery\" of ClusterRole \"system:discovery\" to "
        "Group \"system:authenticated\"");
  CHECK(asked("system:unauthenticated", "get", "/version").starts_with("1 RBAC: allowed by "));
  CHECK(asked("system:unauthenticated", "get", "/api/v1") == "0 ");
  CHECK(asked("system:unauthenticated", "post", "/version") == "0 ");
  CHECK(asked("system:unauthenticated", "get", "/healthz/ping") == "0 ");
}

TEST_CASE("a ClusterRole is put together of those that it selects, and kept so") {
  TestApi api;
  Json sum = role("sum", nullptr);
  sum["aggregationRule"] = Json::parse(
      R"({"clusterRoleSelectors": [{"matchLabels": {"part": "yes"}},
          {"matchExpressions": [{"key": "also", "operator": "In", "values": ["x", "y"]}]}]})");
  REQUIRE(api.post(kClusterRolesPath, sum).status == 201);
  const auto rules = [&] {
    api.keep_house();
    return api.get(kClusterRolesPath + "/sum").body["rules"];
  };
  CHECK(rules().is_null());
  Json part = role("part", kReadSecrets);
  part["metadata"]["labels"] = {{"part", "yes"}};
  REQUIRE(api.post(kClusterRolesPath, part).status == 201);
  CHECK(rules().size() == 1);
  Json same = role("same", kReadSecrets);
  same["metadata"]["labels"] = {{"also", "y"}};
  same["rules"].push_back(rule({"apps"}, {"x"}, {"get"}));
  REQUIRE(api.post(kClusterRolesPath, same).status == 201);
  CHECK(rules().size() == 2);
  REQUIRE(api.remove(kClusterRolesPath + "/same").status == 200);
  CHECK(rules() == kReadSecrets);
  REQUIRE(api.patch(kClusterRolesPath + "/sum", {{"rules", Json::array()}}).status == 200);
  CHECK(rules() == kReadSecrets);
}

TEST_CASE("the policy webhook is asked about policies but not about their status, nor about roles") {
  std::vector<std::string> asked;
  ScriptedAdmitter admitter([&asked](kube::AdmissionStep, const Json& review) {
    asked.push_back(review["request"]["operation"].get<std::string>() + " " +
                    review["request"]["resource"]["resource"].get<std::string>());
    return kube::AdmissionAnswer{.allowed = true};
  });
  TestApi api(&admitter);
  const std::string path = "/apis/policy.cert-manager.io/v1alpha1/certificaterequestpolicies";
  const Json policy{{"apiVersion", "policy.cert-manager.io/v1alpha1"},
                    {"kind", "CertificateRequestPolicy"},
                    {"metadata", {{"name", "p"}}},
                    {"spec", {{"selector", {{"issuerRef", Json::object()}}}}}};
  REQUIRE(api.post(path, policy).status == 201);
  REQUIRE(api.patch(path + "/p", {{"spec", {{"allowed", {{"isCA", true}}}}}}).status == 200);
  REQUIRE(api.patch(path + "/p/status", {{"status", {{"conditions", Json::array()}}}}).status == 200);
  REQUIRE(api.post(kRolesPath, role("r", kReadSecrets)).status == 201);
  CHECK(asked == Texts{"CREATE certificaterequestpolicies", "UPDATE certificaterequestpolicies"});
}

TEST_CASE("a user who is asked about without a group holds none of everybody's bindings", "[rbac]") {
  TestApi api;
  const auto may_see_health = [&api](const char* member, const Json& value) {
    Json review = {{"spec", Json::object()}};
    review["spec"][member] = value;
    review["spec"]["nonResourceAttributes"] = {{"verb", "get"}, {"path", "/healthz"}};
    return api.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", review).body["status"]["allowed"];
  };
  CHECK(may_see_health("user", "jane") == false);
  CHECK(may_see_health("groups", Json::array({"system:unauthenticated"})) == true);
  CHECK(may_see_health("groups", Json::array({"system:authenticated"})) == true);
}

}  // namespace cw::apiserver
