// AcmeSetup over an API server and an ACME server in memory.
#include "controller/issuers/acme_setup.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "controller/issuers/acme_registration.h"
#include "controller/issuers/reconcile.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/base/encoding.h"
#include "tests/contract/fake_acme.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                       // tests only
using namespace cw::controller::issuers;  // tests only
using Catch::Matchers::Contains;
using contract::AcmeCall;
using cw::controller::tests::kStart;

// The account's key is always the same one, for RSA keys take their time.
class OneKey final : public pki::KeyMaker {
 public:
  Result<pki::PrivateKey> make_key(const pki::KeySpec& spec) override {
    asked_for = spec;
    return controller::tests::test_key();
  }
  std::optional<pki::KeySpec> asked_for;
};

struct Bench {
  ManualClock clock{kStart};
  contract::FakeKube kube{clock};
  contract::FakeAcme server;
  OneKey keys;
  AcmeClients clients;
  IssuerCache issuers;
  IssuerDirectory directory{{issuers, nullptr, "cert-manager"}};
  std::vector<AcmeEndpoint> made;
  AcmeSetup setup{{.directory = directory,
                   .reader = kube,
                   .writer = kube,
                   .key_maker = keys,
                   .clients = clients,
                   .make_client = [this](const AcmeEndpoint& endpoint, const pki::PrivateKey& key)
                       -> Result<std::unique_ptr<acme::AcmeClient>> {
                     made.push_back(endpoint);
                     return std::unique_ptr<acme::AcmeClient>(new contract::FakeAcmeClient(server, key));
                   },
                   .clock = clock}};
  api::Issuer issuer;

  explicit Bench(contract::FakeAcmeOptions options = {}) : server(clock, std::move(options)) {
    issuer.metadata.name = "le";
    issuer.metadata.name_space = "shop";
    issuer.metadata.uid = "uid-le";
    auto& acme = issuer.spec.acme.emplace();
    acme.server = "https://acme.example/directory";
    acme.email = "Ops@example.com";
    acme.private_key_secret_ref.name = "le-account";
  }

  // What the reconciler would store is what the next pass sees.
  IssuerDecision pass() {
    auto decision = setup.set_up(issuer);
    issuer.status.acme = decision.acme;
    if (decision.ready) kube::set_condition(issuer.status.conditions, *decision.ready, clock.now());
    return decision;
  }
  void add_secret(const std::string& name, const std::string& key, const std::string& value) {
    const auto stored = kube.create(api::kSecrets, {{"apiVersion", "v1"},
                                                    {"kind", "Secret"},
                                                    {"metadata", {{"name", name}, {"namespace", "shop"}}},
                                                    {"data", {{key, encode_base64(value)}}}});
    REQUIRE(stored);
  }
};

}  // namespace

TEST_CASE("an ACME issuer makes a key, registers, and is Ready with its account in the status",
          "[acme-setup]") {
  Bench bench;
  const auto decision = bench.pass();
  CHECK(decision.ready->status == "True");
  CHECK(decision.ready->reason == "ACMEAccountRegistered");
  REQUIRE(bench.server.accounts().size() == 1);
  CHECK(bench.server.accounts().front().contact == std::vector<std::string>{"mailto:ops@example.com"});
  CHECK(bench.issuer.status.acme->uri == bench.server.accounts().front().url);
  CHECK(bench.issuer.status.acme->last_registered_email == "Ops@example.com");
  CHECK(bench.keys.asked_for == pki::KeySpec{pki::KeyAlgorithm::Rsa, 2048});
  const auto secret = bench.kube.get(api::kSecrets, {"shop", "le-account"});
  REQUIRE(secret);
  CHECK(secret->at("metadata").at("labels").at("app.kubernetes.io/managed-by") == "cert-manager");
  CHECK(secret->at("data").contains("tls.key"));
  CHECK(bench.clients.find("uid-le") != nullptr);
}

TEST_CASE("a second pass, and one after a restart, ask the server nothing", "[acme-setup]") {
  Bench bench;
  bench.pass();
  const auto client = bench.clients.find("uid-le");
  bench.server.forget_calls();
  bench.pass();
  CHECK(bench.server.calls() == 0);
  CHECK(bench.clients.find("uid-le") == client);
  bench.clients.forget({"shop", "le"});
  CHECK(bench.pass().ready->status == "True");
  CHECK(bench.server.calls() == 0);
  CHECK(bench.clients.find("uid-le") != nullptr);
  CHECK(bench.made.back().account_url == bench.issuer.status.acme->uri);
}

TEST_CASE("another address is told to the server; another key finds another account", "[acme-setup]") {
  Bench bench;
  bench.pass();
  bench.issuer.spec.acme->email = "new@example.com";
  bench.server.forget_calls();
  bench.pass();
  CHECK(bench.server.calls(AcmeCall::UpdateContact) == 1);
  CHECK(bench.server.accounts().front().contact == std::vector<std::string>{"mailto:new@example.com"});
  CHECK(bench.issuer.status.acme->last_registered_email == "new@example.com");
  const auto pem = controller::tests::test_key(1).to_pem(pki::KeyEncoding::Pkcs8);
  REQUIRE(pem);
  bench.add_secret("another", "tls.key", std::string(pem->reveal()));
  bench.issuer.spec.acme->private_key_secret_ref.name = "another";
  const auto before = bench.issuer.status.acme->uri;
  CHECK(bench.pass().ready->status == "True");
  CHECK(bench.server.accounts().size() == 2);
  CHECK_FALSE(bench.issuer.status.acme->uri == before);
}

TEST_CASE("a key that may not be made has to be there", "[acme-setup]") {
  Bench bench;
  bench.issuer.spec.acme->disable_account_key_generation = true;
  const auto decision = bench.pass();
  CHECK(decision.ready->reason == "ErrVerifyACMEAccount");
  CHECK_THAT(decision.ready->message, Contains("le-account") && Contains("shop"));
  CHECK(decision.retry);
  CHECK(bench.clients.find("uid-le") == nullptr);
}

TEST_CASE("a Secret without the key, or with something else in it, is told and not overwritten",
          "[acme-setup]") {
  Bench bench;
  SECTION("another member") {
    bench.add_secret("le-account", "key.pem", "x");
    CHECK_THAT(bench.pass().ready->message, Contains("tls.key"));
  }
  SECTION("no key") {
    bench.add_secret("le-account", "tls.key", "x");
    const auto decision = bench.pass();
    CHECK(decision.ready->reason == "ErrVerifyACMEAccount");
    CHECK_FALSE(decision.retry);
  }
  CHECK_FALSE(bench.keys.asked_for);
  CHECK(bench.server.calls() == 0);
}

TEST_CASE("servers that cannot be are told before anything is made", "[acme-setup]") {
  Bench bench;
  bench.issuer.spec.acme->server = "https://acme-v01.api.letsencrypt.org/directory/";
  CHECK(bench.pass().ready->reason == "InvalidConfig");
  bench.issuer.spec.acme->server = "acme.example.com";
  const auto decision = bench.pass();
  CHECK(decision.ready->reason == "InvalidURL");
  CHECK_FALSE(decision.retry);
  CHECK_FALSE(bench.keys.asked_for);
}

TEST_CASE("all Secrets that the solvers lack are told at once", "[acme-setup]") {
  Bench bench;
  for (const char* name : {"cloudflare-token", "tsig"}) {
    api::Solver solver;
    auto& rfc2136 = solver.dns01.emplace().rfc2136.emplace();
    rfc2136.tsig_secret_secret_ref.name = name;
    rfc2136.tsig_secret_secret_ref.key = "secret";
    bench.issuer.spec.acme->solvers.push_back(solver);
  }
  const auto decision = bench.pass();
  CHECK(decision.ready->reason == "InvalidSolver");
  CHECK_THAT(decision.ready->message, Contains("cloudflare-token") && Contains("tsig") && Contains("; "));
  CHECK_FALSE(decision.retry);
  bench.add_secret("tsig", "wrong-key", "x");
  CHECK_THAT(bench.pass().ready->message, Contains("\"tsig\"") && Contains("has no key"));
  CHECK(bench.server.calls() == 0);
}

TEST_CASE("an external account is bound with the key of its Secret", "[acme-setup]") {
  Bench bench({.external_account_required = true});
  CHECK(bench.pass().ready->reason == "ErrRegisterACMEAccount");
  auto& binding = bench.issuer.spec.acme->external_account_binding.emplace();
  binding.key_id = "kid-1";
  binding.key_secret_ref = {.name = "eab", .key = "secret"};
  auto decision = bench.pass();
  CHECK(decision.ready->reason == "ErrRegisterACMEAccount");
  CHECK_THAT(decision.ready->message, Contains("eab"));
  CHECK_FALSE(decision.retry);
  bench.add_secret("eab", "secret", "bm90IHZlcnkgc2VjcmV0");
  CHECK(bench.pass().ready->status == "True");
}

TEST_CASE("what the server refuses for good is not tried again; what may pass is", "[acme-setup]") {
  Bench bench;
  bench.server.fail_next(AcmeCall::RegisterAccount,
                         contract::refusal(400, "invalidContact", "no such domain"));
  auto decision = bench.pass();
  CHECK(decision.ready->reason == "ErrRegisterACMEAccount");
  CHECK_THAT(decision.ready->message, Contains("no such domain"));
  CHECK_FALSE(decision.retry);
  CHECK_FALSE(decision.look_again);
  bench.server.fail_next(AcmeCall::RegisterAccount, contract::refusal(500, "serverInternal", "oops"));
  CHECK(bench.pass().retry);
  auto limited = contract::refusal(429, "rateLimited", "slowly");
  limited.retry_after = std::chrono::seconds(90);
  bench.server.fail_next(AcmeCall::RegisterAccount, limited);
  decision = bench.pass();
  CHECK_FALSE(decision.retry);
  CHECK(decision.look_again == kStart + std::chrono::seconds(90));
  CHECK(bench.pass().ready->status == "True");
}

TEST_CASE("a refused change of address is its own reason, and the account stays known", "[acme-setup]") {
  Bench bench;
  bench.pass();
  bench.issuer.spec.acme->email = "bad@example.com";
  bench.server.fail_next(AcmeCall::UpdateContact, contract::refusal(400, "invalidContact", "no"));
  CHECK(bench.pass().ready->reason == "ErrUpdateACMEAccount");
  CHECK_FALSE(bench.issuer.status.acme->uri.empty());
  CHECK(bench.issuer.status.acme->last_registered_email == "Ops@example.com");
}

TEST_CASE("an account that the server has forgotten is registered anew, and not over and over",
          "[acme-setup]") {
  Bench bench;
  std::vector<kube::ObjectKey> heard;
  std::vector<kube::ObjectKey> doubted;
  bench.clients.on_new([&](const kube::ObjectKey& issuer) { heard.push_back(issuer); });
  bench.clients.on_doubt([&](const kube::ObjectKey& issuer) { doubted.push_back(issuer); });
  bench.pass();
  bench.server.forget_calls();
  CHECK(bench.clients.doubt("uid-le"));
  CHECK(bench.clients.doubt("uid-le"));
  CHECK(doubted == std::vector<kube::ObjectKey>{{"shop", "le"}});
  bench.pass();
  CHECK(bench.server.calls(AcmeCall::RegisterAccount) == 1);
  CHECK(heard.size() == 2);
  CHECK_FALSE(bench.clients.doubt("uid-le"));
  bench.pass();
  CHECK(bench.server.calls(AcmeCall::RegisterAccount) == 1);
  CHECK_FALSE(bench.clients.doubt("unknown"));
}

TEST_CASE("who waits for an issuer's client hears of it once", "[acme-setup]") {
  Bench bench;
  std::vector<kube::ObjectKey> heard;
  bench.clients.on_new([&](const kube::ObjectKey& issuer) { heard.push_back(issuer); });
  bench.pass();
  bench.pass();
  CHECK(heard == std::vector<kube::ObjectKey>{{"shop", "le"}});
}
