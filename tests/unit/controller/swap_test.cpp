// Objects that cert-manager itself left behind (tests/data/controller/swap.json) are taken over as they are.
#include <fstream>

#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only

const kube::Resource& resource_of(const std::string& kind) {
  if (kind == "Secret") return api::kSecrets;
  if (kind == "Issuer") return api::kIssuers;
  if (kind == "Certificate") return api::kCertificates;
  return api::kCertificateRequests;
}

// Upstream applies its Secrets, under this name.
const std::string kManager = "cert-manager-certificates-issuing";

bool was_applied(const kube::Json& item) {
  return item["kind"] == "Secret" && item["metadata"]
                                         .value("annotations", kube::Json::object())
                                         .contains("cert-manager.io/certificate-name");
}

kube::Json server_side(Scene& scene, kube::Json object) {
  for (const char* name : {"uid", "creationTimestamp", "generation"}) object["metadata"].erase(name);
  const auto stored = scene.kube.apply(api::kSecrets, object, {.field_manager = kManager});
  REQUIRE(stored);
  return *stored;
}

// As an API server would hold them: with new uids, which owners follow.
void load(Scene& scene) {
  std::ifstream file(CW_TEST_DATA "/controller/swap.json");
  auto items = kube::Json::parse(file)["items"];
  std::map<std::string, std::string> uids;
  for (const char* kind : {"Secret", "Issuer", "Certificate", "CertificateRequest"}) {
    for (auto& item : items) {
      if (item["kind"] != kind) continue;
      auto& metadata = item["metadata"];
      const auto old_uid = metadata["uid"].get<std::string>();
      const kube::Json status = item.value("status", kube::Json());
      metadata.erase("resourceVersion");
      metadata.erase("managedFields");
      for (auto& owner : metadata.value("ownerReferences", kube::Json::array())) {
        metadata["ownerReferences"][0]["uid"] = uids[owner["uid"]];
      }
      const auto stored = was_applied(item) ? server_side(scene, item) : scene.apply(resource_of(kind), item);
      uids[old_uid] = stored["metadata"]["uid"];
      if (status.is_null()) continue;
      kube::Json patch = {{"status", status}};
      for (auto& condition : patch["status"]["conditions"]) {
        if (condition.contains("observedGeneration")) condition["observedGeneration"] = 1;
      }
      REQUIRE(scene.kube.merge_patch(resource_of(kind), {metadata["namespace"], metadata["name"]},
                                     kube::Part::Status, patch));
    }
  }
}

}  // namespace

TEST_CASE("what upstream issued is taken over without a single write", "[controller][swap]") {
  Scene scene;
  scene.clock.advance(std::chrono::hours(24 * 330));
  load(scene);
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
  load(scene);
  REQUIRE(scene.kube.merge_patch(api::kCertificates, {"swap10", "plain"}, kube::Part::Object,
                                 {{"spec", {{"dnsNames", {"changed.example.com"}}}}}));
  scene.settle();
  CHECK(what_is_wrong(scene, "swap10", "plain", 3).empty());
}
