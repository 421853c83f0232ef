// ClusterFacts: each look-up, from an API server in memory.
#include <catch2/catch.hpp>
#include <simdjson.h>

#include "lib/api/certificate.h"
#include "tests/unit/webhook/cluster_facts_scene.h"
#include "webhook/advice/names_key.h"

namespace {

using namespace cw;           // tests only
using namespace cw::test;     // tests only
using namespace cw::webhook;  // tests only

using Keys = std::vector<kube::ObjectKey>;
using Names = std::vector<std::string>;

const Json kSelfSigned{{"selfSigned", Json::object()}};

Json ca_spec(const std::string& secret) { return {{"ca", {{"secretName", secret}}}}; }

std::string key_of_names(const std::string& ns, const Json& dns_names) {
  const auto certificate = api::decode_certificate(certificate_object(ns, "x", "x", dns_names));
  return names_key(ns, certificate->spec);
}

// Everything that may be read has been.
void until_synced(const ClusterFacts& facts) {
  REQUIRE(becomes_true([&] { return facts.synced(); }));
}

}  // namespace

TEST_CASE("facts: before anything was read nothing is known", "[facts]") {
  FactsScene scene;
  scene.put(api::kIssuers, issuer_object("ns", "ca", ca_spec("ca")));
  const ClusterFacts facts(scene.kube, scene.options, scene.clock);
  CHECK(facts.issuer({"ns", "ca"}).known == Known::Unknown);
  CHECK(facts.issuer({"", "ca"}).known == Known::Unknown);
  CHECK(facts.secret({"ns", "ca"}).known == Known::Unknown);
  CHECK(facts.namespaces_with_issuer("ca", 5).empty());
  CHECK(facts.certificates_of_secret({"ns", "ca"}).empty());
  CHECK(facts.certificates_with_names("x").empty());
  CHECK(facts.issuers_of_ca_secret({"ns", "ca"}).empty());
  CHECK_FALSE(facts.ca_certificate({"ns", "ca"}));
}

TEST_CASE("facts: an issuer is found as it is now, and is absent when it is gone", "[facts]") {
  FactsScene scene;
  scene.put(api::kIssuers, issuer_object("ns", "own", kSelfSigned));
  scene.put(api::kClusterIssuers, issuer_object("", "wide", kSelfSigned));
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  until_synced(facts);
  CHECK(facts.issuer({"ns", "own"}).known == Known::Present);
  CHECK(facts.issuer({"", "wide"}).known == Known::Present);
  CHECK(facts.issuer({"", "own"}).known == Known::Absent);
  CHECK(facts.issuer({"other", "own"}).known == Known::Absent);

  scene.put(api::kIssuers, issuer_object("ns", "own", ca_spec("pair")));
  CHECK(becomes_true([&] { return facts.issuer({"ns", "own"}).issuer->spec.ca.has_value(); }));
  scene.remove(api::kIssuers, {"ns", "own"});
  CHECK(becomes_true([&] { return facts.issuer({"ns", "own"}).known == Known::Absent; }));
}

TEST_CASE("facts: an issuer that cannot be read is not called absent", "[facts]") {
  FactsScene scene;
  scene.put(api::kIssuers, issuer_object("ns", "odd", {{"ca", 5}}));
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  until_synced(facts);
  CHECK(facts.issuer({"ns", "odd"}).known == Known::Unknown);
}

TEST_CASE("facts: the namespaces of an issuer's name come in order, as many as asked for", "[facts]") {
  FactsScene scene;
  for (const char* ns : {"c", "a", "b"}) scene.put(api::kIssuers, issuer_object(ns, "ca", kSelfSigned));
  scene.put(api::kIssuers, issuer_object("d", "other", kSelfSigned));
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  until_synced(facts);
  CHECK(facts.namespaces_with_issuer("ca", 9) == Names{"a", "b", "c"});
  CHECK(facts.namespaces_with_issuer("ca", 2) == Names{"a", "b"});
  CHECK(facts.namespaces_with_issuer("none", 2).empty());
}

TEST_CASE("facts: Certificates are found by their Secret, through changes and deletion", "[facts]") {
  FactsScene scene;
  scene.put(api::kCertificates, certificate_object("ns", "b", "shared", {"b.example.com"}));
  scene.put(api::kCertificates, certificate_object("ns", "a", "shared", {"a.example.com"}));
  scene.put(api::kCertificates, certificate_object("else", "c", "shared", {"c.example.com"}));
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  until_synced(facts);
  CHECK(facts.certificates_of_secret({"ns", "shared"}) == Names{"a", "b"});
  CHECK(facts.certificates_of_secret({"ns", "share"}).empty());

  scene.put(api::kCertificates, certificate_object("ns", "a", "own", {"a.example.com"}));
  CHECK(becomes_true([&] { return facts.certificates_of_secret({"ns", "own"}) == Names{"a"}; }));
  CHECK(facts.certificates_of_secret({"ns", "shared"}) == Names{"b"});
  scene.remove(api::kCertificates, {"ns", "b"});
  CHECK(becomes_true([&] { return facts.certificates_of_secret({"ns", "shared"}).empty(); }));
}

TEST_CASE("facts: Certificates are found by the set of names that they ask for", "[facts]") {
  FactsScene scene;
  scene.put(api::kCertificates, certificate_object("ns", "a", "a", {"x.example.com", "y.example.com"}));
  scene.put(api::kCertificates, certificate_object("ns", "b", "b", {"y.example.com", "x.example.com"}));
  scene.put(api::kCertificates, certificate_object("ns", "c", "c", {"y.example.com"}));
  scene.put(api::kCertificates, certificate_object("ns", "none", "n", Json::array()));
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  until_synced(facts);
  const std::string both = key_of_names("ns", {"x.example.com", "y.example.com"});
  CHECK(facts.certificates_with_names(both) == Keys{{"ns", "a"}, {"ns", "b"}});
  CHECK(facts.certificates_with_names("").empty());

  scene.put(api::kCertificates, certificate_object("ns", "b", "b", {"z.example.com"}));
  CHECK(becomes_true([&] { return facts.certificates_with_names(both) == Keys{{"ns", "a"}}; }));
}

TEST_CASE("facts: an answer is bounded, however many Certificates share a Secret", "[facts]") {
  FactsScene scene;
  for (int i = 0; i < 50; ++i) {
    scene.put(api::kCertificates,
              certificate_object("ns", "c" + std::to_string(i), "shared", {"x.example.com"}));
    scene.put(api::kIssuers, issuer_object("ns", "i" + std::to_string(i), ca_spec("pair")));
    scene.put(api::kIssuers, issuer_object("n" + std::to_string(i), "many", kSelfSigned));
  }
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  until_synced(facts);
  CHECK(facts.certificates_of_secret({"ns", "shared"}).size() == kMaxFacts);
  CHECK(facts.certificates_with_names(key_of_names("ns", {"x.example.com"})).size() == kMaxFacts);
  CHECK(facts.issuers_of_ca_secret({"ns", "pair"}).size() == kMaxFacts);
  CHECK(facts.namespaces_with_issuer("many", 1000).size() == kMaxFacts);
}

TEST_CASE("facts: a Secret is nobody's, or the Certificate's that its annotation names", "[facts]") {
  FactsScene scene;
  scene.put(api::kSecrets, secret_object("ns", "foreign", {{"a", "b"}}));
  scene.put(api::kSecrets, secret_object("ns", "ours", {{"cert-manager.io/certificate-name", "web"}}));
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  until_synced(facts);
  CHECK(facts.secret({"ns", "foreign"}).known == Known::Present);
  CHECK(facts.secret({"ns", "foreign"}).certificate_name.empty());
  CHECK(facts.secret({"ns", "ours"}).certificate_name == "web");
  CHECK(facts.secret({"ns", "none"}).known == Known::Absent);
  CHECK(facts.secret({"", "ours"}).known == Known::Absent);

  scene.remove(api::kSecrets, {"ns", "ours"});
  CHECK(becomes_true([&] { return facts.secret({"ns", "ours"}).known == Known::Absent; }));
}

TEST_CASE("facts: the issuers of a CA Secret are those of its namespace, and ClusterIssuers in theirs",
          "[facts]") {
  FactsScene scene;
  scene.options.cluster_resource_namespace = "home";
  scene.put(api::kIssuers, issuer_object("ns", "own", ca_spec("pair")));
  scene.put(api::kIssuers, issuer_object("home", "there", ca_spec("pair")));
  scene.put(api::kClusterIssuers, issuer_object("", "wide", ca_spec("pair")));
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  until_synced(facts);
  CHECK(facts.issuers_of_ca_secret({"ns", "pair"}) == Keys{{"ns", "own"}});
  CHECK(facts.issuers_of_ca_secret({"home", "pair"}) == Keys{{"", "wide"}, {"home", "there"}});
  CHECK(facts.issuers_of_ca_secret({"other", "pair"}).empty());
}

TEST_CASE("facts: what a list does not name any more is gone", "[facts]") {
  FactsScene scene;
  scene.put(api::kCertificates, certificate_object("ns", "a", "a", {"a.example.com"}));
  scene.put(api::kSecrets, secret_object("ns", "a", Json::object()));
  ClusterFacts facts(scene.kube, scene.options, scene.clock);
  facts.start();
  until_synced(facts);
  // The watches end at once, and their version is forgotten before they are asked for again.
  scene.kube.fail_when([](const contract::Call& call) -> std::optional<Error> {
    if (call.verb == contract::Verb::Watch) return Error{Code::Gone, "gone"};
    return std::nullopt;
  });
  scene.kube.end_watches();
  scene.remove(api::kCertificates, {"ns", "a"});
  scene.remove(api::kSecrets, {"ns", "a"});
  CHECK(becomes_true([&] { return facts.certificates_of_secret({"ns", "a"}).empty(); }));
  CHECK(becomes_true([&] { return facts.secret({"ns", "a"}).known == Known::Absent; }));
}
