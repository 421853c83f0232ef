#include "lib/api/packed.h"

#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace {

using namespace cw;  // tests only

// What upstream left behind, with every kind of field.
kube::Json swap_objects(const std::string& kind) {
  std::ifstream file(CW_TEST_DATA "/controller/swap.json");
  kube::Json found = kube::Json::array();
  const auto list = kube::Json::parse(file);
  for (const auto& item : list["items"]) {
    if (item["kind"] == kind) found.push_back(item);
  }
  return found;
}

constexpr Result<api::Certificate> (*kCertificate)(const kube::Json&) = api::decode_certificate;
constexpr Result<api::CertificateRequest> (*kRequest)(const kube::Json&) = api::decode_certificate_request;

}  // namespace

TEST_CASE("packed: a Certificate comes back whole", "[api]") {
  const auto all = swap_objects("Certificate");
  REQUIRE(all.size() > 5);
  for (const auto& json : all) {
    const auto before = kCertificate(json);
    REQUIRE(before);
    const auto after = api::unpack_certificate(api::pack(*before));
    REQUIRE(after);
    CHECK(api::encode(*after) == api::encode(*before));  // absent and empty are one
  }
}

TEST_CASE("packed: a request that waits comes back whole, an answered one without its answer", "[api]") {
  for (const auto& json : swap_objects("CertificateRequest")) {
    auto before = *kRequest(json);
    before.metadata.annotations.set("team.example.com/x", "y");
    auto after = *api::unpack_certificate_request(api::pack(before));
    CHECK_FALSE(before.status.certificate.empty());
    CHECK(after.status.certificate.empty());
    CHECK(after.status.ca.empty());
    CHECK(after.spec.request == before.spec.request);
    CHECK(after.spec.issuer_ref == before.spec.issuer_ref);
    CHECK(after.status.conditions == before.status.conditions);
    CHECK(after.metadata.owner_references == before.metadata.owner_references);
    CHECK(after.metadata.annotations.get("cert-manager.io/certificate-revision") ==
          before.metadata.annotations.get("cert-manager.io/certificate-revision"));
    CHECK_FALSE(after.metadata.annotations.contains("team.example.com/x"));
    before.status = {};
    after = *api::unpack_certificate_request(api::pack(before));
    CHECK(api::encode(after) == api::encode(before));
  }
}

TEST_CASE("packed: what is no packed object is an error", "[api]") {
  CHECK_FALSE(api::unpack_certificate(""));
  CHECK_FALSE(api::unpack_certificate("[1"));
  CHECK_FALSE(api::unpack_certificate_request("null"));
}
