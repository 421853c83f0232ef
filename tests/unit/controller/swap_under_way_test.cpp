// cert-manager was stopped in the middle of an issuance: what it had begun is finished with its own key and
// its own request. Its objects are those of upstream.h, with what was not there yet taken away again.
#include <catch2/catch.hpp>

#include "controller/certificates/temporary.h"
#include "lib/api/certificate_request.h"
#include "lib/api/resources.h"
#include "lib/base/encoding.h"
#include "lib/pki/certificate.h"
#include "lib/pki/csr.h"
#include "lib/pki/private_key.h"
#include "tests/unit/controller/upstream.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const std::string kName = "ecdsa";
const std::string kRequest = "ecdsa-1";
const std::string kTargetSecret = "ecdsa";
const std::string kKeySecret = "ecdsa-hsmxs";  // as the request's annotation has it
constexpr const char* kBegun = "2026-11-24T07:32:49Z";
const TimePoint kSwapped = kStart + hours(24 * 330);  // 2026-11-28T03:04:05Z

bool is(const kube::Json& object, const char* kind, const std::string& name) {
  return object["kind"] == kind && object["metadata"]["name"] == name;
}

kube::Json state(const char* type, const char* status, const char* reason) {
  return {{"type", type},     {"status", status},        {"reason", reason},
          {"message", "why"}, {"observedGeneration", 1}, {"lastTransitionTime", kBegun}};
}

std::string spki_of(const std::string& key_pem) {
  const auto key = pki::PrivateKey::parse_pem(key_pem);
  CW_ASSERT(key.has_value());
  return key->public_key().spki_der();
}

// The first issuance of one Certificate, until the moment that each test chooses.
struct UnderWay {
  Scene scene;
  std::string key_pem;  // the one in use then
  bool names_key = true;
  bool has_key = true;
  bool has_request = true;
  std::function<void(kube::Json& status)> on_request = [](kube::Json&) {};
  std::function<void(kube::Json& status)> on_certificate = [](kube::Json&) {};
  // False: not stored yet.
  std::function<bool(kube::Json& secret)> on_secret = [](kube::Json&) { return false; };

  void stop_upstream() {
    // Long enough ago, or else the issuer's CA would be news to a Certificate that waits.
    scene.clock.advance(kSwapped - kStart - hours(24));
    load_upstream(scene, [this](kube::Json& object) { return unwind(object); });
    if (has_key) store_next_key();
    scene.clock.advance(hours(24));
    scene.kube.forget_writes();
  }

  bool unwind(kube::Json& object) {
    if (is(object, "Secret", kTargetSecret)) {
      key_pem = secret_value(object, "tls.key");
      return on_secret(object);
    }
    if (is(object, "CertificateRequest", kRequest)) {
      on_request(object["status"]);
      if (object["status"].empty()) object.erase("status");
      return has_request;
    }
    if (is(object, "Certificate", kName)) {
      object["status"] = {
          {"conditions",
           {state("Issuing", "True", "DoesNotExist"), state("Ready", "False", "DoesNotExist")}}};
      if (names_key) object["status"]["nextPrivateKeySecretName"] = kKeySecret;
      on_certificate(object["status"]);
    }
    return true;
  }

  void store_next_key() {
    const auto pem = pki::PrivateKey::parse_pem(key_pem)->to_pem(pki::KeyEncoding::Pkcs8);
    const auto uid = scene.read(api::kCertificates, kUpstreamNamespace, kName)["metadata"]["uid"];
    scene.apply(
        api::kSecrets,
        {{"type", "Opaque"},
         {"metadata",
          {{"namespace", kUpstreamNamespace},
           {"name", kKeySecret},
           {"labels",
            {{"cert-manager.io/next-private-key", "true"}, {"controller.cert-manager.io/fao", "true"}}},
           {"ownerReferences",
            {{{"apiVersion", "cert-manager.io/v1"},
              {"kind", "Certificate"},
              {"name", kName},
              {"uid", uid},
              {"controller", true},
              {"blockOwnerDeletion", true}}}}}},
         {"data", {{"tls.key", encode_base64(std::string(pem->reveal()))}}}});
  }

  kube::Json secret() const { return scene.read(api::kSecrets, kUpstreamNamespace, kTargetSecret); }
  std::string request_uid() const {
    const auto request = scene.read(api::kCertificateRequests, kUpstreamNamespace, kRequest);
    return request.is_null() ? "none" : request["metadata"]["uid"].get<std::string>();
  }
  std::string problem() const { return what_is_wrong(scene, kUpstreamNamespace, kName, 1); }
  bool has_upstreams_key() const { return spki_of(secret_value(secret(), "tls.key")) == spki_of(key_pem); }
};

void without_answer(kube::Json& status) {
  status.erase("certificate");
  status.erase("ca");
  status["conditions"].erase(1);  // Ready
}

}  // namespace

TEST_CASE("an issuance that upstream began is finished with its key and its request", "[controller][swap]") {
  UnderWay upstream;
  SECTION("issued, not stored yet") {}
  SECTION("approved") { upstream.on_request = without_answer; }
  SECTION("not looked at yet") {
    upstream.on_request = [](kube::Json& status) { status.clear(); };
  }
  upstream.stop_upstream();
  const auto uid = upstream.request_uid();
  upstream.scene.settle();
  CHECK(upstream.problem() == "");
  CHECK(upstream.request_uid() == uid);
  CHECK(upstream.has_upstreams_key());
  CHECK(upstream.scene.creates_of("certificaterequests") == 0);
  CHECK(upstream.scene.creates_of("secrets") == 0);
}

TEST_CASE("a key that upstream prepared is used for the request it had not made yet", "[controller][swap]") {
  UnderWay upstream;
  upstream.has_request = false;
  SECTION("its status names the key") {}
  SECTION("its status does not yet") { upstream.names_key = false; }
  upstream.stop_upstream();
  upstream.scene.settle();
  CHECK(upstream.problem() == "");
  CHECK(upstream.has_upstreams_key());
  CHECK(upstream.scene.creates_of("certificaterequests") == 1);
  CHECK(upstream.scene.creates_of("secrets") == 0);
}

TEST_CASE("of an issuance that upstream had only decided on all is made once", "[controller][swap]") {
  UnderWay upstream;
  upstream.has_request = upstream.has_key = false;
  SECTION("no key is promised") { upstream.names_key = false; }
  SECTION("a key is promised that is not there") {}
  upstream.stop_upstream();
  upstream.scene.settle();
  CHECK(upstream.problem() == "");
  CHECK(upstream.scene.creates_of("certificaterequests") == 1);
  CHECK(upstream.scene.creates_of("secrets") == 1);
}

TEST_CASE("what upstream stored but did not yet tell in the status is not stored again",
          "[controller][swap]") {
  UnderWay upstream;
  upstream.on_secret = [](kube::Json&) { return true; };
  upstream.stop_upstream();
  const auto version = upstream.secret()["metadata"]["resourceVersion"];
  const auto uid = upstream.request_uid();
  upstream.scene.settle();
  CHECK(upstream.problem() == "");
  CHECK(upstream.secret()["metadata"]["resourceVersion"] == version);
  CHECK(upstream.request_uid() == uid);
  for (const auto& call : upstream.scene.kube.writes()) {
    CHECK_FALSE((call.plural == "secrets" && call.key.name == kTargetSecret));
  }
}

TEST_CASE("a back-off that upstream began is waited out, then the failed request makes room",
          "[controller][swap]") {
  UnderWay upstream;
  upstream.has_key = upstream.names_key = false;
  const std::string failed_at = "2026-11-28T02:54:05Z";  // ten minutes ago
  upstream.on_request = [&](kube::Json& status) {
    without_answer(status);
    status["conditions"].push_back(state("Ready", "False", "Failed"));
    status["failureTime"] = failed_at;
  };
  upstream.on_certificate = [&](kube::Json& status) {
    status["conditions"][0] = state("Issuing", "False", "Failed");
    status["lastFailureTime"] = failed_at;
    status["failedIssuanceAttempts"] = 2;  // so two hours
  };
  upstream.stop_upstream();
  const auto uid = upstream.request_uid();
  auto& scene = upstream.scene;
  scene.settle();
  scene.clock.advance(hours(2) - minutes(10) - seconds(1));
  scene.settle();
  CHECK(upstream.request_uid() == uid);
  CHECK(scene.read(api::kCertificates, kUpstreamNamespace, kName)["status"]["failedIssuanceAttempts"] == 2);
  CHECK(scene.creates_of("certificaterequests") == 0);
  scene.clock.advance(seconds(1));
  scene.settle();
  CHECK(upstream.problem() == "");
  CHECK(upstream.request_uid() != uid);
  CHECK(scene.creates_of("certificaterequests") == 1);
}

TEST_CASE("upstream's temporary certificate stays until the issuer answers, then goes",
          "[controller][swap]") {
  UnderWay upstream;
  upstream.on_request = [](kube::Json& status) {
    without_answer(status);
    status["conditions"].push_back(state("Ready", "False", "Pending"));
  };
  upstream.on_certificate = [](kube::Json& status) {
    status["conditions"][1] = state("Ready", "False", "TemporaryCertificate");
  };
  upstream.on_secret = [](kube::Json& secret) {
    pki::SystemKeyMaker keys;
    const auto key = pki::PrivateKey::parse_pem(secret_value(secret, "tls.key"));
    const std::string no_subject("\x30\x00", 2);
    const auto request = pki::Csr::build({.raw_subject = no_subject}, *key);
    CW_ASSERT(request.has_value());
    api::CertificateRequestSpec spec;
    spec.request = kube::Bytes(request->to_pem());
    const auto leaf = controller::certificates::temporary_certificate(spec, keys, kSwapped, {});
    CW_ASSERT(leaf.has_value());
    secret["data"] = {{"tls.key", secret["data"]["tls.key"]}, {"tls.crt", encode_base64(leaf->to_pem())}};
    for (const char* what : {"name", "kind", "group"}) {
      secret["metadata"]["annotations"].erase(std::string("cert-manager.io/issuer-") + what);
    }
    return true;
  };
  upstream.stop_upstream();
  auto& scene = upstream.scene;
  const auto uid = upstream.request_uid();
  const auto version = upstream.secret()["metadata"]["resourceVersion"];
  const auto issuer = scene.read(api::kIssuers, kUpstreamNamespace, "ca");
  REQUIRE(scene.kube.remove(api::kIssuers, {kUpstreamNamespace, "ca"}));
  scene.settle();
  CHECK(ready(scene.read(api::kCertificates, kUpstreamNamespace, kName)) == "False/TemporaryCertificate");
  CHECK(upstream.secret()["metadata"]["resourceVersion"] == version);
  scene.apply(api::kIssuers,
              {{"metadata", {{"namespace", kUpstreamNamespace}, {"name", "ca"}}}, {"spec", issuer["spec"]}});
  scene.settle();
  CHECK(upstream.problem() == "");
  CHECK(upstream.request_uid() == uid);
  CHECK(upstream.has_upstreams_key());
  CHECK(upstream.secret()["metadata"]["annotations"]["cert-manager.io/issuer-name"] == "ca");
  CHECK(scene.creates_of("certificaterequests") == 0);
}
