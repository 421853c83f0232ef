// Orders and Challenges as cert-manager leaves them when it is stopped in the middle: they are gone on with,
// not begun anew.
#include "lib/base/encoding.h"
#include "tests/unit/controller_acme/orders_scene.h"

namespace cw::controller::acme::tests {
namespace {

struct Swapped : World {
  Swapped() {
    add_issuer(Json::array({dns01_solver()}));
    add_order({"www.example.com"});
    order_ = *client.new_order({.identifiers = {{"dns", "www.example.com"}}});
    authorization_ = *client.get_authorization(order_.authorizations.at(0));
    server.forget_calls();
  }
  const wire::Challenge& offered() const {
    for (const auto& challenge : authorization_.challenges) {
      if (challenge.type == "dns-01") return challenge;
    }
    throw std::logic_error("no dns-01");
  }
  Json authorizations() const {
    return {{{"url", order_.authorizations.at(0)},
             {"identifier", "www.example.com"},
             {"wildcard", false},
             {"initialState", "pending"},
             {"challenges", {{{"url", offered().url}, {"token", offered().token}, {"type", "dns-01"}}}}}};
  }
  void store_order(const std::string& state = "pending") {
    set_status(api::kOrders, "web",
               {{"url", order_.url},
                {"finalizeURL", order_.finalize},
                {"state", state},
                {"authorizations", authorizations()}});
  }
  // With a name of the field's making.
  void store_challenge(const std::string& finalizer, const Json& status) {
    Json challenge{{"apiVersion", "acme.cert-manager.io/v1"},
                   {"kind", "Challenge"},
                   {"metadata",
                    {{"namespace", "mesh"},
                     {"name", "web-3271964115"},
                     {"ownerReferences",
                      {{{"apiVersion", "acme.cert-manager.io/v1"},
                        {"kind", "Order"},
                        {"name", "web"},
                        {"uid", order()["metadata"]["uid"]},
                        {"controller", true},
                        {"blockOwnerDeletion", true}}}}}},
                   {"spec",
                    {{"url", offered().url},
                     {"authorizationURL", order_.authorizations.at(0)},
                     {"dnsName", "www.example.com"},
                     {"wildcard", false},
                     {"type", "DNS-01"},
                     {"token", offered().token},
                     {"key", "key-of-cert-manager"},
                     {"solver", dns01_solver()},
                     {"issuerRef", {{"name", "le"}}}}}};
    if (!finalizer.empty()) challenge["metadata"]["finalizers"] = {finalizer};
    REQUIRE(kube.create(api::kChallenges, challenge));
    set_status(api::kChallenges, "web-3271964115", status);
    if (status.value("presented", false)) dns01.standing.insert("www.example.com key-of-cert-manager");
    kube.forget_writes();
  }
  wire::Order order_;
  wire::Authorization authorization_;
};

void goes_on(Swapped& world) {
  world.settle();
  CHECK(world.state() == "valid");
  CHECK(world.is_clean());
  CHECK(world.server.order_urls().size() == 1);
  CHECK(world.writes_of("challenges", contract::Verb::Create) == 0);
}

TEST_CASE("taken over: an order without details of its authorizations", "[takeover]") {
  Swapped world;
  world.set_status(api::kOrders, "web",
                   {{"url", world.order_.url},
                    {"finalizeURL", world.order_.finalize},
                    {"state", "pending"},
                    {"authorizations", {{{"url", world.order_.authorizations.at(0)}}}}});
  world.settle();
  CHECK(world.state() == "valid");
  CHECK(world.server.order_urls().size() == 1);
}

TEST_CASE("taken over: an order of which only the URL is stored", "[takeover]") {
  Swapped world;
  world.set_status(api::kOrders, "web", {{"url", world.order_.url}});
  world.settle();
  CHECK(world.state() == "valid");
  CHECK(world.server.order_urls().size() == 1);
}

TEST_CASE("taken over: a challenge at every point of its way", "[takeover]") {
  Swapped world;
  world.store_order();
  SECTION("not begun") { world.store_challenge("", Json{{"processing", false}, {"presented", false}}); }
  SECTION("begun") {
    world.store_challenge("acme.cert-manager.io/finalizer",
                          Json{{"processing", true}, {"presented", false}, {"state", "pending"}});
  }
  SECTION("put up, with the finalizer of old releases") {
    world.store_challenge("finalizer.acme.cert-manager.io", Json{{"processing", true},
                                                                 {"presented", true},
                                                                 {"presentedAt", "2026-01-02T03:00:00Z"},
                                                                 {"state", "pending"}});
  }
  SECTION("accepted") {
    world.store_challenge("acme.cert-manager.io/finalizer",
                          Json{{"processing", true}, {"presented", true}, {"state", "pending"}});
    REQUIRE(world.client.accept_challenge(world.offered().url));
  }
  SECTION("valid, not cleaned up") {
    REQUIRE(world.client.accept_challenge(world.offered().url));
    world.store_challenge("acme.cert-manager.io/finalizer",
                          Json{{"processing", true}, {"presented", true}, {"state", "valid"}});
  }
  SECTION("valid and cleaned up") {
    REQUIRE(world.client.accept_challenge(world.offered().url));
    world.store_challenge("", Json{{"processing", false}, {"presented", false}, {"state", "valid"}});
  }
  goes_on(world);
}

TEST_CASE("taken over: the order is ready, or was sent already", "[takeover]") {
  Swapped world;
  REQUIRE(world.client.accept_challenge(world.offered().url));
  const auto csr = pki::Csr::parse_pem(*decode_base64(world.order()["spec"]["request"].get<std::string>()));
  SECTION("ready") { world.store_order("ready"); }
  SECTION("sent, state not stored") {
    world.store_order("ready");
    REQUIRE(world.client.finalize(world.order_.finalize, csr->der()));
  }
  SECTION("valid, without its certificate") {
    world.store_order("valid");
    REQUIRE(world.client.finalize(world.order_.finalize, csr->der()));
  }
  goes_on(world);
}

TEST_CASE("taken over: what is finished is left alone", "[takeover]") {
  Swapped world;
  const auto state = GENERATE("invalid", "expired", "errored");
  world.store_order(state);
  world.settle();
  CHECK(world.state() == state);
  CHECK(world.server.calls() == 0);
  CHECK(world.kube.writes().empty());
}

}  // namespace
}  // namespace cw::controller::acme::tests
