// The serving certificate: the CA in its Secret, leaves under it, files.
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "lib/base/encoding.h"
#include "tests/unit/webhook/fake_kube.h"
#include "webhook/serving_certificate.h"

using namespace cw;  // tests only
using kube::Json;

namespace {

const TimePoint kNow{std::chrono::seconds(1'700'000'000)};
const kube::ObjectKey kKey{"cert-manager", "webhook-ca"};

class FreshKeys final : public pki::KeyMaker {
 public:
  int made = 0;
  Result<pki::PrivateKey> make_key(const pki::KeySpec& spec) override {
    ++made;
    return pki::PrivateKey::generate(spec);
  }
};

struct Setup {
  test::FakeKube api;
  ManualClock clock{kNow};
  FreshKeys keys;
  webhook::ServingAuthority authority() { return {{.key = kKey}, api, api, keys, clock}; }
  std::string stored(const std::string& key) { return api.secrets.at(kKey)["data"][key].get<std::string>(); }
};

}  // namespace

TEST_CASE("authority: a missing Secret is made, with its label and annotation", "[webhook][serving]") {
  Setup setup;
  auto authority = setup.authority();
  const auto pair = authority.ensure();
  REQUIRE(pair);
  CHECK(pair->certificate.is_ca());
  CHECK(pair->certificate.common_name() == "cert-manager-webhook-ca");
  const Json& secret = setup.api.secrets.at(kKey);
  CHECK(secret["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "cert-manager-webhook");
  CHECK(secret["metadata"]["annotations"]["cert-manager.io/allow-direct-injection"] == "true");
  CHECK(setup.stored("ca.crt") == setup.stored("tls.crt"));
}

TEST_CASE("authority: what is stored is adopted by every replica", "[webhook][serving]") {
  Setup setup;
  auto one = setup.authority();
  auto other = setup.authority();
  const auto first = one.ensure();
  const auto second = other.ensure();
  REQUIRE((first && second));
  CHECK(first->certificate == second->certificate);
}

TEST_CASE(
    "authority: a pair that is broken or two thirds old is made anew, everything else in the Secret stays",
    "[webhook][serving]") {
  Setup setup;
  auto authority = setup.authority();
  REQUIRE(authority.ensure());
  const std::string before = setup.stored("tls.crt");
  SECTION("ca.crt differs") { setup.api.secrets[kKey]["data"]["ca.crt"] = encode_base64("x"); }
  SECTION("key missing") { setup.api.secrets[kKey]["data"].erase("tls.key"); }
  SECTION("no data at all") { setup.api.secrets[kKey].erase("data"); }
  SECTION("old") { setup.clock.advance(std::chrono::hours(24 * 245)); }
  setup.api.secrets[kKey]["metadata"]["labels"]["mine"] = "kept";
  setup.api.secrets[kKey]["data"]["other"] = "eA==";
  REQUIRE(authority.ensure());
  CHECK(setup.stored("tls.crt") != before);
  CHECK(setup.stored("other") == "eA==");
  CHECK(setup.api.secrets[kKey]["metadata"]["labels"]["mine"] == "kept");
}

TEST_CASE("authority: a lost race is an error that the next try mends", "[webhook][serving]") {
  Setup setup;
  auto authority = setup.authority();
  REQUIRE(authority.ensure());
  setup.clock.advance(std::chrono::hours(24 * 300));
  setup.api.failures = {Code::Conflict};
  const auto lost = authority.ensure();
  REQUIRE_FALSE(lost);
  CHECK(lost.error().code == Code::Conflict);
  CHECK(authority.ensure());
}

TEST_CASE(
    "serving certificate: a leaf is made at once, again after two thirds of its life, and when the CA "
    "changes",
    "[webhook][serving]") {
  Setup setup;
  const auto identity = http::TlsIdentity::empty();
  const auto certificate = webhook::certificate_from_authority(
      {{"webhook.ns.svc"}, std::chrono::hours(168)}, setup.authority(), setup.keys, setup.clock, identity);
  CHECK_FALSE(identity->has_certificate());
  REQUIRE(certificate->refresh());
  CHECK(identity->has_certificate());
  CHECK(setup.keys.made == 2);  // the CA's and the leaf's
  REQUIRE(certificate->refresh());
  setup.clock.advance(std::chrono::hours(111));
  REQUIRE(certificate->refresh());
  CHECK(setup.keys.made == 2);
  setup.clock.advance(std::chrono::hours(2));
  REQUIRE(certificate->refresh());
  CHECK(setup.keys.made == 3);
  setup.api.secrets.clear();
  REQUIRE(certificate->refresh());
  CHECK(setup.keys.made == 5);
}

TEST_CASE("serving certificate: files that do not load leave the pair in use", "[webhook][serving]") {
  Setup setup;
  auto authority = setup.authority();
  const auto pair = authority.ensure();
  REQUIRE(pair);
  const auto folder =
      std::filesystem::temp_directory_path() / ("webhook-serving-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const webhook::CertificateFiles files{(folder / "tls.crt").string(), (folder / "tls.key").string()};
  const auto identity = http::TlsIdentity::empty();
  const auto certificate = webhook::certificate_from_files(files, identity);
  CHECK_FALSE(certificate->refresh());
  const auto key = pair->key_pem();
  std::ofstream(files.certificate) << pair->certificate_pem();
  std::ofstream(files.private_key) << key->reveal();
  CHECK(certificate->refresh());
  CHECK(identity->has_certificate());
  std::ofstream(files.private_key) << "broken";
  CHECK_FALSE(certificate->refresh());
  CHECK(identity->has_certificate());
  std::filesystem::remove_all(folder);
}
