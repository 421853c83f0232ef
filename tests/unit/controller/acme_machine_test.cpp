// From a Certificate of an ACME issuer to its Secret, and to its renewal when the server says so: the whole
// Machine over an API server and an ACME server in memory.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "controller/acme_world.h"
#include "lib/acme/renewal_info.h"
#include "lib/api/resources.h"
#include "lib/pki/certificate.h"
#include "tests/contract/fake_acme.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only
using contract::AcmeCall;
using std::chrono::hours;

// What is put up is seen at once.
class SeenAtOnce final : public controller::acme::ChallengeSolver {
 public:
  Status present(const api::Challenge& /*challenge*/,
                 const controller::acme::SolverScope& /*scope*/) override {
    ++standing;
    return Done{};
  }
  Result<controller::acme::Visibility> check(const api::Challenge& /*challenge*/,
                                             const controller::acme::SolverScope& /*scope*/) override {
    return controller::acme::Visibility{.visible = true, .reason = {}, .look_again = {}};
  }
  Status clean_up(const api::Challenge& /*challenge*/,
                  const controller::acme::SolverScope& /*scope*/) override {
    --standing;
    return Done{};
  }
  int standing = 0;
};

struct AcmeScene : Scene {
  AcmeScene() {
    world.make_client = [this](
                            const controller::issuers::AcmeEndpoint&,
                            const pki::PrivateKey& key) -> Result<std::unique_ptr<::cw::acme::AcmeClient>> {
      return std::unique_ptr<::cw::acme::AcmeClient>(new contract::FakeAcmeClient(server, key));
    };
    world.http01 = &solver;
    using std::chrono::milliseconds;
    world.pace =
        controller::acme::Pace{.first = milliseconds(0), .last = milliseconds(0), .quiet = milliseconds(0)};
    acme = &world;
    apply(api::kIssuers, issuer("shop", "le",
                                {{"acme",
                                  {{"server", "https://acme.example/directory"},
                                   {"email", "it@example.com"},
                                   {"privateKeySecretRef", {{"name", "le-account"}}},
                                   {"solvers", {{{"http01", {{"ingress", kube::Json::object()}}}}}}}}}));
    apply(api::kCertificates,
          certificate("shop", "web", {{"issuerRef", {{"name", "le"}}}, {"dnsNames", {"web.example.com"}}}));
  }
  // Each time everything is listed anew, as watches would tell of it.
  static void settle_all(controller::Machine& machine) {
    constexpr int kTimes = 4;
    for (int i = 0; i < kTimes; ++i) settle(machine);
  }
  kube::Json web() const { return read(api::kCertificates, "shop", "web"); }
  std::string leaf_id() const {
    const auto pem = secret_value(read(api::kSecrets, "shop", "web-tls"), "tls.crt");
    const auto chain = pki::Certificate::parse_chain(pem);
    REQUIRE(chain);
    const auto id = ::cw::acme::certificate_id(chain->front());
    REQUIRE(id);
    return *id;
  }

  contract::FakeAcme server{clock};
  SeenAtOnce solver;
  controller::AcmeWorld world;
};

}  // namespace

TEST_CASE("a Certificate of an ACME issuer is issued, and nothing of the proof is left", "[acme-machine]") {
  AcmeScene scene;
  const auto machine = scene.controller();
  AcmeScene::settle_all(*machine);
  CHECK(ready(scene.web()) == "True/Ready");
  CHECK(scene.web()["status"]["revision"] == 1);
  CHECK(scene.solver.standing == 0);
  CHECK(scene.list(api::kChallenges).empty());
  CHECK(scene.list(api::kOrders).size() == 1);
  CHECK(scene.server.calls(AcmeCall::NewOrder) == 1);
  const auto info = scene.web()["status"]["acme"]["ari"];
  CHECK(info.contains("suggestedWindow"));
  CHECK(info.contains("nextCheck"));
}

TEST_CASE("a server that wants a certificate renewed now gets one order for it, which names it",
          "[acme-machine]") {
  AcmeScene scene;
  std::string first;
  // Both certificates begin in the same second: what was said of the first must not be held for the second's.
  scene.server.fail_when([&](AcmeCall call) -> std::optional<::cw::acme::Failure> {
    if (call != AcmeCall::GetRenewalInfo || !first.empty()) return std::nullopt;
    first = scene.leaf_id();
    scene.server.set_renewal_info(
        first, {.start = kStart - hours(2), .end = kStart - hours(1), .explanation_url = ""});
    return std::nullopt;
  });
  const auto machine = scene.controller();
  AcmeScene::settle_all(*machine);
  CHECK(scene.web()["status"]["revision"] == 2);
  CHECK(ready(scene.web()) == "True/Ready");
  const auto orders = scene.server.order_requests();
  REQUIRE(orders.size() == 2);
  CHECK(orders.front().replaces.empty());
  CHECK(orders.back().replaces == first);
  CHECK_FALSE(scene.leaf_id() == first);
}
