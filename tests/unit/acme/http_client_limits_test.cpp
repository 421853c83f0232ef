// What the client does not send.
#include "tests/unit/acme/client_ground.h"

namespace cw::acme {
namespace {

using std::chrono::seconds;
using test::ClientGround;
using test::failure_of;
using test::got;
using test::order_for;
using test::response;

constexpr const char* kProblem = "application/problem+json";
constexpr const char* kLimited =
    R"({"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many certificates"})";

TEST_CASE("an order that was refused for now is not sent again before its time", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  ground.answer("/new-order", response(429, kProblem, kLimited, {{"Retry-After", "60"}}));
  const auto refused = failure_of(client->new_order(order_for("a.example")));
  CHECK(refused.kind == Failure::Kind::Refused);
  CHECK(refused.retry_after == seconds(60));
  CHECK_FALSE(refused.is_final());
  ground.steady += seconds(50);
  const auto throttled = failure_of(client->new_order(order_for("a.example")));
  CHECK(throttled.kind == Failure::Kind::Throttled);
  CHECK(throttled.retry_after == seconds(10));
  CHECK(throttled.message ==
        "acme: not sent yet, in 10s: the server asked to wait: 429 "
        "urn:ietf:params:acme:error:rateLimited: too many certificates");
  CHECK(ground.wire->count("POST", "/new-order") == 1);
  // Other names are another matter.
  got(client->new_order(order_for("b.example")));
  ground.steady += seconds(10);
  got(client->new_order(order_for("a.example")));
}

TEST_CASE("a server that is busy is left alone by requests of that kind", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  const auto order = got(client->new_order(order_for("a.example")));
  ground.answer("/new-order", response(503, "text/html", "busy", {{"Retry-After", "5"}}));
  failure_of(client->new_order(order_for("b.example")));
  CHECK(failure_of(client->new_order(order_for("c.example"))).kind == Failure::Kind::Throttled);
  got(client->get_order(order.url));
  ground.steady += seconds(5);
  got(client->new_order(order_for("c.example")));
}

TEST_CASE("without Retry-After nothing is held back", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  ground.answer("/new-order", response(429, kProblem, kLimited));
  CHECK(failure_of(client->new_order(order_for("a.example"))).retry_after == std::nullopt);
  got(client->new_order(order_for("a.example")));
}

TEST_CASE("orders beyond the published limit are not sent, renewals are", "[client]") {
  ClientGround ground;
  RateLimitOptions limits;
  limits.new_orders = {.burst = 2, .per_second = 0.1};
  const auto client = ground.client({.limits = limits});
  got(client->new_order(order_for("a.example")));
  got(client->new_order(order_for("b.example")));
  const auto throttled = failure_of(client->new_order(order_for("c.example")));
  CHECK(throttled.kind == Failure::Kind::Throttled);
  CHECK(throttled.retry_after == seconds(10));
  CHECK_FALSE(throttled.is_final());
  CHECK(ground.wire->count("POST", "/new-order") == 2);
  // Only one that the server takes as a renewal is exempt: this one it does not know.
  auto renewal = order_for("d.example");
  renewal.replaces = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE";
  CHECK(failure_of(client->new_order(renewal)).kind == Failure::Kind::Throttled);
  CHECK(ground.wire->count("POST", "/new-order") == 3);
  ground.steady += seconds(10);
  got(client->new_order(order_for("c.example")));
}

TEST_CASE("requests beyond the published limit of a second are not sent", "[client]") {
  ClientGround ground;
  RateLimitOptions limits;
  limits.requests[static_cast<std::size_t>(Endpoint::Other)] = {.burst = 2, .per_second = 2};
  const auto client = ground.client({.limits = limits});
  const auto order = got(client->new_order(order_for("a.example")));
  got(client->get_order(order.url));
  got(client->get_order(order.url));
  const auto throttled = failure_of(client->get_order(order.url));
  CHECK(throttled.kind == Failure::Kind::Throttled);
  CHECK(throttled.retry_after == seconds(1));
  CHECK(ground.wire->count("POST", "/order/") == 2);
  ground.steady += std::chrono::milliseconds(500);
  got(client->get_order(order.url));
}

}  // namespace
}  // namespace cw::acme
