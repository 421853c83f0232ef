#include "tests/unit/controller/upstream.h"

#include <fstream>
#include <map>

#include "lib/api/resources.h"

namespace cw::controller::tests {
namespace {

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
  CW_ASSERT(stored.has_value());
  return *stored;
}

void store_status(Scene& scene, const kube::Json& item) {
  if (!item.contains("status")) return;
  kube::Json patch = {{"status", item["status"]}};
  for (auto& condition : patch["status"]["conditions"]) {
    if (condition.contains("observedGeneration")) condition["observedGeneration"] = 1;
  }
  const auto& metadata = item["metadata"];
  const auto stored = scene.kube.merge_patch(
      resource_of(item["kind"]), {metadata["namespace"], metadata["name"]}, kube::Part::Status, patch);
  CW_ASSERT(stored.has_value());
}

}  // namespace

void load_upstream(Scene& scene, const std::function<bool(kube::Json& object)>& keep) {
  std::ifstream file(CW_TEST_DATA "/controller/swap.json");
  auto items = kube::Json::parse(file)["items"];
  std::map<std::string, std::string> uids;
  for (const char* kind : {"Secret", "Issuer", "Certificate", "CertificateRequest"}) {
    for (auto& item : items) {
      if (item["kind"] != kind || (keep && !keep(item))) continue;
      auto& metadata = item["metadata"];
      const auto old_uid = metadata["uid"].get<std::string>();
      metadata.erase("resourceVersion");
      metadata.erase("managedFields");
      for (auto& owner : metadata.value("ownerReferences", kube::Json::array())) {
        metadata["ownerReferences"][0]["uid"] = uids[owner["uid"]];
      }
      const auto stored = was_applied(item) ? server_side(scene, item) : scene.apply(resource_of(kind), item);
      uids[old_uid] = stored["metadata"]["uid"];
      store_status(scene, item);
    }
  }
}

}  // namespace cw::controller::tests
