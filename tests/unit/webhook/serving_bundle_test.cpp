// The caBundle: what stays, what goes, what is ours.
#include <catch2/catch.hpp>

#include "tests/unit/webhook/serving_cluster.h"

using namespace cw;  // tests only
using webhook::kMutatingConfigurations;
using webhook::kValidatingConfigurations;
using webhook::mended_bundle;

namespace {

struct Setup : test::ServingCluster {
  pki::Certificate ca(const std::string& common_name = "cert-manager-webhook-ca",
                      std::chrono::seconds lifetime = std::chrono::hours(24)) {
    return pki::make_ca({.common_name = common_name, .lifetime = lifetime}, keys, clock.now())->certificate;
  }
  webhook::WantedBundle wanted(std::vector<pki::Certificate> required) {
    return {std::move(required), clock.now(), std::chrono::hours(1)};
  }
  webhook::AdmissionConfigurations configurations(std::vector<std::string> names = {}) {
    return {{std::move(names), {"localhost", name + ".cert-manager.svc"}, secret}, api, api, clock};
  }
};

}  // namespace

TEST_CASE("bundle: what is as wanted is left alone, whatever stands between the blocks",
          "[webhook][serving]") {
  Setup setup;
  const auto ca = setup.ca();
  CHECK_FALSE(mended_bundle(ca.to_pem(), setup.wanted({ca})));
  CHECK_FALSE(mended_bundle("\n" + ca.to_pem() + "\n", setup.wanted({ca})));
}

TEST_CASE("bundle: nothing, nonsense and a foreign CA give way to ours", "[webhook][serving]") {
  Setup setup;
  const auto ca = setup.ca();
  CHECK(mended_bundle("", setup.wanted({ca})) == ca.to_pem());
  CHECK(mended_bundle("nonsense", setup.wanted({ca})) == ca.to_pem());
  CHECK(mended_bundle(setup.ca("foreign").to_pem(), setup.wanted({ca})) == ca.to_pem());
  CHECK(mended_bundle(setup.ca("foreign").to_pem() + ca.to_pem(), setup.wanted({ca})) == ca.to_pem());
}

TEST_CASE("bundle: an earlier CA of ours stays for the overlap, or until it has expired",
          "[webhook][serving]") {
  Setup setup;
  const auto earlier = setup.ca();
  const auto brief = setup.ca("cert-manager-webhook-ca", std::chrono::minutes(10));
  const auto stored = setup.ca();
  const std::string both = earlier.to_pem() + brief.to_pem();
  CHECK(mended_bundle(both, setup.wanted({stored})) == both + stored.to_pem());
  setup.clock.advance(std::chrono::minutes(11));
  CHECK(mended_bundle(both, setup.wanted({stored})) == earlier.to_pem() + stored.to_pem());
  setup.clock.advance(std::chrono::hours(1));
  CHECK(mended_bundle(both, setup.wanted({stored})) == stored.to_pem());
  CHECK(mended_bundle(both, setup.wanted({stored, earlier})) == earlier.to_pem() + stored.to_pem());
}

TEST_CASE("bundle: a Secret that is deleted over and over does not make it grow without end",
          "[webhook][serving]") {
  Setup setup;
  std::string bundle;
  for (int i = 0; i < 30; ++i) {
    const auto stored = setup.ca();
    bundle = mended_bundle(bundle, setup.wanted({stored})).value_or(bundle);
    CHECK(webhook::contains(webhook::read_bundle(bundle), stored));
  }
  CHECK(webhook::read_bundle(bundle).size() < 12);
}

TEST_CASE("configurations: only the caBundle of webhooks that are ours is changed", "[webhook][serving]") {
  Setup setup;
  const auto ca = setup.ca();
  kube::Json other = test::webhook_of_service("somebody");
  other["clientConfig"]["caBundle"] = "eA==";
  const kube::Json by_url{{"name", "url"}, {"clientConfig", {{"url", "https://localhost:1/validate"}}}};
  const kube::Json foreign_url{{"name", "url2"}, {"clientConfig", {{"url", "https://elsewhere:1/validate"}}}};
  setup.put(kValidatingConfigurations, {{"name", setup.name}, {"labels", {{"a", "b"}}}},
            {other, test::webhook_of_service(setup.name), by_url, foreign_url});
  const kube::Json before = setup.configuration(kValidatingConfigurations);
  std::size_t ours = 0;
  SECTION("by name: Service and URL") {
    ours = 2;
    const auto report = setup.configurations({setup.name}).keep(setup.wanted({ca}));
    CHECK(report.webhooks == 2);
    CHECK(report.trusts(ca));
  }
  SECTION("not by name: Service alone") {
    ours = 1;
    CHECK(setup.configurations().keep(setup.wanted({ca})).webhooks == 1);
  }
  kube::Json after = setup.configuration(kValidatingConfigurations);
  CHECK(after["webhooks"][1]["clientConfig"]["caBundle"] == encode_base64(ca.to_pem()));
  CHECK(after["webhooks"][2]["clientConfig"].contains("caBundle") == (ours == 2));
  for (kube::Json& webhook : after["webhooks"]) webhook["clientConfig"].erase("caBundle");
  after["webhooks"][0] = other;
  after["metadata"]["resourceVersion"] = before["metadata"]["resourceVersion"];
  CHECK(after == before);
}

TEST_CASE("configurations: one that is annotated is ours whole, one of somebody else is left alone",
          "[webhook][serving]") {
  Setup setup;
  setup.install();
  setup.put(kValidatingConfigurations, {{"name", "somebody"}}, {test::webhook_of_service("somebody")});
  const std::size_t before = setup.api.writes().size();
  const auto ca = setup.ca();
  const auto report = setup.configurations().keep(setup.wanted({ca}));
  CHECK(report.webhooks == 2);
  CHECK(report.trusts(ca));
  CHECK(setup.bundle(kValidatingConfigurations) == std::vector{ca});
  CHECK(setup.bundle(kMutatingConfigurations) == std::vector{ca});
  CHECK(setup.api.writes().size() == before + 2);
  const auto again = setup.configurations().keep(setup.wanted({ca}));
  CHECK(again.trusts(ca));
  CHECK(setup.api.writes().size() == before + 2);
}

TEST_CASE("configurations: a conflict is looked at anew, so that nobody's change is lost",
          "[webhook][serving]") {
  Setup setup;
  setup.install();
  int conflicts = 0;
  setup.api.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    if (call.verb != contract::Verb::Patch || conflicts++ > 0) return std::nullopt;
    kube::Json object = setup.configuration(kValidatingConfigurations);
    object["webhooks"][0]["timeoutSeconds"] = 7;
    REQUIRE(setup.api.update(kValidatingConfigurations, kube::Part::Object, object));
    return std::nullopt;
  });
  const auto ca = setup.ca();
  const auto report = setup.configurations().keep(setup.wanted({ca}));
  CHECK_FALSE(report.failure);
  CHECK(report.trusts(ca));
  CHECK(setup.configuration(kValidatingConfigurations)["webhooks"][0]["timeoutSeconds"] == 7);
}

TEST_CASE("configurations: with rights to one name only, that name is the Secret's without -ca",
          "[webhook][serving]") {
  Setup setup;
  setup.install();
  bool named = false;
  setup.api.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    if (call.verb == contract::Verb::List && !named) {
      named = true;  // the second list is asked for by name
      return Error{Code::Forbidden, "no"};
    }
    return std::nullopt;
  });
  const auto ca = setup.ca();
  auto configurations = setup.configurations();
  CHECK(configurations.keep(setup.wanted({ca})).trusts(ca));
  REQUIRE(configurations.followed().size() == 2);
  CHECK(configurations.followed()[0].scope.field_selector == "metadata.name=cert-manager-webhook");
}

TEST_CASE("configurations: somebody who keeps undoing the bundle is not fought without end",
          "[webhook][serving]") {
  Setup setup;
  setup.install();
  const auto ca = setup.ca();
  auto configurations = setup.configurations();
  const auto fight = [&] {
    int won = 0;
    for (int i = 0; i < 100; ++i) {
      setup.set_bundle(kValidatingConfigurations, "");
      won += configurations.keep(setup.wanted({ca})).trusts(ca) ? 1 : 0;
    }
    return won;
  };
  CHECK(fight() == 30);
  CHECK(fight() == 0);
  setup.clock.advance(std::chrono::minutes(1));
  CHECK(fight() == 30);
}

TEST_CASE("configurations: what an API server may send in odd forms breaks nothing", "[webhook][serving]") {
  Setup setup;
  const std::vector<kube::Json> forms{
      "text", kube::Json::array({1, "x", nullptr}),
      kube::Json::array(
          {{{"clientConfig", 1}}, {{"clientConfig", {{"caBundle", 5}, {"url", "https://["}}}}})};
  const kube::Json odd = forms[GENERATE(0U, 1U, 2U)];
  REQUIRE(
      setup.api.create(kValidatingConfigurations, {{"metadata", {{"name", setup.name}}}, {"webhooks", odd}}));
  const auto ca = setup.ca();
  CHECK(setup.configurations({setup.name}).keep(setup.wanted({ca})).webhooks == 0);
}
