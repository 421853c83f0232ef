// acme_pebble_tests: the suite against a real Pebble and its challenge test server, which tests/real/acme
// starts. Environment: PEBBLE_DIRECTORY (URL), PEBBLE_CA (file that its TLS certificate is verified with),
// CHALLTESTSRV (URL of its management interface), PEBBLE_EAB_KID and PEBBLE_EAB_KEY (base64url) if it asks
// for external accounts, PEBBLE_NO_ALTERNATES if it was started without.
#include <cstdlib>
#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/acme/http_client.h"
#include "lib/base/encoding.h"
#include "lib/base/file.h"
#include "lib/pki/digest.h"
#include "tests/contract/acme_client_contract.h"

namespace cw::contract {
namespace {

std::string setting(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
  return value == nullptr ? std::string() : value;
}

std::string needed(const char* name) {
  const std::string value = setting(name);
  if (value.empty()) FAIL(std::string(name) + " is not set: this test needs a running Pebble");
  return value;
}

// What the challenge test server serves.
class Answers {
 public:
  explicit Answers(std::string url) : url_(std::move(url)) {}

  void show(const acme::Authorization& authorization, const acme::Challenge& challenge,
            const std::string& key_authorization) {
    if (challenge.type == "http-01") {
      post("/add-http01", {{"token", challenge.token}, {"content", key_authorization}});
    } else {
      post("/set-txt", {{"host", "_acme-challenge." + authorization.identifier.value + "."},
                        {"value", encode_base64url(pki::sha256(key_authorization))}});
    }
  }

 private:
  void post(const std::string& path, const nlohmann::json& body) {
    const auto answer = fetcher_.fetch({.method = "POST", .url = url_ + path, .body = body.dump()});
    if (!answer) FAIL(answer.error().message);
    REQUIRE(answer->status == 200);
  }

  std::string url_;
  http::Fetcher fetcher_{{}};
};

std::optional<acme::ExternalAccount> external_account() {
  const std::string id = setting("PEBBLE_EAB_KID");
  if (id.empty()) return std::nullopt;
  const auto key = decode_base64url(needed("PEBBLE_EAB_KEY"));
  REQUIRE(key.has_value());
  return acme::ExternalAccount{.key_id = id, .key = *key};
}

TEST_CASE("the client over HTTP does what every ACME client does, with Pebble", "[pebble]") {
  const std::string directory = needed("PEBBLE_DIRECTORY");
  const auto ca = read_file(needed("PEBBLE_CA"), 1UL << 20U);
  if (!ca) FAIL(ca.error().message);
  const auto fetcher = std::make_shared<http::Fetcher>(http::FetcherOptions{.ca_pem = *ca});
  const SystemClock clock;
  Answers answers(needed("CHALLTESTSRV"));
  const AcmeGround ground{
      .open = [&](const pki::PrivateKey& key) -> std::unique_ptr<acme::AcmeClient> {
        auto client = acme::HttpAcmeClient::create({.server_url = directory, .max_refused_nonces = 30}, key,
                                                   fetcher, clock);
        if (!client) FAIL(client.error().message);
        return *std::move(client);
      },
      .show = [&](const acme::Authorization& authorization, const acme::Challenge& challenge,
                  const std::string& key) { answers.show(authorization, challenge, key); },
      .wait = [] { std::this_thread::sleep_for(std::chrono::milliseconds(50)); },
      .external_account = external_account(),
      .has_alternates = setting("PEBBLE_NO_ALTERNATES").empty()};
  check_acme_client(ground);
}

}  // namespace
}  // namespace cw::contract
