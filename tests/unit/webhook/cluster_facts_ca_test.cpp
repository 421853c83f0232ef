// The certificates of CA issuers: read by a thread of its own, or here by hand.
#include "webhook/advice/cluster_facts_ca.h"

#include <catch2/catch.hpp>

#include "tests/unit/webhook/cluster_facts_scene.h"

namespace {

using namespace cw;           // tests only
using namespace cw::test;     // tests only
using namespace cw::webhook;  // tests only

const kube::ObjectKey kSecret{"ns", "pair"};
constexpr std::chrono::seconds kRefresh{300};

Json ca_issuer(const std::string& ns) { return issuer_object(ns, "ca", {{"ca", {{"secretName", "pair"}}}}); }

struct ByHand {
  FactsScene scene;
  bool in_use = true;
  CaCertificates certificates{scene.kube, scene.clock, kRefresh,
                              [this](const kube::ObjectKey&) { return in_use; }};
  bool knows(const pki::Certificate& certificate) const {
    const auto found = certificates.find(kSecret);
    return found && *found == certificate;
  }
};

}  // namespace

TEST_CASE("CA certificates: a rotation of the Secret is seen, and so is its end", "[facts]") {
  FactsScene scene;
  const auto first = scene.put_ca_secret("ns", "pair");
  scene.put(api::kIssuers, ca_issuer("ns"));
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  const auto is = [&](const pki::Certificate& wanted) {
    const auto seen = facts.ca_certificate({"ns", "ca"});
    return seen && *seen == wanted;
  };
  CHECK(becomes_true([&] { return is(first); }));
  const auto second = scene.put_ca_secret("ns", "pair");
  CHECK(becomes_true([&] { return is(second); }));
  scene.remove(api::kSecrets, kSecret);
  CHECK(becomes_true([&] { return !facts.ca_certificate({"ns", "ca"}); }));
}

TEST_CASE("CA certificates: that of a ClusterIssuer is in the cluster resource namespace", "[facts]") {
  FactsScene scene;
  scene.options.cluster_resource_namespace = "home";
  const auto ca = scene.put_ca_secret("home", "pair");
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  scene.put(api::kClusterIssuers, ca_issuer(""));
  CHECK(becomes_true([&] {
    const auto seen = facts.ca_certificate({"", "ca"});
    return seen && *seen == ca;
  }));
  CHECK_FALSE(facts.ca_certificate({"home", "ca"}));
}

TEST_CASE("CA certificates: without a watch on Secrets they are read again after some minutes", "[facts]") {
  ByHand by_hand;
  const auto first = by_hand.scene.put_ca_secret("ns", "pair");
  by_hand.certificates.expect(kSecret);
  CHECK_FALSE(by_hand.certificates.find(kSecret));  // nothing is read by the thread that asks
  by_hand.certificates.read_due();
  CHECK(by_hand.knows(first));

  const auto second = by_hand.scene.put_ca_secret("ns", "pair");
  by_hand.certificates.read_due();
  CHECK(by_hand.knows(first));
  by_hand.scene.clock.advance(kRefresh);
  by_hand.certificates.read_due();
  CHECK(by_hand.knows(second));
}

TEST_CASE("CA certificates: no right to read is no certificate; no connection keeps the last", "[facts]") {
  ByHand by_hand;
  const auto ca = by_hand.scene.put_ca_secret("ns", "pair");
  by_hand.certificates.expect(kSecret);
  by_hand.certificates.read_due();
  by_hand.scene.refuse("secrets", Code::Unavailable);
  by_hand.certificates.secret_changed(kSecret);
  by_hand.certificates.read_due();
  CHECK(by_hand.knows(ca));
  by_hand.scene.refuse("secrets", Code::Forbidden);
  by_hand.certificates.secret_changed(kSecret);
  by_hand.certificates.read_due();
  CHECK_FALSE(by_hand.certificates.find(kSecret));
}

TEST_CASE("CA certificates: what is no certificate is none", "[facts]") {
  ByHand by_hand;
  for (const Json& data : {Json{{"tls.crt", "%%%"}}, Json{{"tls.crt", encode_base64("text")}},
                           Json{{"tls.key", "aGVsbG8="}}, Json{{"tls.crt", 7}}, Json(5), Json()}) {
    by_hand.scene.put(api::kSecrets, {{"metadata", {{"namespace", "ns"}, {"name", "pair"}}}, {"data", data}});
    by_hand.certificates.expect(kSecret);
    by_hand.certificates.read_due();
    CHECK_FALSE(by_hand.certificates.find(kSecret));
  }
}

TEST_CASE("CA certificates: one that no issuer uses any more is forgotten and not read", "[facts]") {
  ByHand by_hand;
  by_hand.scene.put_ca_secret("ns", "pair");
  by_hand.certificates.expect(kSecret);
  by_hand.certificates.read_due();
  REQUIRE(by_hand.certificates.find(kSecret));
  by_hand.in_use = false;
  by_hand.scene.clock.advance(kRefresh);
  by_hand.certificates.read_due();
  CHECK_FALSE(by_hand.certificates.find(kSecret));
}

TEST_CASE("CA certificates: no more Secrets are read than the bound", "[facts]") {
  FactsScene scene;
  std::atomic<int> reads{0};
  scene.kube.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    reads += call.verb == contract::Verb::Get ? 1 : 0;
    return std::nullopt;
  });
  CaCertificates certificates(scene.kube, scene.clock, kRefresh, [](const kube::ObjectKey&) { return true; });
  for (std::size_t i = 0; i < CaCertificates::kMaxSecrets + 5; ++i) {
    certificates.expect({"ns", std::to_string(i)});
  }
  certificates.read_due();
  CHECK(reads == static_cast<int>(CaCertificates::kMaxSecrets));
}
