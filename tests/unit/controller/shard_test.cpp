// Which part of the namespaces a controller takes, and that several of them make one.
#include "controller/runtime/shard.h"

#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "lib/base/stable_hash.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                       // tests only
using namespace cw::controller::runtime;  // tests only
using namespace cw::controller::tests;    // tests only

std::string owned_name(const Shard& shard) {
  for (int i = 0;; ++i) {
    auto name = "ns" + std::to_string(i);
    if (shard.owns(name)) return name;
  }
}

std::unique_ptr<controller::Machine> started(Scene& scene, const Shard& shard) {
  scene.options.shard = shard;
  return scene.controller();
}

}  // namespace

// The values of the reference implementation (draft-eastlake-fnv).
TEST_CASE("shard: the hash is FNV-1a of 64 bits, for ever", "[runtime][shard]") {
  CHECK(stable_hash("") == 0xcbf29ce484222325U);
  CHECK(stable_hash("a") == 0xaf63dc4c8601ec8cU);
  CHECK(stable_hash("foobar") == 0x85944171f73967e8U);
}

TEST_CASE("shard: every namespace has exactly one owner", "[runtime][shard]") {
  const unsigned count = GENERATE(1U, 2U, 3U, 64U);
  std::vector<int> owned(count);
  for (int i = 0; i < 1000; ++i) {
    const std::string name = i == 0 ? "" : "team-" + std::to_string(i);
    int owners = 0;
    for (unsigned index = 0; index < count; ++index) {
      if (!Shard{index, count}.owns(name)) continue;
      ++owners;
      ++owned[index];
    }
    REQUIRE(owners == 1);
  }
  for (const int share : owned) CHECK(share > 0);
}

TEST_CASE("shard: i/n and nothing else", "[runtime][shard]") {
  CHECK(*parse_shard("") == Shard{});
  CHECK(*parse_shard("0/1") == Shard{});
  CHECK(*parse_shard("2/3") == Shard{2, 3});
  CHECK(*parse_shard("63/64") == Shard{63, 64});
  for (const char* bad : {"1", "/", "1/", "/2", "2/2", "0/0", "-1/2", "+0/2", " 0/2", "0/2 ", "0/65", "0/2/2",
                          "a/b", "0/99999999999999999999"}) {
    INFO(bad);
    CHECK_FALSE(parse_shard(bad));
  }
  CHECK(lease_name({}) == "cert-manager-controller");
  CHECK(lease_name({1, 3}) == "cert-manager-controller-1-of-3");
}

TEST_CASE("shard: each controller issues in its namespaces alone, together they issue all", "[shard]") {
  Scene scene;
  const std::string mine = owned_name({0, 2});
  const std::string other = owned_name({1, 2});
  for (const auto& ns : {mine, other}) {
    scene.add_ca(ns);
    scene.apply(api::kCertificates, certificate(ns, "web"));
  }
  const auto first = started(scene, {0, 2});
  Scene::settle(*first);
  CHECK(what_is_wrong(scene, mine, "web", 1).empty());
  CHECK(ready(scene.read(api::kIssuers, mine, "ca")) == "True/KeyPairVerified");
  CHECK(ready(scene.read(api::kIssuers, other, "ca")) == "none");
  for (const auto& write : scene.kube.writes()) {
    if (write.key.name_space == other) CHECK(write.verb == contract::Verb::Create);
  }
  CHECK(scene.read(api::kCertificates, other, "web").value("status", kube::Json()).is_null());
  CHECK(first->certificates().find({mine, "web"}));
  CHECK_FALSE(first->certificates().find({other, "web"}));
  CHECK_FALSE(first->issuers().find({other, "ca"}));

  const auto second = started(scene, {1, 2});
  scene.kube.forget_writes();
  Scene::settle(*second);
  CHECK(what_is_wrong(scene, other, "web", 1).empty());
  for (const auto& write : scene.kube.writes()) CHECK(write.key.name_space == other);
  Scene::settle(*first);
  CHECK(scene.creates_of("certificaterequests") == 2);
}

TEST_CASE("shard: a ClusterIssuer serves all, and one shard alone writes its status", "[shard]") {
  Scene scene;
  const Shard owner{Shard{0, 2}.owns("") ? 0U : 1U, 2};
  const Shard guest{1 - owner.index, 2};
  scene.options.cluster_resource_namespace = owned_name(owner);
  scene.add_ca(scene.options.cluster_resource_namespace);
  scene.apply(api::kClusterIssuers, [] {
    auto made = issuer("", "everywhere", {{"ca", {{"secretName", "ca"}}}});
    made["kind"] = "ClusterIssuer";
    return made;
  }());
  const std::string ns = owned_name(guest);
  scene.apply(api::kCertificates,
              certificate(ns, "web", {{"issuerRef", {{"name", "everywhere"}, {"kind", "ClusterIssuer"}}}}));
  const auto away = started(scene, guest);
  Scene::settle(*away);
  CHECK(ready(scene.read(api::kClusterIssuers, "", "everywhere")) == "none");
  Scene::settle(*started(scene, owner));
  CHECK(ready(scene.read(api::kClusterIssuers, "", "everywhere")) == "True/KeyPairVerified");
  scene.kube.forget_writes();
  Scene::settle(*away);
  CHECK(what_is_wrong(scene, ns, "web", 1).empty());
  for (const auto& write : scene.kube.writes()) CHECK(write.key.name_space == ns);
}
