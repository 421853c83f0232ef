#include <catch2/catch.hpp>

#include "controller/issuers/issuer_directory.h"
#include "controller/issuers/readiness.h"
#include "lib/pki/serving.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                       // tests only
using namespace cw::controller::issuers;  // tests only
using Catch::Matchers::Contains;
using cw::controller::tests::kStart;

api::Issuer ca_issuer(const std::string& ns, const std::string& name) {
  api::Issuer issuer;
  issuer.metadata.name = name;
  issuer.metadata.name_space = ns;
  issuer.metadata.generation = 4;
  issuer.spec.ca.emplace().secret_name = name + "-key-pair";
  return issuer;
}

IssuerView with_pair(Result<std::shared_ptr<const CaKeyPair>> pair) {
  return {.issuer = ca_issuer("ns", "ca"), .key_pair = std::move(pair)};
}

std::shared_ptr<const CaKeyPair> pair_of(const pki::KeyPair& pair) {
  return std::make_shared<const CaKeyPair>(CaKeyPair{pair.key, {pair.certificate}, {}});
}

struct Directory {
  IssuerCache issuers;
  IssuerCache cluster_issuers;
  IssuerDirectory directory{{issuers, &cluster_issuers, "kube-system"}};
  std::uint64_t version = 0;
  void add(const api::Issuer& issuer) {
    auto& cache = issuer.metadata.name_space.empty() ? cluster_issuers : issuers;
    cache.put({kube::key_of(issuer.metadata), ++version}, issuer);
  }
};

}  // namespace

TEST_CASE("issuer readiness: self-signed is always ready", "[issuers]") {
  IssuerView view{.issuer = {}, .key_pair = std::nullopt};
  view.issuer.spec.self_signed.emplace();
  const auto decision = decide(view, kStart);
  CHECK(decision.ready->status == "True");
  CHECK(decision.ready->reason == "IsReady");
}

TEST_CASE("issuer readiness: a CA needs a key pair that can sign", "[issuers]") {
  pki::SystemKeyMaker keys;
  const auto ca = pki::make_ca({.common_name = "ca"}, keys, kStart);
  REQUIRE(ca);
  const auto leaf = pki::make_leaf(*ca, {}, keys, kStart);
  REQUIRE(leaf);
  SECTION("as it should be") {
    const auto decision = decide(with_pair(pair_of(*ca)), kStart);
    CHECK(decision.ready->reason == "KeyPairVerified");
    CHECK(decision.ready->observed_generation == 4);
    CHECK_FALSE(decision.retry);
  }
  SECTION("no Secret: it will be heard of") {
    const auto decision = decide(with_pair(Error{Code::NotFound, "no Secret"}), kStart);
    CHECK(decision.ready->reason == "ErrGetKeyPair");
    CHECK_FALSE(decision.retry);
  }
  SECTION("no answer: tried again") {
    const auto decision = decide(with_pair(Error{Code::Unavailable, "down"}), kStart);
    CHECK(decision.ready->reason == "ErrGetKeyPair");
    CHECK(decision.retry);
  }
  SECTION("no CA") { CHECK(decide(with_pair(pair_of(*leaf)), kStart).ready->reason == "ErrInvalidKeyPair"); }
  SECTION("the key of another certificate") {
    const auto odd = std::make_shared<const CaKeyPair>(CaKeyPair{leaf->key, {ca->certificate}, {}});
    CHECK(decide(with_pair(odd), kStart).ready->reason == "ErrInvalidKeyPair");
  }
}

TEST_CASE("issuer readiness: no type is an error without a condition, an unserved type an honest no",
          "[issuers]") {
  IssuerView view{.issuer = {}, .key_pair = std::nullopt};
  CHECK_FALSE(decide(view, kStart).ready);
  CHECK(decide(view, kStart).retry);
  view.issuer.spec.vault.emplace();
  CHECK(decide(view, kStart).ready->status == "False");
  CHECK_THAT(decide(view, kStart).ready->message, Contains("vault"));
}

TEST_CASE("directory: an Issuer serves its own namespace, a ClusterIssuer all", "[issuers]") {
  Directory d;
  d.add(ca_issuer("ns", "a"));
  d.add(ca_issuer("", "everywhere"));
  CHECK(d.directory.find({"a", "", ""}, "ns"));
  CHECK_FALSE(d.directory.find({"a", "", ""}, "other"));
  CHECK(d.directory.find({"everywhere", "ClusterIssuer", ""}, "other"));
  CHECK(d.directory.resource_namespace(ca_issuer("", "x")) == "kube-system");
  CHECK(d.directory.resource_namespace(ca_issuer("ns", "x")) == "ns");
}

TEST_CASE("directory: what is not found is explained", "[issuers]") {
  Directory d;
  d.add(ca_issuer("one", "a"));
  d.add(ca_issuer("two", "a"));
  d.add(ca_issuer("", "everywhere"));
  const auto message = [&](const api::IssuerReference& reference) {
    const auto found = d.directory.find(reference, "ns");
    REQUIRE_FALSE(found);
    return found.error().message;
  };
  CHECK_THAT(message({"a", "", ""}), Contains("only its own namespace") && Contains("\"one\", \"two\""));
  CHECK_THAT(message({"everywhere", "", ""}), Contains("set issuerRef.kind to ClusterIssuer"));
  CHECK_THAT(message({"b", "", ""}), Contains("\"b\" in namespace \"ns\" not found"));
  CHECK_THAT(message({"x", "Pca", ""}), Contains("issuerRef.kind \"Pca\" is unknown"));
  d.add(ca_issuer("ns", "mine"));
  CHECK_THAT(message({"mine", "ClusterIssuer", ""}), Contains("set issuerRef.kind to Issuer"));
  d.issuers.put({{"ns", "odd"}, 100}, Error{Code::Invalid, "spec.ca: expected object"});
  CHECK_THAT(message({"odd", "", ""}), Contains("cannot be read: spec.ca"));
}

TEST_CASE("directory: a Secret leads to the issuers that sign with it", "[issuers]") {
  Directory d;
  d.add(ca_issuer("ns", "a"));
  d.add(ca_issuer("", "a"));
  CHECK(d.directory.users_of_secret({"ns", "a-key-pair"}) == std::vector<kube::ObjectKey>{{"ns", "a"}});
  CHECK(d.directory.users_of_secret({"kube-system", "a-key-pair"}) ==
        std::vector<kube::ObjectKey>{{"", "a"}});
  CHECK(d.directory.users_of_secret({"other", "a-key-pair"}).empty());
}
