// Chains of causes (tests/data/controller/why.json): what stands in the way at the far end is told by the
// Ready condition of the Certificate at the near one.
#include <fstream>

#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only
using Catch::Matchers::Contains;
using std::chrono::seconds;

const kube::Resource& resource_of(const std::string& kind) {
  if (kind == "Secret") return api::kSecrets;
  if (kind == "Issuer") return api::kIssuers;
  if (kind == "ClusterIssuer") return api::kClusterIssuers;
  if (kind == "Certificate") return api::kCertificates;
  REQUIRE(kind == "CertificateRequest");
  return api::kCertificateRequests;
}

// With a status: that of an object that is there already.
void apply_all(Scene& scene, const kube::Json& objects) {
  for (const auto& object : objects) {
    const auto& resource = resource_of(object["kind"]);
    const auto& metadata = object["metadata"];
    if (!object.contains("status")) {
      scene.apply(resource, object);
      continue;
    }
    REQUIRE(scene.kube.merge_patch(resource, {metadata["namespace"], metadata["name"]}, kube::Part::Status,
                                   {{"status", object["status"]}}));
  }
}

void play(Scene& scene, const kube::Json& row) {
  if (row.contains("controllers")) {
    scene.options.controllers = row["controllers"].get<std::vector<std::string>>();
  }
  apply_all(scene, row["objects"]);
  const auto machine = scene.controller();
  const auto wait = [&](const char* member) {
    scene.clock.advance(seconds(row.value(member, 0)));
    Scene::settle(*machine);
  };
  Scene::settle(*machine);
  for (const auto& [objects, pause] : {std::pair("then", "then_after"), std::pair("then_again", "after")}) {
    if (row.contains(objects)) apply_all(scene, row[objects]);
    Scene::settle(*machine);
    wait(pause);
  }
}

kube::Json web(const Scene& scene) { return scene.read(api::kCertificates, "shop", "web"); }

}  // namespace

TEST_CASE("the Ready condition of a Certificate names the cause at the far end of the chain",
          "[controller][why]") {
  std::ifstream file(CW_TEST_DATA "/controller/why.json");
  for (const auto& row : kube::Json::parse(file)) {
    Scene scene;
    play(scene, row);
    INFO(row["what"].get<std::string>());
    CHECK(ready(web(scene)).substr(0, 6) == "False/");
    for (const std::string word : row["words"]) CHECK_THAT(ready_message(web(scene)), Contains(word));
    for (const std::string word : row.value("issuing", kube::Json::array())) {
      CHECK_THAT(condition(web(scene), "Issuing")["message"].get<std::string>(), Contains(word));
    }
    CHECK(condition(web(scene), "Ready")["observedGeneration"] == web(scene)["metadata"]["generation"]);
    // Told once: a controller that looks again has nothing to add.
    scene.kube.forget_writes();
    scene.settle();
    const auto told = ready_message(web(scene));
    scene.kube.forget_writes();
    scene.settle();
    CHECK(ready_message(web(scene)) == told);
    CHECK(scene.kube.writes().empty());
  }
}

TEST_CASE("why: an API server that refuses the request is quoted, until it takes it", "[controller][why]") {
  Scene scene;
  scene.apply(api::kIssuers, issuer("shop", "ca", {{"selfSigned", kube::Json::object()}}));
  scene.apply(api::kCertificates, certificate("shop", "web"));
  bool refuses = true;
  scene.kube.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    if (!refuses || call.verb != contract::Verb::Create || call.plural != "certificaterequests") {
      return std::nullopt;
    }
    return Error{Code::Forbidden, "exceeded quota: requests"};
  });
  const auto machine = scene.controller();
  Scene::settle(*machine);
  for (int i = 0; i < 5; ++i) {
    scene.clock.advance(seconds(30));
    Scene::settle(*machine);
  }
  CHECK_THAT(ready_message(web(scene)),
             Contains("Secret \"web-tls\" does not exist") && Contains("exceeded quota: requests"));
  scene.kube.forget_writes();
  scene.clock.advance(seconds(30));
  Scene::settle(*machine);
  CHECK(scene.kube.writes().empty());

  refuses = false;
  scene.clock.advance(seconds(30));
  Scene::settle(*machine);
  CHECK(what_is_wrong(scene, "shop", "web", 1).empty());
}
