#include "cli/explain/offline_world.h"

#include <catch2/catch.hpp>

#include "lib/kube/service_account.h"
#include "tests/unit/explain/manifests.h"

using namespace cw;  // NOLINT(google-build-using-namespace)
using policy::Readiness;

namespace {

std::string policy_text(const std::string& name, const std::string& rest) {
  return "---\napiVersion: policy.cert-manager.io/v1alpha1\nkind: CertificateRequestPolicy\nmetadata: "
         "{name: " +
         name + "}\n" + rest + "\n";
}

Readiness readiness(const std::string& rest) {
  return tests::world(policy_text("a", rest))->policies().at(0)->readiness();
}

// Rules for a role that allows to use every policy.
constexpr const char* kUseAll =
    "rules: [{apiGroups: [policy.cert-manager.io], resources: [certificaterequestpolicies], verbs: [use]}]\n";

std::string rbac_text(const std::string& kind, const std::string& metadata, const std::string& rest) {
  return "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: " + kind + "\nmetadata: {" + metadata + "}\n" +
         rest;
}

std::string bound(const std::string& kind, const std::string& metadata, const std::string& role_kind,
                  const std::string& role) {
  return rbac_text(kind, metadata,
                   "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: " + role_kind + ", name: " + role +
                       "}\n" + "subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: ann}]\n");
}

bool may(const std::string& yaml, const std::string& name_space = "here", const std::string& user = "ann") {
  const auto world = tests::world(yaml);
  const auto answer = world->may_use(kube::user_named(user), "p", name_space);
  REQUIRE(answer);
  CHECK(world->probably_may_use(kube::user_named(user), "p", name_space) == *answer);
  return *answer;
}

}  // namespace

TEST_CASE("a policy without status is ready, one with a status as its Ready condition says") {
  CHECK(readiness("spec: {selector: {issuerRef: {}}}") == Readiness::Ready);
  CHECK(readiness("spec: {selector: {issuerRef: {}}}\nstatus: null") == Readiness::Ready);
  CHECK(readiness("spec: {selector: {issuerRef: {}}}\nstatus: {}") == Readiness::NoCondition);
  CHECK(readiness("spec: {selector: {issuerRef: {}}}\nstatus: {conditions: []}") == Readiness::NoCondition);
  CHECK(readiness("spec: {selector: {issuerRef: {}}}\n"
                  "status: {conditions: [{type: Ready, status: 'False'}]}") == Readiness::NotReady);
  CHECK(readiness("spec: {selector: {issuerRef: {}}}\n"
                  "status: {conditions: [{type: Ready, status: 'True'}]}") == Readiness::Ready);
}

TEST_CASE("a policy that names a plugin is not ready, status or not") {
  CHECK(readiness("spec: {selector: {issuerRef: {}}, plugins: {x: {}}}") == Readiness::NotReady);
}

TEST_CASE("policies are sorted by name, and the last of a name counts") {
  const auto world = tests::world(policy_text("b", "spec: {selector: {issuerRef: {}}}") +
                                  policy_text("a", "spec: {selector: {issuerRef: {name: first}}}") +
                                  policy_text("a", "spec: {selector: {issuerRef: {name: second}}}"));
  const auto policies = world->policies();
  REQUIRE(policies.size() == 2);
  CHECK(policies[0]->name() == "a");
  CHECK(policies[0]->object().spec.selector.issuer_ref->name == "second");
  CHECK(policies[1]->name() == "b");
}

TEST_CASE("a policy that cannot be decoded is an error that says where") {
  const auto wrong = cli::explain::OfflineWorld::from(
      tests::manifests(policy_text("a", "spec: {selector: {issuerRef: {name: 5}}}")), "default");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message.find("<stdin>:") == 0);
  CHECK(wrong.error().message.find("issuerRef") != std::string::npos);
  CHECK_FALSE(cli::explain::OfflineWorld::from(
      tests::manifests(policy_text("''", "spec: {selector: {issuerRef: {}}}")), "default"));
}

TEST_CASE("rights come from bindings in the cluster and in the namespace alone") {
  const std::string cluster_role = rbac_text("ClusterRole", "name: use", kUseAll);
  const std::string role = rbac_text("Role", "name: use, namespace: here", kUseAll);
  CHECK(may(cluster_role + bound("ClusterRoleBinding", "name: b", "ClusterRole", "use")));
  CHECK(may(cluster_role + bound("RoleBinding", "name: b, namespace: here", "ClusterRole", "use")));
  CHECK(may(role + bound("RoleBinding", "name: b, namespace: here", "Role", "use")));
  CHECK_FALSE(may(cluster_role + bound("RoleBinding", "name: b, namespace: there", "ClusterRole", "use")));
  CHECK_FALSE(may(role + bound("ClusterRoleBinding", "name: b", "Role", "use")));
  CHECK_FALSE(
      may(cluster_role + bound("ClusterRoleBinding", "name: b", "ClusterRole", "use"), "here", "eve"));
  CHECK_FALSE(may(bound("ClusterRoleBinding", "name: b", "ClusterRole", "use")));
}

TEST_CASE("a role or binding that names no namespace is in that of the flags") {
  const std::string yaml =
      rbac_text("Role", "name: use", kUseAll) + bound("RoleBinding", "name: b", "Role", "use");
  CHECK(may(yaml, "default"));
  CHECK_FALSE(may(yaml, "here"));
}

TEST_CASE("an aggregated role has the rules of those it selects, also over two steps") {
  const std::string one = rbac_text("ClusterRole", "name: one, labels: {to: two}", kUseAll);
  const std::string two =
      rbac_text("ClusterRole", "name: two, labels: {to: three, x: z}",
                "rules: []\naggregationRule: {clusterRoleSelectors: [{matchLabels: {to: two}}]}\n");
  const auto three = [](const std::string& selector) {
    return rbac_text("ClusterRole", "name: three",
                     "aggregationRule: {clusterRoleSelectors: [" + selector + "]}\nrules: []\n") +
           bound("ClusterRoleBinding", "name: b", "ClusterRole", "three");
  };
  CHECK(may(one + two + three("{matchLabels: {to: three}}")));
  CHECK(may(one + two + three("{matchLabels: {to: x}}, {matchExpressions: [{key: x, operator: Exists}]}")));
  CHECK(may(one + three("{matchExpressions: [{key: to, operator: In, values: [two]}]}")));
  CHECK_FALSE(may(one + three("{matchExpressions: [{key: to, operator: NotIn, values: [two]}, "
                              "{key: to, operator: Exists}]}")));
  CHECK_FALSE(may(one + two + three("{matchLabels: {to: three, x: w}}")));
}

TEST_CASE("what every cluster has need not be in the files") {
  CHECK(may(bound("ClusterRoleBinding", "name: b", "ClusterRole", "cluster-admin")));
  CHECK_FALSE(may(bound("ClusterRoleBinding", "name: b", "ClusterRole", "admin")));
  const std::string to_edit = rbac_text(
      "ClusterRole", "name: use, labels: {rbac.authorization.k8s.io/aggregate-to-edit: 'true'}", kUseAll);
  CHECK(may(to_edit + bound("RoleBinding", "name: b, namespace: here", "ClusterRole", "edit")));
  CHECK(may(to_edit + bound("RoleBinding", "name: b, namespace: here", "ClusterRole", "admin")));
  CHECK_FALSE(may(to_edit + bound("RoleBinding", "name: b, namespace: here", "ClusterRole", "view")));
}

TEST_CASE("labels of a namespace that the files do not have are not known") {
  const auto world = tests::world(tests::kSmallWorld);
  const auto known = world->namespace_labels("team-a");
  REQUIRE(known);
  CHECK((*known)->get("team") == "a");
  const auto unknown = world->namespace_labels("team-b");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == Code::NotFound);
  CHECK(world->namespaces() == std::vector<std::string>{"team-a"});
}

TEST_CASE("annotations are those of the issuer of that kind") {
  const auto world = tests::world(R"(
{apiVersion: cert-manager.io/v1, kind: Issuer, metadata: {name: corp, namespace: team-a, annotations: {a: issuer}}}
---
{apiVersion: cert-manager.io/v1, kind: ClusterIssuer, metadata: {name: corp, annotations: {a: cluster}}}
)");
  const auto annotation = [&](const api::IssuerReference& reference, const std::string& name_space) {
    const auto found = world->issuer_annotations(reference, name_space);
    REQUIRE(found);
    return *found ? (*found)->get("a") : "none";
  };
  CHECK(annotation({"corp", "", ""}, "team-a") == "issuer");
  CHECK(annotation({"corp", "ClusterIssuer", ""}, "team-a") == "cluster");
  CHECK(annotation({"corp", "Issuer", "cert-manager.io"}, "team-b") == "none");
  CHECK(annotation({"corp", "ClusterIssuer", "example.org"}, "team-a") == "none");
  CHECK(annotation({"corp", "OtherIssuer", ""}, "team-a") == "none");
}

TEST_CASE("what the files lack is told") {
  const auto world = tests::world(tests::kSmallWorld);
  CHECK(world->gaps({"corp", "ClusterIssuer", "example.org"}, "team-a").empty());
  CHECK(world->gaps({"corp", "ClusterIssuer", ""}, "team-a").size() == 1);
  CHECK(world->gaps({"corp", "ClusterIssuer", ""}, "team-b").size() == 2);
  CHECK(tests::world("")->gaps({"corp", "", ""}, "team-b").size() == 3);
}
