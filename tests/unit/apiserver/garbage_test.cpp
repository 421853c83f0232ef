// Garbage collection: what becomes of dependents when their owners go.
#include <catch2/catch.hpp>

#include "tests/unit/apiserver/config_maps.h"
#include "tests/unit/apiserver/scripted_hooks.h"

namespace cw::apiserver {
namespace {

Json owned_by(const std::string& name, const std::string& uid, bool blocks = false) {
  return {{"ownerReferences",
           {{{"apiVersion", "v1"},
             {"kind", "ConfigMap"},
             {"name", name},
             {"uid", uid},
             {"blockOwnerDeletion", blocks}}}}};
}

// Its owner waits for it, and it goes when release() is called.
void make_held(TestApi& api, const std::string& name, const std::string& owner, const std::string& uid) {
  Json held = owned_by(owner, uid, true);
  held["finalizers"] = {"example.com/hold"};
  make(api, name, held);
}

void release(TestApi& api, const std::string& name) {
  REQUIRE(api.patch(path_of(name), {{"metadata", {{"finalizers", nullptr}}}}).status == 200);
}

}  // namespace

TEST_CASE("what belongs to an object goes with it, through all generations") {
  TestApi api;
  const std::string owner = make(api, "owner");
  const std::string child = make(api, "child", owned_by("owner", owner));
  make(api, "grandchild", owned_by("child", child));
  make(api, "free");
  api.keep_house();
  CHECK(api.get(kConfigMaps).body["items"].size() == 4);
  REQUIRE(api.remove(path_of("owner")).status == 200);
  api.keep_house();
  CHECK(api.get(kConfigMaps).body["items"].size() == 1);
}

TEST_CASE("an owner of another UID is no owner, and one of an unknown kind is left to others") {
  TestApi api;
  make(api, "owner");
  make(api, "stale", owned_by("owner", "11111111-2222-3333-4444-555555555555"));
  Json foreign = owned_by("deployment", "11111111-2222-3333-4444-555555555555");
  foreign["ownerReferences"][0]["kind"] = "Deployment";
  make(api, "foreign", foreign);
  api.keep_house();
  CHECK(api.get(path_of("stale")).status == 404);
  CHECK(api.get(path_of("foreign")).status == 200);
}

TEST_CASE("of two owners the one that is gone is forgotten") {
  TestApi api;
  const std::string first = make(api, "first");
  const std::string second = make(api, "second");
  Json both = owned_by("first", first);
  both["ownerReferences"].push_back(owned_by("second", second)["ownerReferences"][0]);
  make(api, "child", both);
  REQUIRE(api.remove(path_of("first")).status == 200);
  api.keep_house();
  const Json child = api.get(path_of("child")).body;
  REQUIRE(child["metadata"]["ownerReferences"].size() == 1);
  CHECK(child["metadata"]["ownerReferences"][0]["uid"] == second);
}

TEST_CASE("orphans are let go before their owner goes") {
  TestApi api;
  const std::string owner = make(api, "owner");
  make(api, "child", owned_by("owner", owner));
  CHECK(api.remove(path_of("owner") + "?propagationPolicy=Orphan").body["metadata"]["finalizers"] ==
        Json::array({"orphan"}));
  api.keep_house();
  CHECK(api.get(path_of("owner")).status == 404);
  CHECK_FALSE(api.get(path_of("child")).body["metadata"].contains("ownerReferences"));
}

TEST_CASE("a foreground delete waits for dependents that block it") {
  TestApi api;
  const std::string owner = make(api, "owner");
  make_held(api, "child", "owner", owner);
  REQUIRE(api.remove(path_of("owner") + "?propagationPolicy=Foreground").status == 200);
  api.keep_house();
  CHECK(api.get(path_of("owner")).status == 200);
  CHECK(api.get(path_of("child")).body["metadata"].contains("deletionTimestamp"));
  release(api, "child");
  api.keep_house();
  CHECK(api.get(path_of("owner")).status == 404);
}

TEST_CASE("an object of the cluster is not lost for an owner that has a namespace") {
  TestApi api;
  Json role{{"metadata", owned_by("nobody", "11111111-2222-3333-4444-555555555555")}};
  role["metadata"]["name"] = "of-all";
  const std::string path = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
  REQUIRE(api.post(path, role).status == 201);
  api.keep_house();
  CHECK(api.get(path + "/of-all").status == 200);
}

TEST_CASE("what has another owner stays when one is deleted in the foreground") {
  TestApi api;
  const std::string first = make(api, "first");
  const std::string second = make(api, "second");
  Json both = owned_by("first", first, true);
  both["ownerReferences"].push_back(owned_by("second", second)["ownerReferences"][0]);
  make(api, "child", both);
  REQUIRE(api.remove(path_of("first") + "?propagationPolicy=Foreground").status == 200);
  api.keep_house();
  CHECK(api.get(path_of("first")).status == 404);
  const Json child = api.get(path_of("child")).body;
  CHECK(child["metadata"]["ownerReferences"] == owned_by("second", second)["ownerReferences"]);
  CHECK_FALSE(child["metadata"].contains("deletionTimestamp"));
}

TEST_CASE("a foreground delete waits for all generations") {
  TestApi api;
  const std::string owner = make(api, "owner");
  const std::string child = make(api, "child", owned_by("owner", owner, true));
  make_held(api, "grandchild", "child", child);
  REQUIRE(api.remove(path_of("owner") + "?propagationPolicy=Foreground").status == 200);
  api.keep_house();
  CHECK(api.get(path_of("owner")).status == 200);
  CHECK(api.get(path_of("child")).body["metadata"]["finalizers"] == Json::array({"foregroundDeletion"}));
  CHECK(api.get(path_of("grandchild")).body["metadata"].contains("deletionTimestamp"));
  release(api, "grandchild");
  api.keep_house();
  CHECK(api.get(kConfigMaps).body["items"].empty());
}

TEST_CASE("owners in a circle do not wait for each other") {
  TestApi api;
  const std::string first = make(api, "first");
  const std::string second = make(api, "second", owned_by("first", first, true));
  REQUIRE(api.patch(path_of("first"), {{"metadata", owned_by("second", second, true)}}).status == 200);
  api.keep_house();
  CHECK(api.get(kConfigMaps).body["items"].size() == 2);
  REQUIRE(api.remove(path_of("first") + "?propagationPolicy=Foreground").status == 200);
  api.keep_house();
  CHECK(api.get(kConfigMaps).body["items"].empty());
}

TEST_CASE("an owner waits no more for what does not belong to it any more") {
  TestApi api;
  const std::string owner = make(api, "owner");
  make_held(api, "child", "owner", owner);
  REQUIRE(api.remove(path_of("owner") + "?propagationPolicy=Foreground").status == 200);
  api.keep_house();
  REQUIRE(api.patch(path_of("child"), {{"metadata", {{"ownerReferences", nullptr}}}}).status == 200);
  api.keep_house();
  CHECK(api.get(path_of("owner")).status == 404);
  CHECK(api.get(path_of("child")).status == 200);
}

TEST_CASE("who deletes again may want something else for the dependents") {
  TestApi api;
  const std::string owner = make(api, "owner");
  make_held(api, "child", "owner", owner);
  const auto finalizers = [&](const std::string& policy) {
    return api.remove(path_of("owner") + "?propagationPolicy=" + policy).body["metadata"]["finalizers"];
  };
  CHECK(finalizers("Foreground") == Json::array({"foregroundDeletion"}));
  api.keep_house();
  CHECK(finalizers("Orphan") == Json::array({"orphan"}));
  CHECK(finalizers("Orphan") == Json::array({"orphan"}));
  CHECK(finalizers("Foreground") == Json::array({"foregroundDeletion"}));
  CHECK(api.remove(path_of("owner")).body["metadata"]["finalizers"] == Json::array({"foregroundDeletion"}));
  CHECK(api.remove(path_of("owner") + "?propagationPolicy=Background").body["status"] == "Success");
  CHECK(api.get(path_of("owner")).status == 404);
}

TEST_CASE("orphans are let go of before their owner goes, however many have just been made") {
  TestApi api;
  api.keep_house();
  const TestAnswer owner = api.post(kSecrets, {{"metadata", {{"name", "owner"}}}});
  Json owned = owned_by("owner", owner.body["metadata"]["uid"]);
  owned["ownerReferences"][0]["kind"] = "Secret";
  constexpr int kMany = 1200;
  for (int i = 0; i < kMany; ++i) make(api, "child-" + std::to_string(i), owned);
  REQUIRE(api.remove(std::string(kSecrets) + "/owner?propagationPolicy=Orphan").status == 200);
  api.keep_house();
  CHECK(api.get(std::string(kSecrets) + "/owner").status == 404);
  CHECK(api.get(kConfigMaps).body["items"].size() == kMany);
}

TEST_CASE("an owner whose orphans cannot be let go of stays until they can") {
  bool denies = false;
  ScriptedAdmitter admitter(
      [&](kube::AdmissionStep, const Json&) { return kube::AdmissionAnswer{.allowed = !denies}; });
  TestApi api(&admitter);
  const std::string owner = make(api, "owner");
  Json child = certificate("child");
  child["metadata"].update(owned_by("owner", owner));
  REQUIRE(api.post(kCertificates, child).status == 201);
  REQUIRE(api.remove(path_of("owner") + "?propagationPolicy=Orphan").status == 200);
  denies = true;
  api.keep_house();
  CHECK(api.get(path_of("owner")).status == 200);
  denies = false;
  api.advance(std::chrono::seconds(5));
  api.keep_house();
  CHECK(api.get(path_of("owner")).status == 404);
  const TestAnswer free = api.get(std::string(kCertificates) + "/child");
  CHECK(free.status == 200);
  CHECK_FALSE(free.body["metadata"].contains("ownerReferences"));
}

TEST_CASE("what a webhook does not let go is tried again", "[webhooks]") {
  HookWorld world;
  const std::string owner = make(world.api, "owner");
  make(world.api, "child", owned_by("owner", owner));
  install(world.api, kValidating, "c", {hook("a", rule_for({{"operations", {"DELETE"}}}))});
  bool denies = false;
  world.hooks.on("a", [&](const Json&) { return denies ? deny("not now", 409) : allow(); });
  REQUIRE(world.api.remove(path_of("owner")).status == 200);
  denies = true;
  world.api.keep_house();
  CHECK(world.api.get(path_of("child")).status == 200);
  REQUIRE(world.api.remove("/api/v1/namespaces/ns").status == 409);
  denies = false;
  world.api.keep_house();
  CHECK(world.api.get(path_of("child")).status == 200);
  world.api.advance(std::chrono::seconds(5));
  world.api.keep_house();
  CHECK(world.api.get(path_of("child")).status == 404);
  make(world.api, "left");
  REQUIRE(world.api.remove("/api/v1/namespaces/ns").status == 200);
  denies = true;
  world.api.keep_house();
  CHECK(world.api.get("/api/v1/namespaces/ns").status == 200);
  denies = false;
  world.api.keep_house();
  CHECK(world.api.get("/api/v1/namespaces/ns").status == 200);
  world.api.advance(std::chrono::seconds(5));
  world.api.keep_house();
  CHECK(world.api.get("/api/v1/namespaces/ns").status == 404);
}

}  // namespace cw::apiserver
