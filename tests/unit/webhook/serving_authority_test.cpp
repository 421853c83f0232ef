// The CA in its Secret: made, adopted, made anew.
#include <functional>

#include <catch2/catch.hpp>

#include "tests/unit/webhook/serving_cluster.h"

using namespace cw;  // tests only
using kube::Json;

namespace {

struct Setup : test::ServingCluster {
  Json stored() { return *api.get(api::kSecrets, secret); }
  std::string value(const std::string& key) { return stored()["data"][key].get<std::string>(); }
  void change(const std::function<void(Json&)>& how) {
    Json object = stored();
    how(object);
    REQUIRE(api.update(api::kSecrets, kube::Part::Object, object));
  }
};

}  // namespace

TEST_CASE("authority: a missing Secret is made, with its label and annotation", "[webhook][serving]") {
  Setup setup;
  auto authority = setup.authority();
  const auto pair = authority.ensure();
  REQUIRE(pair);
  CHECK(pair->certificate.is_ca());
  CHECK(pair->certificate.common_name() == "cert-manager-webhook-ca");
  CHECK(pair->certificate.not_after() - setup.clock.now() == std::chrono::hours(24 * 365));
  CHECK(pair->certificate.not_before() < setup.clock.now());
  const Json metadata = setup.stored()["metadata"];
  CHECK(metadata["labels"]["app.kubernetes.io/managed-by"] == "cert-manager-webhook");
  CHECK(metadata["annotations"]["cert-manager.io/allow-direct-injection"] == "true");
  CHECK(setup.value("ca.crt") == setup.value("tls.crt"));
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
  const std::string before = setup.value("tls.crt");
  SECTION("ca.crt differs") {
    setup.change([](Json& object) { object["data"]["ca.crt"] = encode_base64("x"); });
  }
  SECTION("key missing") {
    setup.change([](Json& object) { object["data"].erase("tls.key"); });
  }
  SECTION("no data at all") {
    setup.change([](Json& object) { object.erase("data"); });
  }
  SECTION("old") { setup.clock.advance(std::chrono::hours(24 * 245)); }
  setup.change([](Json& object) {
    object["metadata"]["labels"]["mine"] = "kept";
    object["data"]["other"] = "eA==";
  });
  REQUIRE(authority.ensure());
  CHECK(setup.value("tls.crt") != before);
  CHECK(setup.value("other") == "eA==");
  CHECK(setup.stored()["metadata"]["labels"]["mine"] == "kept");
}

TEST_CASE("authority: who loses the race for a new CA adopts the winner's", "[webhook][serving]") {
  Setup setup;
  auto loser = setup.authority();
  auto winner = setup.authority();
  REQUIRE(loser.ensure());
  bool raced = false;
  contract::Verb moment = contract::Verb::Update;
  const auto race = [&](const contract::Call& call) -> std::optional<Error> {
    if (call.verb != moment || raced) return std::nullopt;
    raced = true;
    REQUIRE(winner.ensure());
    return std::nullopt;
  };
  SECTION("over an old one") { setup.clock.advance(std::chrono::hours(24 * 300)); }
  SECTION("over none") {
    setup.delete_secret();
    moment = contract::Verb::Create;
  }
  setup.api.fail_when(race);
  const auto adopted = loser.ensure();
  REQUIRE(adopted);
  CHECK(raced);
  CHECK(adopted->certificate == setup.stored_ca());
}

TEST_CASE("authority: a refusal of the API server is an error", "[webhook][serving]") {
  Setup setup;
  auto authority = setup.authority();
  setup.api.fail_when([](const contract::Call& call) -> std::optional<Error> {
    if (call.verb != contract::Verb::Create) return std::nullopt;
    return Error{Code::Forbidden, "no"};
  });
  const auto refused = authority.ensure();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::Forbidden);
}
