// Who may give rights to others.
#include <catch2/catch.hpp>

#include "tests/unit/apiserver/rbac_objects.h"

namespace cw::apiserver {

TEST_CASE("nobody grants rights that he has not got") {
  TestApi api;
  const Json all_roles =
      rule({"rbac.authorization.k8s.io"}, {"roles", "clusterroles", "rolebindings", "clusterrolebindings"},
           {"create", "get", "update", "patch"});
  REQUIRE(api.post(kClusterRolesPath, role("granter", Json::array({all_roles}))).status == 201);
  REQUIRE(api.post(kClusterRolesPath, role("reader", kReadSecrets)).status == 201);
  REQUIRE(api.post(kClusterBindings, binding("g", "ClusterRole", "granter", of_user("joe"))).status == 201);
  api.act_as("joe");
  const TestAnswer refused = api.post(kRolesPath, role("r", kReadSecrets));
  CHECK(refused.status == 403);
  CHECK(
      refused.body["message"] ==
      "roles.rbac.authorization.k8s.io \"r\" is forbidden: user \"joe\" (groups=[\"system:authenticated\"]) "
      "is attempting to grant RBAC permissions not currently held:\n"
      "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\" \"list\"]}");
  CHECK(api.post(kBindings, binding("b", "ClusterRole", "reader", of_user("joe"))).status == 403);
  CHECK(api.post(kBindings, binding("b", "ClusterRole", "nix", of_user("joe"))).status == 404);
  CHECK(api.post(kBindings, binding("b", "Nix", "nix", of_user("joe"))).body["message"] ==
        "unsupported role reference kind: \"Nix\"");
  CHECK(api.post(kRolesPath, role("mine", Json::array({all_roles}))).status == 201);
  CHECK(api.put(kRolesPath + "/mine", role("mine", kReadSecrets)).status == 403);
  CHECK(api.put(kClusterRolesPath + "/reader", role("reader", kReadSecrets)).status == 403);
  Json aggregated = role("sum", nullptr);
  aggregated["aggregationRule"] = Json::parse(R"({"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]})");
  CHECK(api.post(kClusterRolesPath, aggregated).body["message"] ==
        "clusterroles.rbac.authorization.k8s.io \"sum\" is forbidden: must have cluster-admin privileges to "
        "use the aggregationRule");
}

TEST_CASE("the verbs escalate and bind set free of that") {
  TestApi api;
  const Json rules =
      Json::array({rule({"rbac.authorization.k8s.io"}, {"roles"}, {"create", "escalate"}),
                   rule({"rbac.authorization.k8s.io"}, {"rolebindings"}, {"create"}),
                   Json::parse(R"({"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"],
         "resourceNames": ["reader"], "verbs": ["bind"]})")});
  REQUIRE(api.post(kRolesPath, role("granter", rules)).status == 201);
  REQUIRE(api.post(kClusterRolesPath, role("reader", kReadSecrets)).status == 201);
  REQUIRE(api.post(kClusterRolesPath, role("writer", kReadSecrets)).status == 201);
  REQUIRE(api.post(kBindings, binding("g", "Role", "granter", of_user("joe"))).status == 201);
  api.act_as("joe");
  CHECK(api.post(kRolesPath, role("r", kReadSecrets)).status == 201);
  CHECK(api.post(kBindings, binding("b", "ClusterRole", "reader", of_user("joe"))).status == 201);
  CHECK(api.post(kBindings, binding("c", "ClusterRole", "writer", of_user("kim"))).status ==
        201);  // held now
  CHECK(api.get(kSecrets).status == 200);
}

}  // namespace cw::apiserver
