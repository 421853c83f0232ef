// Objects that cert-manager itself left behind (tests/data/controller/swap.json) are taken over as they are.
#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/unit/controller/upstream.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only

}  // namespace

TEST_CASE("what upstream issued is taken over without a single write", "[controller][swap]") {
  Scene scene;
  scene.clock.advance(std::chrono::hours(24 * 330));
  load_upstream(scene);
  scene.kube.forget_writes();
  scene.settle();
  for (const auto& call : scene.kube.writes()) {
    UNSCOPED_INFO(call.plural << " " << call.key.name);
  }
  CHECK(scene.kube.writes().empty());
  for (const auto& certificate : scene.list(api::kCertificates)) {
    INFO(certificate["metadata"]["name"]);
    CHECK(ready(certificate) == "True/Ready");
  }
}

TEST_CASE("what upstream issued is issued anew by us when its spec changes", "[controller][swap]") {
  Scene scene;
  scene.clock.advance(std::chrono::hours(24 * 330));
  load_upstream(scene);
  REQUIRE(scene.kube.merge_patch(api::kCertificates, {"swap10", "plain"}, kube::Part::Object,
                                 {{"spec", {{"dnsNames", {"changed.example.com"}}}}}));
  scene.settle();
  CHECK(what_is_wrong(scene, "swap10", "plain", 3).empty());
}

TEST_CASE("the end of an issuance as upstream's server-side apply leaves it stays as it is",
          "[controller][swap]") {
  Scene scene;
  scene.clock.advance(std::chrono::hours(24 * 330));
  load_upstream(scene, [](kube::Json& object) {
    if (object["kind"] != "Certificate") return true;
    object["status"]["conditions"].push_back({{"type", "Issuing"},
                                              {"status", "False"},
                                              {"reason", "Issued"},
                                              {"message", "The certificate has been successfully issued"},
                                              {"lastTransitionTime", "2026-11-24T07:32:55Z"},
                                              {"observedGeneration", 1}});
    return true;
  });
  scene.kube.forget_writes();
  scene.settle();
  CHECK(scene.kube.writes().empty());
  for (const auto& certificate : scene.list(api::kCertificates)) {
    INFO(certificate["metadata"]["name"]);
    CHECK(ready(certificate) == "True/Ready");
  }
}
