// The sequence in which CA and leaf are exchanged: at no moment does an API server meet a leaf that it does
// not trust, even if it notices a changed configuration only seconds later.
#include <catch2/catch.hpp>

#include "tests/unit/webhook/serving_cluster.h"

using namespace cw;  // tests only
using webhook::kMutatingConfigurations;
using webhook::kValidatingConfigurations;
using webhook::Trust;

namespace {

constexpr std::size_t kSlowest = 5;  // seconds until an API server has noticed a configuration

// Two replicas. Every second each of them refreshes, and an API server that sees the configurations as they
// were some seconds ago calls each.
class Running : public test::ServingCluster {
 public:
  Running() {
    install();
    for (int i = 0; i < 2; ++i) replicas.push_back(replica());
    for (auto& one : replicas) (void)one->refresh();
    for (std::size_t i = 0; i < kSlowest; ++i) look();
  }
  void second() {
    clock.advance(std::chrono::seconds(1));
    for (auto& one : replicas) (void)one->refresh();
    look();
    for (const auto& one : replicas) {
      if (!webhook::contains(seen_.front(), *one->shown_ca())) ++refused;
    }
  }
  void seconds(int count) {
    for (int i = 0; i < count; ++i) second();
  }
  bool all_show(const pki::Certificate& ca) const {
    return *replicas[0]->shown_ca() == ca && *replicas[1]->shown_ca() == ca;
  }
  std::vector<std::unique_ptr<webhook::SharedCertificate>> replicas;
  int refused = 0;

 private:
  // What both configurations trust.
  void look() {
    auto trusted = bundle(kValidatingConfigurations);
    const auto other = bundle(kMutatingConfigurations);
    std::erase_if(trusted, [&](const auto& one) { return !webhook::contains(other, one); });
    seen_.push_back(std::move(trusted));
    if (seen_.size() > kSlowest) seen_.pop_front();
  }
  std::deque<std::vector<pki::Certificate>> seen_;
};

std::function<std::optional<Error>(const contract::Call&)> refuse(contract::Verb verb, Code code) {
  return [=](const contract::Call& call) -> std::optional<Error> {
    if (call.verb != verb || call.plural == "secrets") return std::nullopt;
    return Error{code, "refused"};
  };
}

}  // namespace

TEST_CASE("rotation: a leaf is made at once, again after two thirds of its life, and not in between",
          "[webhook][serving]") {
  test::ServingCluster cluster;
  const auto replica = cluster.replica();
  CHECK_FALSE(cluster.identities[0]->has_certificate());
  REQUIRE(replica->refresh());
  CHECK(cluster.identities[0]->has_certificate());
  CHECK(cluster.keys.made == 2);  // the CA's and the leaf's
  cluster.clock.advance(std::chrono::hours(111));
  REQUIRE(replica->refresh());
  CHECK(cluster.keys.made == 2);
  cluster.clock.advance(std::chrono::hours(1));
  REQUIRE(replica->refresh());
  CHECK(cluster.keys.made == 3);
}

TEST_CASE("rotation: after a start from nothing both configurations trust what both replicas show",
          "[webhook][serving]") {
  Running running;
  CHECK(running.all_show(running.stored_ca()));
  CHECK(running.bundle() == std::vector{running.stored_ca()});
  CHECK(running.replicas[0]->trust() == Trust::Fresh);
  running.seconds(5);
  CHECK(running.replicas[0]->trust() == Trust::Settled);
  CHECK(running.refused == 0);
}

TEST_CASE("rotation: a new CA is trusted before a leaf of it is shown, and no request is refused",
          "[webhook][serving]") {
  Running running;
  const pki::Certificate old = running.stored_ca();
  SECTION("the Secret is deleted") { running.delete_secret(); }
  SECTION("two thirds of the CA's life are over") { running.clock.advance(std::chrono::hours(24 * 244)); }
  running.second();
  const pki::Certificate stored = running.stored_ca();
  REQUIRE(stored != old);
  CHECK(running.all_show(old));
  CHECK(running.bundle() == std::vector{old, stored});
  running.seconds(15);
  CHECK(running.all_show(stored));
  CHECK(running.bundle() == std::vector{old, stored});
  running.clock.advance(std::chrono::hours(169));
  running.seconds(10);
  CHECK(running.bundle() == std::vector{stored});
  CHECK(running.refused == 0);
}

TEST_CASE("rotation: the Secret deleted again and again", "[webhook][serving]") {
  Running running;
  for (int i = 0; i < 6; ++i) {
    running.delete_secret();
    running.seconds(4);
  }
  running.seconds(15);
  CHECK(running.all_show(running.stored_ca()));
  CHECK(running.refused == 0);
}

TEST_CASE("rotation: a leaf that falls due while the new CA settles comes from the old one",
          "[webhook][serving]") {
  Running running;
  running.clock.advance(std::chrono::hours(112) - std::chrono::seconds(3));
  const pki::Certificate old = running.stored_ca();
  running.delete_secret();
  running.seconds(2);
  const int before = running.keys.made;
  running.seconds(4);
  CHECK(running.keys.made == before + 2);
  CHECK(running.all_show(old));
  running.seconds(15);
  CHECK(running.all_show(running.stored_ca()));
  CHECK(running.refused == 0);
}

TEST_CASE("rotation: a bundle that is erased, foreign or without the old CA is put back by the next look",
          "[webhook][serving]") {
  Running running;
  running.seconds(20);
  const pki::Certificate stored = running.stored_ca();
  running.set_bundle(kValidatingConfigurations, "");
  running.set_bundle(
      kMutatingConfigurations,
      pki::make_ca({.common_name = "x"}, running.keys, running.clock.now())->certificate.to_pem());
  REQUIRE(running.replicas[1]->refresh());
  CHECK(running.bundle() == std::vector{stored});
  CHECK(running.bundle(kMutatingConfigurations) == std::vector{stored});

  running.delete_secret();
  running.seconds(2);
  running.set_bundle(kValidatingConfigurations, "");
  REQUIRE(running.replicas[0]->refresh());
  CHECK(webhook::contains(running.bundle(), stored));
  CHECK(webhook::contains(running.bundle(), running.stored_ca()));
  running.seconds(20);
  CHECK(running.all_show(running.stored_ca()));
}

TEST_CASE("rotation: while the API server cannot be reached the old CA goes on signing",
          "[webhook][serving]") {
  Running running;
  const pki::Certificate old = running.stored_ca();
  running.api.fail_when([](const auto&) { return Error{Code::Unavailable, "away"}; });
  running.clock.advance(std::chrono::hours(113));
  const int before = running.keys.made;
  CHECK_FALSE(running.replicas[0]->refresh());
  CHECK(running.keys.made == before + 1);
  CHECK(*running.replicas[0]->shown_ca() == old);
  CHECK(running.replicas[0]->trust() != Trust::Missing);
}

TEST_CASE("rotation: without the right to patch, a leaf of the new CA waits for whoever injects it",
          "[webhook][serving]") {
  Running running;
  const pki::Certificate old = running.stored_ca();
  running.api.fail_when(refuse(contract::Verb::Patch, Code::Forbidden));
  running.delete_secret();
  running.seconds(100);
  const pki::Certificate stored = running.stored_ca();
  CHECK(running.all_show(old));
  const auto injected = GENERATE(as<std::string>(), "both", "the new one");
  const std::string wanted = (injected == "both" ? old.to_pem() : "") + stored.to_pem();
  running.set_bundle(kValidatingConfigurations, wanted);
  running.set_bundle(kMutatingConfigurations, wanted);
  running.seconds(15);
  CHECK(running.all_show(stored));
}

TEST_CASE("rotation: without the right to see configurations an injector gets its time",
          "[webhook][serving]") {
  Running running;
  const pki::Certificate old = running.stored_ca();
  running.api.fail_when(refuse(contract::Verb::List, Code::Forbidden));
  running.delete_secret();
  running.seconds(5);
  CHECK(running.all_show(old));
  CHECK(running.replicas[0]->trust() == Trust::Unknown);
  running.seconds(10);
  CHECK(running.all_show(running.stored_ca()));
}

TEST_CASE("rotation: a CA that has expired is not waited for", "[webhook][serving]") {
  Running running;
  const pki::Certificate old = running.stored_ca();
  running.clock.advance(std::chrono::hours(24 * 366));
  running.second();
  CHECK(running.all_show(running.stored_ca()));
  CHECK_FALSE(running.all_show(old));
}
