// The solver in a cluster where others write too, where rights are missing and where nobody answers.
#include "tests/unit/controller_acme/http01_cluster_scene.h"

using namespace cw;
using namespace cw::controller::acme;
using namespace cw::controller::acme::tests;
using namespace cw::controller::acme::tests::http01;

TEST_CASE(
    "a named Ingress that others change at the same time is edited again; one that is not there is told") {
  const auto challenge = challenge_with(kByName);
  ClusterScene scene;
  const auto missing = scene.solver().present(challenge, {});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.starts_with("spec.solver.http01.ingress.name: Ingress shop"));
  scene.add_shop();
  int conflicts = 3;
  scene.kube.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    if (call.plural != "ingresses" || call.verb != contract::Verb::Update || conflicts-- <= 0) return {};
    return Error{Code::Conflict, "changed"};
  });
  scene.present(challenge);
  scene.check_complete(challenge);
  REQUIRE(scene.kube.remove(api::kIngresses, {"mesh", "shop"}));
  CHECK(scene.solver().clean_up(challenge, {}));
}

TEST_CASE("a clean-up tries everything and tells all that failed") {
  const auto challenge = challenge_with(kIngress);
  ClusterScene scene;
  scene.present(challenge);
  scene.kube.fail_when([](const contract::Call& call) -> std::optional<Error> {
    if (call.verb != contract::Verb::Delete || call.plural == "ingresses") return {};
    return Error{Code::Forbidden, "no right to delete " + call.plural};
  });
  const auto cleaned = scene.solver().clean_up(challenge, {});
  REQUIRE_FALSE(cleaned);
  CHECK(cleaned.error().message.find("no right to delete pods") != std::string::npos);
  CHECK(cleaned.error().message.find("no right to delete services") != std::string::npos);
  CHECK(scene.list(api::kIngresses).empty());
}

TEST_CASE("a clean-up needs no solver that could work") {
  ClusterScene scene;
  auto challenge = challenge_with(kRoute);
  scene.present(challenge);
  scene.options.gateway_api = false;
  REQUIRE(scene.solver().clean_up(challenge, {}));
  scene.check_clean();
}

TEST_CASE("a check that fails tells of the Pod and of what was seen, and looks again ever later") {
  auto challenge = challenge_with(kIngress);
  ClusterScene scene;
  const auto seen = scene.solver().check(challenge, {});
  REQUIRE(seen);
  CHECK_FALSE(seen->visible);
  CHECK(seen->reason.find("its phase is Pending; http://www.example.com/.well-known/acme-challenge/-token_1: "
                          "nobody answers") != std::string::npos);
  CHECK(seen->look_again == std::chrono::seconds(1));
  challenge.status.presented_at = kStart - std::chrono::seconds(20);
  CHECK(scene.solver().check(challenge, {})->look_again == std::chrono::seconds(5));
  challenge.status.presented_at = kStart - std::chrono::hours(20);
  CHECK(scene.solver().check(challenge, {})->look_again == std::chrono::seconds(10));
}

TEST_CASE("one right answer is enough") {
  const auto challenge = challenge_with(kIngress);
  ClusterScene scene;
  OneAnswer right(http::ClientResponse{.status = 200, .body = challenge.spec.key});
  const SelfCheck self_check(right);
  Http01ClusterSolver solver(scene.kube, scene.kube, self_check, scene.clock, scene.options);
  CHECK(solver.check(challenge, {})->visible);
}
