// Every way in which an ACME server says no, late, or nothing: the Order ends in a stated state or goes on,
// nothing stays put up, and the server is not hammered.
#include "tests/unit/controller_acme/orders_scene.h"

namespace cw::controller::acme::tests {
namespace {

using contract::refusal;
using contract::Verdict;
using wire::Failure;

Failure unreachable() { return {.kind = Failure::Kind::Unreachable, .message = "no connection"}; }
Failure throttled(std::chrono::seconds wait) {
  auto failure = refusal(429, "rateLimited", "too many certificates already issued");
  failure.retry_after = wait;
  return failure;
}

const std::vector<AcmeCall>& calls_of_an_order() {
  static const std::vector<AcmeCall> all{AcmeCall::NewOrder, AcmeCall::GetAuthorization,
                                         AcmeCall::AcceptChallenge, AcmeCall::Finalize,
                                         AcmeCall::GetCertificate};
  return all;
}

TEST_CASE("a request that is refused for good ends the order, and nothing stays", "[failures]") {
  const auto call = GENERATE(from_range(calls_of_an_order()));
  Prepared world;
  // A second refusal is for the look that follows a refused accept.
  world.server.fail_when([&](AcmeCall seen) -> std::optional<Failure> {
    if (seen == call) return refusal(400, "malformed", "broken");
    return std::nullopt;
  });
  world.settle();
  world.settle();
  INFO("call " << static_cast<int>(call) << ": " << world.reason());
  CHECK(world.state() == (call == AcmeCall::AcceptChallenge ? "expired" : "errored"));
  CHECK(!world.reason().empty());
  CHECK(world.order()["status"].contains("failureTime"));
  CHECK(world.http01.standing.empty());
  CHECK(world.server.calls(call) <= 2);
  const auto before = world.server.calls();
  world.settle();
  CHECK(world.server.calls() == before);
}

TEST_CASE("an account that the server has forgotten: the Order waits until the issuer has one, once",
          "[failures]") {
  const int refusals = GENERATE(1, 2);
  Prepared world;
  Controller controller(world);
  world.server.fail_next(AcmeCall::NewOrder, refusal(400, "accountDoesNotExist", "who are you"), refusals);
  controller.run();
  CHECK(controller.errors.empty());
  CHECK(world.state().empty());
  // The next round brings the client as the issuer's reconciler would, which has registered anew.
  controller.run();
  CHECK(world.state() == (refusals == 1 ? "valid" : "errored"));
  CHECK(world.server.calls(AcmeCall::NewOrder) == 2);
}

TEST_CASE("a request that fails for now is an error, and is made again with success", "[failures]") {
  const auto call = GENERATE(from_range(calls_of_an_order()));
  const auto failure = GENERATE(unreachable(), refusal(503, "serverInternal", "later"),
                                Failure{.kind = Failure::Kind::Malformed, .message = "not JSON"});
  Prepared world;
  world.server.fail_next(call, failure);
  Controller controller(world);
  controller.run();
  INFO("call " << static_cast<int>(call));
  CHECK(controller.errors.size() == 1);
  controller.run();
  CHECK(world.state() == "valid");
  CHECK(world.is_clean());
  CHECK(world.server.order_urls().size() == 1);
}

TEST_CASE("Retry-After is kept, and said in the status", "[failures]") {
  Prepared world;
  world.server.fail_next(AcmeCall::NewOrder, throttled(std::chrono::hours(3)));
  Controller controller(world);
  controller.run(1);
  CHECK(controller.errors.empty());
  REQUIRE(controller.outcomes.size() == 1);
  CHECK(controller.outcomes[0].again_at == kNow + std::chrono::hours(3));
  CHECK(world.reason().find("too many certificates") != std::string::npos);
  controller.run();
  CHECK(world.state() == "valid");
  CHECK(world.reason().empty());
}

TEST_CASE("Retry-After of a challenge's requests is kept too", "[failures]") {
  Prepared world;
  world.server.fail_next(AcmeCall::AcceptChallenge, throttled(std::chrono::seconds(30)));
  Controller controller(world);
  controller.run(1);
  CHECK(controller.errors.empty());
  CHECK(world.http01.checks == 1);
  const auto challenge = world.list(api::kChallenges).at(0);
  CHECK(challenge["status"]["reason"].get<std::string>().find("too many") != std::string::npos);
  controller.run();
  CHECK(world.state() == "valid");
}

TEST_CASE("after an error, and until Retry-After, nothing is tried whatever news there is", "[failures]") {
  Prepared world;
  const auto call = GENERATE(AcmeCall::NewOrder, AcmeCall::AcceptChallenge);
  const bool says_when = GENERATE(true, false);
  world.server.fail_next(call, says_when ? throttled(std::chrono::hours(3)) : unreachable(), 100);
  Controller controller(world, nullptr,
                        {.first = milliseconds(0), .last = milliseconds(0), .quiet = std::chrono::hours(1)});
  for (int i = 0; i < 5; ++i) controller.round();
  CHECK(world.server.calls(call) == 1);
  CHECK(std::any_of(controller.outcomes.begin(), controller.outcomes.end(),
                    [](const auto& ended) { return ended.undisturbed; }));
  // What is deleted is taken down at once all the same.
  REQUIRE(world.kube.remove(api::kOrders, {"mesh", "web"}));
  controller.run();
  CHECK(world.is_clean());
}

TEST_CASE("a challenge that the CA finds wrong: invalid, with its words, and cleaned up", "[failures]") {
  Prepared world;
  world.server.judge_by([](const auto&, const auto&) {
    return Verdict{.kind = Verdict::Kind::Invalid,
                   .error = "403 urn:ietf:params:acme:error:unauthorized: wrong"};
  });
  world.settle();
  CHECK(world.state() == "invalid");
  CHECK(world.reason().find("unauthorized: wrong") != std::string::npos);
  CHECK(world.http01.standing.empty());
  // It tells why; the Order takes it along when it goes.
  const auto challenge = world.list(api::kChallenges).at(0);
  CHECK(challenge["status"]["state"] == "invalid");
  CHECK(challenge["status"]["processing"] == false);
  CHECK(challenge["metadata"].value("finalizers", Json::array()).empty());
  CHECK(world.events.count("Challenge Failed") == 1);
  CHECK(world.server.calls(AcmeCall::AcceptChallenge) == 1);
  CHECK(world.server.calls() <= 5);
}

TEST_CASE("one name of two fails: the other's answer is taken down too", "[failures]") {
  World world;
  world.add_issuer(Json::array({http01_solver()}));
  world.add_order({"good.example.com", "bad.example.com"});
  world.server.judge_by([](const wire::Authorization& authorization, const auto&) {
    if (authorization.identifier.value == "good.example.com") return Verdict{.kind = Verdict::Kind::Waiting};
    return Verdict{.kind = Verdict::Kind::Invalid, .error = "no"};
  });
  Controller controller(world);
  controller.run();
  controller.run();
  CHECK(world.state() == "invalid");
  CHECK(world.http01.standing.empty());
  CHECK(world.list(api::kChallenges).size() == 1);
}

TEST_CASE("an order that the server has given up or lost meanwhile ends in a stated state", "[failures]") {
  Prepared world;
  bool visible = false;
  world.http01.on_check = [&](const auto&) -> Result<Visibility> {
    return Visibility{.visible = visible, .reason = "no", .look_again = {}};
  };
  Controller controller(world);
  controller.run(3);
  const auto url = world.server.order_urls().at(0);
  visible = true;
  SECTION("invalid") {
    world.server.set_order_status(url, "invalid", "the order has expired");
    controller.run();
    CHECK(world.state() == "invalid");
    CHECK(world.reason() == "the order has expired");
  }
  SECTION("lost") {
    world.server.lose_order(url);
    controller.run();
    CHECK(world.state() == "errored");
  }
  SECTION("its authorization has expired") {
    const auto authorization = world.server.find_order(url)->authorizations.at(0);
    world.server.set_authorization_status(authorization, "expired");
    // As a server that takes no answers for it any more.
    world.server.fail_next(AcmeCall::AcceptChallenge, refusal(400, "malformed", "expired"));
    controller.run();
    CHECK(world.state() == "invalid");
    CHECK(world.list(api::kChallenges).at(0)["status"]["state"] == "expired");
  }
  CHECK(world.http01.standing.empty());
  CHECK(world.server.calls() <= 8);
}

TEST_CASE("an accept that was refused because it had been heard before does no harm", "[failures]") {
  Prepared world;
  world.server.judge_by([](const auto&, const auto&) { return Verdict{}; });
  bool first = true;
  world.server.fail_when([&](AcmeCall call) -> std::optional<Failure> {
    if (call != AcmeCall::AcceptChallenge || !std::exchange(first, false)) return std::nullopt;
    const auto url = world.server.order_urls().at(0);
    world.server.set_authorization_status(world.server.find_order(url)->authorizations.at(0), "valid");
    return refusal(400, "malformed", "cannot update challenge with status valid");
  });
  world.settle();
  CHECK(world.state() == "valid");
  CHECK(world.is_clean());
}

TEST_CASE("finalize that is refused: too early is waited for, anything else ends it", "[failures]") {
  Prepared world;
  SECTION("not ready yet") {
    world.server.fail_next(AcmeCall::Finalize, refusal(403, "orderNotReady", "not yet"), 2);
    Controller controller(world);
    controller.run();
    CHECK(world.state() == "valid");
    CHECK(world.server.calls(AcmeCall::Finalize) == 3);
  }
  SECTION("forbidden") {
    world.server.fail_next(AcmeCall::Finalize, refusal(403, "unauthorized", "CAA"));
    world.settle();
    CHECK(world.state() == "errored");
    CHECK(world.reason().starts_with("Failed to finalize Order: "));
  }
  SECTION("bad CSR") {
    world.server.fail_next(AcmeCall::Finalize, refusal(400, "badCSR", "weak key"));
    world.settle();
    CHECK(world.state() == "errored");
    CHECK(world.reason().find("weak key") != std::string::npos);
  }
}

TEST_CASE("a server that never decides: polled at the start, then left to longer and longer waits",
          "[failures]") {
  Prepared world;
  world.server.judge_by([](const auto&, const auto&) { return Verdict{.kind = Verdict::Kind::Waiting}; });
  Controller controller(world);
  controller.run(4);
  CHECK(controller.errors.empty());
  world.clock.advance(std::chrono::minutes(2));
  controller.round();
  CHECK(controller.errors.size() == 1);
  const auto before = world.server.calls();
  controller.round();
  CHECK(world.server.calls() == before + 1);
  CHECK(controller.errors.size() == 2);
  CHECK(world.server.calls(AcmeCall::AcceptChallenge) == 1);
}

TEST_CASE("a certificate with another key than the request is not taken", "[failures]") {
  Prepared world;
  // The server has issued for another CSR of the same order.
  world.http01.on_clean_up = [&, done = false](const auto&) mutable -> Status {
    if (std::exchange(done, true)) return Done{};
    const auto order = *world.server.find_order(world.server.order_urls().at(0));
    const auto key = *pki::PrivateKey::generate_throw_away(pki::KeyAlgorithm::Ecdsa);
    pki::CsrTemplate wanted;
    wanted.subject_alt_names.dns_names = {"www.example.com"};
    wanted.raw_subject = *pki::encode_subject({});
    const auto csr = pki::Csr::build(wanted, key);
    REQUIRE(world.client.finalize(order.finalize, csr->der()));
    return Done{};
  };
  world.settle();
  CHECK(world.state() == "errored");
  CHECK(world.reason().find("another key") != std::string::npos);
}

}  // namespace
}  // namespace cw::controller::acme::tests
