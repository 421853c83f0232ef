// ClusterFacts where something may not be read: it stays unknown, and the rest is not harmed.
#include <catch2/catch.hpp>

#include "tests/unit/webhook/cluster_facts_scene.h"

namespace {

using namespace cw;           // tests only
using namespace cw::test;     // tests only
using namespace cw::webhook;  // tests only

const Json kSelfSigned{{"selfSigned", Json::object()}};

}  // namespace

TEST_CASE("facts: without the right to read Secrets those are unknown, and issuers are not", "[facts]") {
  FactsScene scene;
  const Code code = GENERATE(Code::Forbidden, Code::NotFound);
  std::atomic<int> asked{0};
  scene.kube.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    if (call.plural != "secrets") return std::nullopt;
    ++asked;
    return Error{code, "refused"};
  });
  scene.options.ask_again = std::chrono::hours(1);
  scene.put(api::kIssuers, issuer_object("ns", "own", kSelfSigned));
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  REQUIRE(becomes_true([&] { return facts.issuer({"ns", "own"}).known == Known::Present && asked > 0; }));
  CHECK(facts.secret({"ns", "x"}).known == Known::Unknown);
  CHECK_FALSE(facts.synced());
  facts.stop();
  CHECK(asked == 1);  // and again only after an hour
}

TEST_CASE("facts: a right that is given later is found", "[facts]") {
  FactsScene scene;
  scene.options.ask_again = std::chrono::milliseconds(1);
  scene.put(api::kCertificates, certificate_object("ns", "a", "a", {"a.example.com"}));
  scene.refuse("certificates", Code::Forbidden);
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  REQUIRE(becomes_true([&] { return facts.secret({"ns", "a"}).known == Known::Absent; }));
  CHECK(facts.certificates_of_secret({"ns", "a"}).empty());
  scene.refuse_nothing();
  CHECK(becomes_true([&] { return facts.certificates_of_secret({"ns", "a"}).size() == 1; }));
}

TEST_CASE("facts: a right that is taken away makes unknown what was known", "[facts]") {
  FactsScene scene;
  scene.options.ask_again = std::chrono::milliseconds(1);
  scene.put(api::kIssuers, issuer_object("ns", "own", kSelfSigned));
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  REQUIRE(becomes_true([&] { return facts.issuer({"ns", "own"}).known == Known::Present; }));
  scene.refuse("issuers", Code::Forbidden);
  scene.kube.end_watches();
  CHECK(becomes_true([&] { return facts.issuer({"ns", "own"}).known == Known::Unknown; }));
  CHECK(facts.namespaces_with_issuer("own", 5).empty());
}

TEST_CASE("facts: what was known stays while the API server cannot be reached", "[facts]") {
  FactsScene scene;
  std::atomic<int> asked{0};  // outlives the facts, which ask to their end
  scene.put(api::kIssuers, issuer_object("ns", "own", kSelfSigned));
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  REQUIRE(becomes_true([&] { return facts.issuer({"ns", "own"}).known == Known::Present; }));
  scene.kube.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    if (call.plural == "issuers") ++asked;
    return Error{Code::Unavailable, "connection refused"};
  });
  scene.kube.end_watches();
  REQUIRE(becomes_true([&] { return asked > 0; }));
  CHECK(facts.issuer({"ns", "own"}).known == Known::Present);
}
