// What policy and guards mean for Certificates. reference/policy.md 3.9 nos. 60, 83, 94, 97, 114.
#include <atomic>
#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/unit/controller/scene.h"
#include "tests/unit/controller_policy/ground.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only

// A self-signed issuer "self" and Certificates of it.
struct Issuing : Ground {
  Issuing() {
    add_namespace("team");
    apply(api::kIssuers, issuer("team", "self", {{"selfSigned", kube::Json::object()}}));
  }
  void add_certificate(const std::string& name, const std::string& dns_name) {
    apply(api::kCertificates,
          certificate("team", name, {{"dnsNames", {dns_name}}, {"issuerRef", {{"name", "self"}}}}));
  }
  kube::Json stored(const std::string& name) const { return read(api::kCertificates, "team", name); }
  bool is_ready(const std::string& name) const { return ready(stored(name)) == "True/Ready"; }
  bool says(const std::string& name, const std::string& text) const {
    return wait_for([&] { return ready_message(stored(name)).find(text) != std::string::npos; });
  }
  // The issuance failed for policy's sake.
  bool is_set_back(const std::string& name) const {
    return wait_for([&] {
      const auto issuing = condition(stored(name), "Issuing");
      return !issuing.is_null() && issuing["status"] == "False" &&
             issuing["reason"] == "policy.cert-manager.io";
    });
  }
};

struct Guarded : Issuing {
  Guarded() { guard("**.{namespace}.example.com"); }
  void guard(const std::string& dns) {
    auto guarded = issuer("team", "self", {{"selfSigned", kube::Json::object()}});
    guarded["metadata"]["annotations"] = {{"certwright.dev/allowed-dns", dns}};
    apply(api::kIssuers, guarded);
  }
};

}  // namespace

TEST_CASE("certificate: says why its request waits, and is issued once it may be", "[policy]") {
  Issuing ground;
  ground.add_policy("example", allowing({"*.example.com"}));
  ground.start();
  ground.add_certificate("web", "web.example.com");
  CHECK(ground.says("web", "waits for approval"));
  CHECK(ground.says("web", "example"));
  ground.bind("example");
  CHECK(ground.wait_for([&] { return ground.is_ready("web"); }));
}

TEST_CASE("certificate: a denial is told, and dropped at once when it would not be one any more",
          "[policy]") {
  Issuing ground;
  ground.add_policy("example", allowing({"*.example.com"}));
  ground.bind("example");
  ground.start();
  ground.add_certificate("web", "web.test");
  REQUIRE(ground.is_set_back("web"));
  CHECK(ground.says("web", "spec.allowed.dnsNames"));
  SECTION("the policy") { ground.add_policy("example", allowing({"*.test"})); }
  SECTION("another policy, and its binding later") {
    ground.add_policy("wide", allowing({"*.test"}));
    ground.bind("wide");
  }
  CHECK(ground.wait_for([&] { return ground.is_ready("web"); }));
  // Another write than that of the condition may say so.
  CHECK(ground.wait_for(
      [&] { return ground.stored("web")["status"].value("failedIssuanceAttempts", 0) == 0; }));
}

TEST_CASE("certificate: a policy that changes before a denial is written down is not missed", "[policy]") {
  std::atomic<bool> changed{false};
  Issuing ground;
  ground.add_policy("example", allowing({"*.example.com"}));
  ground.bind("example");
  ground.writer.before_patch = [&](const kube::Resource& resource, const kube::Json& patch) {
    const bool denies = resource == api::kCertificates && !condition(patch, "Issuing").is_null() &&
                        condition(patch, "Issuing")["reason"] == "policy.cert-manager.io";
    if (!denies || changed.exchange(true)) return;
    ground.add_policy("example", allowing({"*.test"}));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));  // all have heard of it
  };
  ground.start();
  ground.add_certificate("web", "web.test");
  CHECK(ground.wait_for([&] { return ground.is_ready("web"); }));
  CHECK(changed);
}

TEST_CASE("certificate: a change that leaves it denied starts nothing", "[policy]") {
  Issuing ground;
  ground.add_policy("example", allowing({"*.example.com"}));
  ground.bind("example");
  ground.start();
  ground.add_certificate("web", "web.test");
  REQUIRE(ground.is_set_back("web"));
  ground.add_policy("example", allowing({"*.example.org"}));
  ground.add_certificate("other", "other.example.org");
  REQUIRE(ground.wait_for([&] { return ground.is_ready("other"); }));
  CHECK(ground.stored("web")["status"]["failedIssuanceAttempts"] == 1);
  constexpr const char* kDenied = "CertificateRequest/web-1 Warning Denied";
  REQUIRE(ground.wait_for([&] { return ground.told.count(kDenied) > 0; }));  // told after it was written
  CHECK(ground.told.count(kDenied) == 1);
}

TEST_CASE("guard: refuses whatever policy says", "[policy]") {
  Guarded ground;
  ground.add_policy("all", allowing({"*"}));
  ground.bind("all");
  ground.start();
  ground.add_certificate("good", "a.team.example.com");
  ground.add_certificate("bad", "a.eviltenant.example.com");
  REQUIRE(ground.wait_for([&] { return ground.is_ready("good"); }));
  REQUIRE(ground.is_set_back("bad"));
  CHECK(ground.says("bad", "allowed-dns"));
}

TEST_CASE("guard: refuses with policy off too, and lets go once it allows", "[policy]") {
  Guarded ground;
  ground.options.policy.on = false;
  ground.start();
  ground.add_certificate("good", "a.team.example.com");
  ground.add_certificate("bad", "a.eviltenant.example.com");
  REQUIRE(ground.wait_for([&] { return ground.is_ready("good"); }));
  REQUIRE(ground.is_set_back("bad"));
  ground.guard("**.example.com");
  CHECK(ground.wait_for([&] { return ground.is_ready("bad"); }));
}

TEST_CASE("guard: what was approved before the issuer got its guard is not signed", "[policy]") {
  Issuing ground;
  ground.options.policy.on = false;
  auto guarded = issuer("team", "late", {{"selfSigned", kube::Json::object()}});
  guarded["metadata"]["annotations"] = {{"certwright.dev/allowed-namespaces", "other"}};
  ground.start();
  ground.apply(api::kCertificates, certificate("team", "web", {{"issuerRef", {{"name", "late"}}}}));
  REQUIRE(ground.becomes("team", "web-1", "Approved"));
  ground.apply(api::kIssuers, guarded);
  REQUIRE(ground.wait_for(
      [&] { return ready(ground.read(api::kCertificateRequests, "team", "web-1")) == "False/Failed"; }));
  CHECK(ground.read(api::kSecrets, "team", "web-tls").is_null());
}

TEST_CASE("guard: a value that cannot be read lets nobody in", "[policy]") {
  Issuing ground;
  ground.options.policy.on = false;
  auto guarded = issuer("team", "self", {{"selfSigned", kube::Json::object()}});
  guarded["metadata"]["annotations"] = {{"certwright.dev/max-sans", "many"}};
  ground.apply(api::kIssuers, guarded);
  ground.start();
  ground.add_certificate("web", "web.example.com");
  CHECK(ground.is_set_back("web"));
}
