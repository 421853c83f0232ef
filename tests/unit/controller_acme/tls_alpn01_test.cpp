// TLS-ALPN-01 in one process, with the listener and the question of the real program.
#include "controller/acme/tls_alpn01_solver.h"
#include "lib/pki/certificate.h"
#include "lib/pki/tls_alpn.h"
#include "tests/unit/controller_acme/http01_scene.h"

using namespace cw;
using namespace cw::controller::acme;
using namespace cw::controller::acme::tests;

namespace {

const Json kIngress{{"ingress", Json::object()}};

struct AlpnScene {
  ManualClock clock{kStart};
  pki::SystemKeyMaker keys;
  std::unique_ptr<TlsAlpn01Solver> solver;
  http::AcmeTlsServer server{{.address = "127.0.0.1"},
                             [this](const std::string& name) { return solver->find(name); }};

  AlpnScene() {
    const auto port = server.start();
    if (!port) FAIL(port.error().message);
    restart(*port);
  }
  void restart(int port) {
    solver = std::make_unique<TlsAlpn01Solver>(
        TlsAlpn01Solver::Options{.resolve = [](const std::string&) -> Result<std::vector<std::string>> {
                                   return std::vector<std::string>{"127.0.0.2", "127.0.0.1"};
                                 },
                                 .port = port},
        keys, clock);
  }
};

}  // namespace

TEST_CASE("the solver of TLS-ALPN-01 shows what the CA looks for, and takes it away") {
  for (const char* name : {"www.example.com", "192.0.2.7"}) {
    INFO(name);
    AlpnScene scene;
    const auto challenge = challenge_with(kIngress, name);
    REQUIRE(scene.solver->present(challenge, {}));
    const auto seen = scene.solver->check(challenge, {});
    REQUIRE(seen);
    INFO(seen->reason);
    CHECK(seen->visible);
    REQUIRE(scene.solver->clean_up(challenge, {}));
    CHECK(scene.solver->find(pki::tls_alpn_server_name(name)) == nullptr);
  }
}

TEST_CASE("a repeated present keeps the certificate, another key makes another") {
  AlpnScene scene;
  auto challenge = challenge_with(kIngress);
  REQUIRE(scene.solver->present(challenge, {}));
  const auto first = scene.solver->find("www.example.com");
  REQUIRE(scene.solver->present(challenge, {}));
  CHECK(scene.solver->find("www.example.com") == first);
  auto other = challenge;
  other.spec.key = "other.thumb";
  REQUIRE(scene.solver->present(other, {}));
  CHECK(scene.solver->find("www.example.com") != first);
  REQUIRE(scene.solver->clean_up(challenge, {}));
  CHECK(scene.solver->find("www.example.com") != nullptr);
}

TEST_CASE("where nobody answers, or somebody else does, the check says so") {
  ManualClock clock{kStart};
  pki::SystemKeyMaker keys;
  Result<std::string> answer = Error{Code::Unavailable, "192.0.2.1:443: connection refused"};
  TlsAlpn01Solver solver({.resolve = [](const std::string&) -> Result<std::vector<std::string>> {
                            return std::vector<std::string>{"192.0.2.1"};
                          },
                          .ask = [&](const http::AcmeTlsQuestion&) { return answer; }},
                         keys, clock);
  const auto challenge = challenge_with(kIngress);
  auto seen = solver.check(challenge, {});
  REQUIRE(seen);
  CHECK_FALSE(seen->visible);
  CHECK(seen->reason == "192.0.2.1:443: connection refused");
  CHECK(seen->look_again == std::chrono::seconds(1));
  answer = std::string("another certificate");
  seen = solver.check(challenge, {});
  CHECK(seen->reason == "192.0.2.1 shows another certificate for www.example.com");
}
