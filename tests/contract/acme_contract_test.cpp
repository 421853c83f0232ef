// The suite on what is in memory: the fake, and the client over HTTP with the fake behind it.
#include <set>

#include <catch2/catch.hpp>

#include "lib/acme/http_client.h"
#include "tests/contract/acme_client_contract.h"
#include "tests/contract/fake_acme_wire.h"

namespace cw::contract {
namespace {

using acme::HttpAcmeClient;

constexpr TimePoint kNow{std::chrono::sys_days{std::chrono::year(2026) / 5 / 6}};

// A server, and what was shown to it.
struct Grounds {
  explicit Grounds(FakeAcmeOptions options = {}) : server(clock, with_profile(std::move(options))) {
    server.judge_by([this](const acme::Authorization&, const acme::Challenge& challenge) {
      const bool seen = shown.count(challenge.url) > 0;
      return seen ? Verdict{} : Verdict{Verdict::Kind::Invalid, "nothing was shown"};
    });
  }
  static FakeAcmeOptions with_profile(FakeAcmeOptions options) {
    options.profiles["classic"] = "as ever";
    return options;
  }

  AcmeGround with(std::function<std::unique_ptr<acme::AcmeClient>(const pki::PrivateKey&)> open) {
    return {.open = std::move(open),
            .show = [this](const acme::Authorization&, const acme::Challenge& challenge, const std::string&) {
              shown.insert(challenge.url);
            }};
  }
  AcmeGround over_http() {
    return with([this](const pki::PrivateKey& key) -> std::unique_ptr<acme::AcmeClient> {
      auto client = HttpAcmeClient::create(
          {.server_url = FakeAcmeWire::kDirectoryUrl, .max_refused_nonces = 20, .pause = [](auto) {}}, key,
          wire, clock);
      if (!client) FAIL(client.error().message);
      return *std::move(client);
    });
  }

  ManualClock clock{kNow};
  FakeAcme server;
  std::shared_ptr<FakeAcmeWire> wire = std::make_shared<FakeAcmeWire>(server);
  std::set<std::string> shown;
};

const acme::ExternalAccount kExternal{.key_id = "one", .key = "a key of 32 bytes, more or less."};

TEST_CASE("the fake does what every ACME client does", "[acme]") {
  Grounds grounds;
  check_acme_client(grounds.with(
      [&](const pki::PrivateKey& key) { return std::make_unique<FakeAcmeClient>(grounds.server, key); }));
}

TEST_CASE("the fake with external accounts does what every ACME client does", "[acme]") {
  Grounds grounds({.external_account_required = true});
  auto ground = grounds.with(
      [&](const pki::PrivateKey& key) { return std::make_unique<FakeAcmeClient>(grounds.server, key); });
  ground.external_account = kExternal;
  check_acme_client(ground);
}

TEST_CASE("the client over HTTP does what every ACME client does", "[acme]") {
  Grounds grounds;
  check_acme_client(grounds.over_http());
}

TEST_CASE("the client over HTTP with external accounts does what every ACME client does", "[acme]") {
  Grounds grounds({.external_account_required = true});
  grounds.wire->accept_external_account(kExternal);
  auto ground = grounds.over_http();
  ground.external_account = kExternal;
  check_acme_client(ground);
}

TEST_CASE("the client over HTTP does so where every second nonce is refused", "[acme]") {
  Grounds grounds;
  grounds.wire->refuse_nonces(2);
  check_acme_client(grounds.over_http());
}

}  // namespace
}  // namespace cw::contract
