// When the webhook says that it is ready.
#include <catch2/catch.hpp>

#include "tests/unit/webhook/serving_cluster.h"
#include "webhook/serving/keeper.h"
#include "webhook/serving/readiness.h"

using namespace cw;  // tests only
using webhook::Readiness;
using webhook::RoundTrip;

namespace {

constexpr const char* kUntrusted =
    "Internal error occurred: failed calling webhook \"webhook.cert-manager.io\": failed to call webhook: "
    "Post "
    "\"https://h/validate\": tls: failed to verify certificate: x509: certificate signed by unknown "
    "authority";
constexpr const char* kUnreachable =
    "Internal error occurred: failed calling webhook \"webhook.cert-manager.io\": failed to call webhook: "
    "Post "
    "\"https://h/validate\": dial tcp 10.0.0.1:443: connect: connection refused";
const Error kDenied{Code::Forbidden, "admission webhook \"webhook.cert-manager.io\" denied the request"};

struct Setup : test::ServingCluster {
  RoundTrip round_trip{api, secret.name_space};
  std::unique_ptr<webhook::SharedCertificate> certificate = replica();
  Readiness readiness{*identities[0], *certificate, &round_trip};
  int dry_runs = 0;

  // What a dry-run create meets; `seen`: our own process is asked on the way.
  enum class Way : std::uint8_t { ThroughUs, Elsewhere };
  void answer(Way way, const std::optional<Error>& error) {
    api.fail_when([this, way, error](const contract::Call& call) -> std::optional<Error> {
      if (call.plural != "certificaterequests") return std::nullopt;
      ++dry_runs;
      if (way == Way::ThroughUs) round_trip.notice("{\"name\":\"" + call.key.name + "\"}");
      return error;
    });
  }
};
using Way = Setup::Way;

}  // namespace

TEST_CASE("readiness: a dry run that has come back through us is proof, from then on", "[webhook][serving]") {
  Setup setup;
  setup.install();
  setup.answer(Way::ThroughUs, kDenied);
  CHECK_FALSE(setup.readiness.is_ready());
  CHECK(setup.readiness.look().count() > 0);
  CHECK(setup.dry_runs == 0);  // the bundle is not in place yet: it could tell nothing
  REQUIRE(setup.certificate->refresh());
  CHECK_FALSE(setup.readiness.is_ready());
  CHECK(setup.readiness.look().count() == 0);
  CHECK(setup.readiness.is_ready());
  CHECK(setup.readiness.look().count() == 0);
  CHECK(setup.dry_runs == 1);
  CHECK(setup.api.writes().back().plural != "certificaterequests");  // nothing was stored
}

TEST_CASE("readiness: never while an API server refuses the certificate, be it of one path only",
          "[webhook][serving]") {
  Setup setup;
  setup.install();
  setup.answer(GENERATE(Way::ThroughUs, Way::Elsewhere), Error{Code::Internal, kUntrusted});
  for (int i = 0; i < 20; ++i) {
    (void)setup.certificate->refresh();
    CHECK(setup.readiness.look().count() > 0);
    CHECK_FALSE(setup.readiness.is_ready());
    setup.clock.advance(std::chrono::seconds(1));
  }
}

TEST_CASE("readiness: where another replica answers, or none can be reached, the bundle has to be old enough",
          "[webhook][serving]") {
  Setup setup;
  setup.install();
  const auto code = GENERATE(Code::Forbidden, Code::Internal);
  setup.answer(Way::Elsewhere, code == Code::Forbidden ? kDenied : Error{code, kUnreachable});
  REQUIRE(setup.certificate->refresh());
  CHECK(setup.readiness.look().count() > 0);
  CHECK_FALSE(setup.readiness.is_ready());
  setup.clock.advance(std::chrono::seconds(5));
  REQUIRE(setup.certificate->refresh());
  CHECK(setup.readiness.look().count() > 0);
  CHECK(setup.readiness.is_ready());
  SECTION("and a later refusal takes it back until there is proof") {
    setup.answer(Way::Elsewhere, Error{Code::Internal, kUntrusted});
    (void)setup.readiness.look();
    CHECK_FALSE(setup.readiness.is_ready());
    setup.answer(Way::ThroughUs, kDenied);
    CHECK(setup.readiness.look().count() == 0);
    CHECK(setup.readiness.is_ready());
  }
}

TEST_CASE("readiness: without the right to patch, the bundle that somebody injects is enough",
          "[webhook][serving]") {
  Setup setup;
  setup.install();
  setup.api.fail_when([](const contract::Call& call) -> std::optional<Error> {
    const bool ours = call.plural == "secrets" || call.verb == contract::Verb::List;
    if (ours || call.verb == contract::Verb::Get || call.verb == contract::Verb::Update) return std::nullopt;
    return Error{Code::Forbidden, "no right"};
  });
  REQUIRE(setup.certificate->refresh());
  (void)setup.readiness.look();
  CHECK_FALSE(setup.readiness.is_ready());
  setup.set_bundle(webhook::kValidatingConfigurations, setup.stored_ca().to_pem());
  setup.set_bundle(webhook::kMutatingConfigurations, setup.stored_ca().to_pem());
  for (int i = 0; i < 5; ++i) {
    REQUIRE(setup.certificate->refresh());
    (void)setup.readiness.look();
    setup.clock.advance(std::chrono::seconds(1));
  }
  CHECK(setup.readiness.is_ready());
}

TEST_CASE("readiness: without a configuration of ours, a certificate is enough", "[webhook][serving]") {
  Setup setup;
  CHECK_FALSE(setup.readiness.is_ready());
  REQUIRE(setup.certificate->refresh());
  CHECK(setup.readiness.is_ready());
  SECTION("until there is one") {
    setup.install();
    setup.answer(Way::ThroughUs, kDenied);
    REQUIRE(setup.certificate->refresh());
    CHECK_FALSE(setup.readiness.is_ready());
    (void)setup.readiness.look();
    CHECK(setup.readiness.is_ready());
  }
}

TEST_CASE("keeper: what is erased comes back at once, without waiting for the next look",
          "[webhook][serving]") {
  Setup setup;
  setup.install();
  const webhook::CertificateKeeper keeper(*setup.certificate, &setup.api);
  const pki::Certificate ca = setup.stored_ca();
  const auto comes = [](const std::function<bool()>& look) {
    for (int i = 0; i < 6000 && !look(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return look();
  };
  CHECK(setup.bundle() == std::vector{ca});
  for (const auto& resource : {webhook::kValidatingConfigurations, webhook::kMutatingConfigurations}) {
    setup.set_bundle(resource, "");
    CHECK(comes([&] { return setup.bundle(resource) == std::vector{ca}; }));
  }
  setup.delete_secret();
  CHECK(comes([&] { return bool(setup.api.get(api::kSecrets, setup.secret)); }));
  CHECK(comes([&] { return setup.bundle().size() == 2; }));
}
