// The solver in a cluster: what it makes is found again, mended, taken over and taken away, wherever it dies.
#include "tests/contract/faulty_writer.h"
#include "tests/unit/controller_acme/http01_cluster_scene.h"

using namespace cw;
using namespace cw::controller::acme;
using namespace cw::controller::acme::tests;
using namespace cw::controller::acme::tests::http01;
using contract::FaultyWriter;

namespace {

FaultyWriter::Choose dies_at(std::size_t n, FaultyWriter::Fault fault) {
  return [=](std::size_t number) {
    if (number < n) return FaultyWriter::Fault::None;
    return number == n ? fault : FaultyWriter::Fault::Before;
  };
}

}  // namespace

TEST_CASE("a Pod, a Service and the way there are made once, however often it is asked for") {
  for (const Json& http01 : {kIngress, kByName, kRoute}) {
    INFO(http01);
    ClusterScene scene;
    if (http01 == kByName) scene.add_shop();
    const auto challenge = challenge_with(http01);
    scene.present(challenge);
    scene.check_complete(challenge);
    scene.kube.forget_writes();
    scene.present(challenge);
    REQUIRE(scene.solver().check(challenge, {}));
    CHECK(scene.kube.writes().empty());
    REQUIRE(scene.solver().clean_up(challenge, {}));
    scene.check_clean();
    scene.kube.forget_writes();
    REQUIRE(scene.solver().clean_up(challenge, {}));
    CHECK(scene.kube.writes().empty());
  }
}

TEST_CASE(
    "killed at any write, before or after it, it ends with one of each, and nothing after the clean-up") {
  for (const Json& http01 : {kIngress, kByName, kRoute}) {
    for (const auto fault : {FaultyWriter::Fault::Before, FaultyWriter::Fault::After}) {
      std::size_t n = 1;
      for (bool reached = true; reached; ++n) {
        INFO(http01 << " fault at write " << n);
        ClusterScene scene;
        if (http01 == kByName) scene.add_shop();
        const auto challenge = challenge_with(http01);
        FaultyWriter writer(scene.kube, dies_at(n, fault), Code::Unavailable);
        const auto presented = scene.solver(&writer).present(challenge, {});
        reached = writer.writes() >= n;
        CHECK(presented.has_value() != reached);
        scene.present(challenge);
        scene.check_complete(challenge);
        FaultyWriter dying(scene.kube, dies_at(n, fault), Code::Unavailable);
        static_cast<void>(scene.solver(&dying).clean_up(challenge, {}));
        REQUIRE(scene.solver().clean_up(challenge, {}));
        scene.check_clean();
      }
      CHECK(n == 5);  // three writes, and one that is not reached
    }
  }
}

TEST_CASE("what is deleted by hand comes back with the next look") {
  for (const Json& http01 : {kIngress, kRoute}) {
    const auto challenge = challenge_with(http01);
    for (const auto* resource :
         {&api::kPods, &api::kServices, http01 == kRoute ? &api::kHttpRoutes : &api::kIngresses}) {
      INFO(resource->kind);
      ClusterScene scene;
      scene.present(challenge);
      const Json object = scene.only(*resource);
      REQUIRE(scene.kube.remove(*resource, {"mesh", kube::metadata_text(object, "name")}));
      REQUIRE(scene.solver().check(challenge, {}));
      scene.check_complete(challenge);
    }
  }
}

TEST_CASE("a Pod that was evicted, or has other arguments, is made anew") {
  const auto challenge = challenge_with(kIngress);
  ClusterScene scene;
  scene.present(challenge);
  scene.change(api::kPods, [](Json& pod) { pod["status"]["phase"] = "Failed"; });
  REQUIRE(scene.solver().check(challenge, {}));
  scene.check_complete(challenge);
  scene.change(api::kPods, [](Json& pod) { pod["spec"]["containers"][0]["args"][3] = "--key=x"; });
  REQUIRE(scene.solver().check(challenge, {}));
  scene.check_complete(challenge);
}

TEST_CASE("a Service, an Ingress and an HTTPRoute that were changed are as they should be again") {
  for (const Json& http01 : {kIngress, kRoute}) {
    const auto challenge = challenge_with(http01);
    ClusterScene scene;
    scene.present(challenge);
    scene.change(api::kServices, [](Json& service) { service["spec"]["selector"] = {{"app", "x"}}; });
    REQUIRE(scene.solver().check(challenge, {}));
    scene.check_complete(challenge);
    const auto& way = http01 == kRoute ? api::kHttpRoutes : api::kIngresses;
    const std::string uid = kube::metadata_text(scene.only(way), "uid");
    scene.change(way, [](Json& object) {
      object["spec"]["rules"] = Json::array();
      object["metadata"]["annotations"]["theirs"] = "1";
    });
    REQUIRE(scene.solver().check(challenge, {}));
    scene.check_complete(challenge);
    CHECK(kube::metadata_text(scene.only(way), "uid") == uid);
    CHECK(scene.only(way)["metadata"]["annotations"]["theirs"] == "1");
  }
}

TEST_CASE("what is on its way out is not waited for, and does not block its successor by its name") {
  const auto challenge = challenge_with(kIngress);
  ClusterScene scene;
  scene.present(challenge);
  scene.change(api::kPods, [](Json& pod) { pod["metadata"]["finalizers"] = {"test/slow"}; });
  const Json first = scene.only(api::kPods);
  REQUIRE(scene.kube.remove(api::kPods, {"mesh", kube::metadata_text(first, "name")}));
  scene.present(challenge);
  CHECK(scene.list(api::kPods).size() == 2);
  scene.kube.forget_writes();
  scene.present(challenge);
  CHECK(scene.kube.writes().empty());
}

TEST_CASE("what cert-manager has made under names of its own is taken over, and of two one goes") {
  const auto challenge = challenge_with(kIngress);
  const auto target = target_of(challenge);
  ClusterScene scene;
  for (const char* name : {"cm-acme-http-solver-abcde", "cm-acme-http-solver-fghij"}) {
    REQUIRE(scene.kube.create(api::kPods, solver_pod(target, scene.options, name)));
    REQUIRE(scene.kube.create(api::kServices, solver_service(target, scene.options, name)));
    REQUIRE(scene.kube.create(api::kIngresses, solver_ingress(target, scene.options, name, name)));
  }
  scene.present(challenge);
  scene.check_complete(challenge);
  CHECK(kube::metadata_text(scene.only(api::kPods), "name") == "cm-acme-http-solver-abcde");
}

TEST_CASE("objects of another challenge with the same labels are left alone") {
  const auto challenge = challenge_with(kIngress);
  auto other = challenge;
  other.metadata.uid = "c-2";
  other.metadata.name = "other";
  ClusterScene scene;
  scene.present(other);
  scene.present(challenge);
  CHECK(scene.list(api::kPods).size() == 2);
  REQUIRE(scene.solver().clean_up(challenge, {}));
  scene.check_complete(other);
}

TEST_CASE("an object of ours that has lost its labels is made anew; a stranger's with its name is an error") {
  const auto challenge = challenge_with(kIngress);
  ClusterScene scene;
  scene.present(challenge);
  scene.change(api::kPods, [](Json& pod) { pod["metadata"]["labels"] = Json::object(); });
  CHECK_FALSE(scene.solver().present(challenge, {}));
  scene.present(challenge);
  scene.check_complete(challenge);
  scene.change(api::kPods, [](Json& pod) { pod["metadata"]["ownerReferences"] = Json::array(); });
  const auto refused = scene.solver().present(challenge, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::AlreadyExists);
  CHECK(scene.list(api::kPods).size() == 1);
}

TEST_CASE("what another controller has made a moment before, under the same name, is taken as it is") {
  const auto challenge = challenge_with(kIngress);
  ClusterScene scene;
  bool is_first = true;
  scene.kube.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    if (call.verb != contract::Verb::Create || call.plural != "pods" || !is_first) return {};
    is_first = false;
    Json theirs = solver_pod(target_of(challenge), scene.options, call.key.name);
    theirs["spec"]["tolerations"] = Json::array({{{"key", "set-by-the-server"}}});
    REQUIRE(scene.kube.create(api::kPods, theirs));
    return {};
  });
  scene.present(challenge);
  scene.check_complete(challenge);
  CHECK(scene.only(api::kPods)["spec"].contains("tolerations"));
}
