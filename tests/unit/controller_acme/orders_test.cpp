// Orders and Challenges from end to end, against an ACME server in memory.
#include "lib/acme/renewal_info.h"
#include "lib/base/encoding.h"
#include "tests/unit/controller_acme/orders_scene.h"

namespace cw::controller::acme::tests {
namespace {

using contract::Verb;

std::vector<pki::Certificate> chain_of(const Json& order) {
  const auto pem = decode_base64(order["status"]["certificate"].get<std::string>());
  return *pki::Certificate::parse_chain(*pem);
}

std::string last_issuer(const Json& order) { return pki::common_name(chain_of(order).back().issuer()); }

TEST_CASE("an order for one name: few requests, few writes, nothing left", "[orders]") {
  World world;
  world.add_issuer(Json::array({http01_solver()}));
  world.add_order({"www.example.com"});
  Controller controller(world);
  controller.run();
  CHECK(controller.errors.empty());
  const auto order = world.order();
  REQUIRE(world.state() == "valid");
  CHECK(last_issuer(order) == contract::FakeAcme::kRootName);
  CHECK(order["status"]["authorizations"][0]["identifier"] == "www.example.com");
  CHECK(order["status"]["authorizations"][0]["initialState"] == "pending");
  CHECK(world.is_clean());
  CHECK(world.http01.presents == 1);
  CHECK(world.http01.checks == 1);
  CHECK(world.http01.clean_ups == 1);
  // newOrder, authorization, accept, authorization, finalize, certificate.
  CHECK(world.server.calls() <= 6);
  // The Order: its URL and authorizations, then the certificate. The Challenge: presented, valid, let go.
  CHECK(world.writes_of("orders", Verb::Patch) == 2);
  CHECK(world.writes_of("challenges", Verb::Create) == 1);
  CHECK(world.writes_of("challenges", Verb::Patch) == 3);
  CHECK(world.writes_of("challenges", Verb::Delete) == 1);
  for (const char* event : {"Order Created", "Order Complete", "Challenge Started", "Challenge Presented",
                            "Challenge DomainVerified"}) {
    INFO(event);
    CHECK(world.events.count(event) == 1);
  }
  SECTION("what is finished costs nothing") {
    world.kube.forget_writes();
    world.server.forget_calls();
    world.settle();
    CHECK(world.kube.writes().empty());
    CHECK(world.server.calls() == 0);
  }
}

TEST_CASE("an order's identifiers: sorted, unique, common name and addresses too", "[orders]") {
  World world;
  world.add_issuer(Json::array({http01_solver()}));
  world.add_order({"b.example.com", "a.example.com", "192.0.2.7"});
  world.settle();
  REQUIRE(world.state() == "valid");
  const auto requests = world.server.order_requests();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].identifiers == std::vector<wire::Identifier>{{"dns", "a.example.com"},
                                                                 {"dns", "b.example.com"},
                                                                 {"ip", "192.0.2.7"}});
  CHECK(world.http01.presents == 3);
  CHECK(world.is_clean());
}

TEST_CASE("wildcard and apex are answered side by side, each with its key", "[orders]") {
  World world;
  world.add_issuer(Json::array({dns01_solver()}));
  world.add_order({"example.com", "*.example.com"});
  world.settle();
  REQUIRE(world.state() == "valid");
  CHECK(world.dns01.presents == 2);
  CHECK(world.dns01.most_at_once == 2);
  CHECK(world.is_clean());
}

TEST_CASE("what is authorized already needs no challenge", "[orders]") {
  World world;
  world.server.authorize_beforehand({"dns", "www.example.com"});
  world.add_issuer(Json::array({http01_solver()}));
  world.add_order({"www.example.com"});
  world.settle();
  CHECK(world.state() == "valid");
  CHECK(world.http01.presents == 0);
  // newOrder, finalize, certificate.
  CHECK(world.server.calls() == 3);
}

TEST_CASE("profile, duration and replaces go into the order", "[orders]") {
  World world({.profiles = {{"short", ""}}});
  world.add_issuer(Json::array({http01_solver()}));
  world.add_order({"www.example.com"}, Json::object(), "first");
  world.settle();
  REQUIRE(world.state("first") == "valid");
  const auto id = wire::certificate_id(chain_of(world.order("first")).front());
  REQUIRE(id);
  world.add_order({"www.example.com"},
                  Json{{"spec", {{"profile", "short"}, {"duration", "24h0m0s"}, {"replaces", *id}}}});
  world.settle();
  REQUIRE(world.state() == "valid");
  const auto request = world.server.order_requests().at(1);
  CHECK(request.profile == "short");
  CHECK(request.replaces == *id);
  CHECK(request.not_after == kNow + std::chrono::hours(24));
}

TEST_CASE("a profile that the server does not have ends the order with the field's words", "[orders]") {
  World world;
  world.add_issuer(Json::array({http01_solver()}));
  world.add_order({"www.example.com"}, {{"spec", {{"profile", "none"}}}});
  world.settle();
  CHECK(world.state() == "errored");
  CHECK(world.reason() ==
        "Failed to create Order: acme: certificate authority does not advertise a profile with name none");
  CHECK(world.order()["status"]["failureTime"] == "2026-01-02T03:04:05Z");
}

TEST_CASE("the preferred chain is taken, or the usual one if there is none", "[orders]") {
  World world;
  const auto [preferred, expected] = GENERATE(table<std::string, std::string>(
      {{"Fake Root 2", "Fake Root 2"}, {"Fake Root", "Fake Root"}, {"Nobody", "Fake Root"}}));
  world.add_issuer(Json::array({http01_solver()}), {{"preferredChain", preferred}});
  world.add_order({"www.example.com"});
  world.settle();
  REQUIRE(world.state() == "valid");
  CHECK(last_issuer(world.order()) == expected);
}

TEST_CASE("no solver fits: told once, and it goes on when the issuer changes", "[orders]") {
  World world;
  world.add_issuer(Json::array({http01_solver()}));
  world.add_order({"*.example.com"});
  Controller controller(world);
  controller.run();
  controller.run();
  CHECK(world.state() == "pending");
  CHECK(world.reason().find("no configured challenge solvers can be used for \"*.example.com\"") !=
        std::string::npos);
  CHECK(world.events.count("Order Solver") == 1);
  CHECK(controller.errors.empty());
  CHECK(world.server.calls() == 2);
  REQUIRE(world.kube.merge_patch(api::kIssuers, {"mesh", "le"}, kube::Part::Object,
                                 Json{{"spec", {{"acme", {{"solvers", Json::array({dns01_solver()})}}}}}}));
  controller.run();
  CHECK(world.state() == "valid");
  CHECK(world.reason().empty());
  CHECK(world.is_clean());
}

TEST_CASE("a solver that was set right takes the place of the wrong one, after it has cleaned up",
          "[orders]") {
  World world;
  world.add_issuer(Json::array({dns01_solver()}));
  world.add_order({"www.example.com"});
  world.dns01.on_check = [](const api::Challenge& challenge) -> Result<Visibility> {
    return Visibility{.visible = challenge.spec.solver.dns01->rfc2136->nameserver == "192.0.2.2",
                      .reason = "not there",
                      .look_again = {}};
  };
  Controller controller(world);
  controller.run(5);
  REQUIRE(world.state() == "pending");
  auto right = dns01_solver();
  right["dns01"]["rfc2136"]["nameserver"] = "192.0.2.2";
  REQUIRE(world.kube.merge_patch(api::kIssuers, {"mesh", "le"}, kube::Part::Object,
                                 Json{{"spec", {{"acme", {{"solvers", Json::array({right})}}}}}}));
  controller.run();
  CHECK(world.state() == "valid");
  CHECK(world.dns01.clean_ups == 2);
  CHECK(world.is_clean());
  CHECK(world.server.order_urls().size() == 1);
}

TEST_CASE("an order that the server takes its time for is polled, and never sent twice", "[orders]") {
  World world;
  world.add_issuer(Json::array({http01_solver()}));
  world.add_order({"www.example.com"});
  world.server.finalize_slowly();
  Controller controller(world);
  controller.run(20);
  CHECK(world.state() == "processing");
  CHECK(world.server.calls(AcmeCall::Finalize) == 1);
  CHECK(world.server.calls(AcmeCall::GetOrder) > 5);
  world.server.finish_orders();
  controller.run();
  CHECK(world.state() == "valid");
  CHECK(world.is_clean());
}

TEST_CASE("between its looks at the server a controller asks for nothing, whatever news there is",
          "[orders]") {
  World world;
  world.add_issuer(Json::array({http01_solver()}));
  world.add_order({"www.example.com"});
  world.server.judge_by(
      [](const auto&, const auto&) { return contract::Verdict{.kind = contract::Verdict::Kind::Waiting}; });
  Controller controller(world, nullptr, {.first = std::chrono::hours(1), .last = std::chrono::hours(1)});
  controller.run(10);
  CHECK(world.server.calls() == 3);  // newOrder, authorization, accept
  CHECK(std::any_of(controller.outcomes.begin(), controller.outcomes.end(), [](const auto& ended) {
    return ended.again_after && *ended.again_after > std::chrono::minutes(59);
  }));
}

TEST_CASE("an Order that is deleted under way leaves nothing behind", "[orders]") {
  World world;
  world.add_issuer(Json::array({http01_solver()}));
  world.add_order({"www.example.com"});
  world.http01.on_check = [](const auto&) -> Result<Visibility> {
    return Visibility{.visible = false, .reason = "no", .look_again = {}};
  };
  Controller controller(world);
  controller.run(3);
  REQUIRE(world.http01.standing.size() == 1);
  REQUIRE(world.kube.remove(api::kOrders, {"mesh", "web"}));
  controller.run();
  CHECK(world.is_clean());
}

TEST_CASE("a Challenge that is deleted by hand is made anew", "[orders]") {
  World world;
  world.add_issuer(Json::array({http01_solver()}));
  world.add_order({"www.example.com"});
  bool visible = false;
  world.http01.on_check = [&](const auto&) -> Result<Visibility> {
    return Visibility{.visible = visible, .reason = "no", .look_again = {}};
  };
  Controller controller(world);
  controller.run(3);
  const auto challenges = world.list(api::kChallenges);
  REQUIRE(challenges.size() == 1);
  REQUIRE(world.kube.remove(api::kChallenges, {"mesh", challenges[0]["metadata"]["name"]}));
  visible = true;
  controller.run();
  CHECK(world.state() == "valid");
  CHECK(world.http01.clean_ups == 2);
  CHECK(world.is_clean());
}

TEST_CASE("two controllers at once come to one certificate and leave nothing", "[orders]") {
  World world;
  world.add_issuer(Json::array({http01_solver()}));
  world.add_order({"www.example.com", "api.example.com"});
  Controller one(world);
  Controller other(world);
  for (int i = 0; i < 20; ++i) {
    one.round();
    other.round();
  }
  CHECK(world.state() == "valid");
  CHECK(world.is_clean());
  CHECK(world.server.order_urls().size() == 1);
}

}  // namespace
}  // namespace cw::controller::acme::tests
