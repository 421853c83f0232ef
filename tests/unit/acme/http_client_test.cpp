#include "lib/acme/http_client.h"

#include "tests/unit/acme/client_ground.h"

namespace cw::acme {
namespace {

using contract::AcmeCall;
using contract::FakeAcmeWire;
using std::chrono::seconds;
using test::ClientGround;
using test::failure_of;
using test::got;
using test::order_for;
using test::response;

constexpr const char* kProblem = "application/problem+json";

std::string problem(const std::string& type, const std::string& detail = "no") {
  return R"({"type":"urn:ietf:params:acme:error:)" + type + R"(","detail":")" + detail + R"("})";
}

TEST_CASE("an order costs one request once nonce and directory are there", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  got(client->new_order(order_for("a.example")));
  got(client->new_order(order_for("b.example")));
  CHECK(ground.wire->requests().size() == 2);
}

TEST_CASE("requests are recorded under the field's names", "[client]") {
  ClientGround ground;
  const auto client = ground.client({}, false);
  got(client->register_account({}));
  const auto order = got(client->new_order(order_for("a.example")));
  got(client->get_authorization(order.authorizations.at(0)));
  failure_of(client->get_order("https://acme.example/order/none"));
  std::vector<std::string> seen;
  for (const auto& record : ground.records) {
    CHECK(record.scheme == "https");
    CHECK(record.host == "acme.example");
    seen.push_back(record.method + " " + record.action + " " + std::to_string(record.status));
  }
  CHECK(seen == std::vector<std::string>{"GET discover 200", "HEAD register_account 200",
                                         "POST register_account 201", "POST authorize_order 201",
                                         "POST get_authorization 200", "POST get_order 404"});
}

TEST_CASE("no answer is Unreachable and recorded as 999", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  ground.answer("/new-order", Error{Code::Unavailable, "connection refused"});
  const auto failure = failure_of(client->new_order(order_for("a.example")));
  CHECK(failure.kind == Failure::Kind::Unreachable);
  CHECK(failure.message == "connection refused");
  CHECK_FALSE(failure.is_final());
  CHECK(ground.records.at(0).status == 999);
}

TEST_CASE("a refused nonce costs one more request and no pause", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  ground.wire->refuse_nonces(2);
  got(client->new_order(order_for("a.example")));
  ground.wire->forget_requests();
  got(client->new_order(order_for("b.example")));
  CHECK(ground.wire->requests().size() == 2);
  CHECK(ground.wire->count("HEAD", "/new-nonce") == 0);
  CHECK(ground.paused == std::chrono::milliseconds(0));
}

TEST_CASE("refused nonces are tried five times more, and later ones after a pause", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  ground.wire->refuse_nonces(1);
  const auto failure = failure_of(client->new_order(order_for("a.example")));
  CHECK(failure.is("badNonce"));
  CHECK_FALSE(failure.is_final());
  CHECK(ground.wire->count("POST", "/new-order") == 6);
  CHECK(ground.wire->count("HEAD", "/new-nonce") == 0);
  CHECK(ground.paused == std::chrono::milliseconds(300));
  ground.wire->refuse_nonces(0);
  got(client->new_order(order_for("a.example")));
}

TEST_CASE("the directory is kept for a day", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  ground.clock.advance(std::chrono::hours(23));
  got(client->directory());
  CHECK(ground.wire->count("GET", "/directory") == 0);
  ground.clock.advance(std::chrono::hours(2));
  got(client->directory());
  got(client->directory());
  CHECK(ground.wire->count("GET", "/directory") == 1);
}

TEST_CASE("a directory that has changed is fetched again", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  ground.clock.advance(std::chrono::minutes(5));
  ground.answer("/new-order", response(404, kProblem, problem("malformed")));
  got(client->new_order(order_for("a.example")));
  CHECK(ground.wire->count("GET", "/directory") == 1);
}

TEST_CASE("a directory that is new is not fetched again", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  ground.answer("/new-order", response(404, kProblem, problem("malformed")), 100);
  for (int i = 0; i < 5; ++i)
    CHECK(failure_of(client->new_order(order_for("a.example"))).problem.status == 404);
  CHECK(ground.wire->count("GET", "/directory") == 0);
  CHECK(ground.wire->count("POST", "/new-order") == 5);
}

TEST_CASE("a nonce URL that is gone is looked up again", "[client]") {
  ClientGround ground;
  const auto client = ground.client({}, false);
  got(client->directory());
  ground.clock.advance(std::chrono::minutes(5));
  ground.answer("/new-nonce", response(404, "", ""));
  got(client->register_account({}));
  CHECK(ground.wire->count("GET", "/directory") == 2);
}

TEST_CASE("an answer without a new nonce is Malformed", "[client]") {
  ClientGround ground;
  const auto client = ground.client({}, false);
  ground.answer("/new-nonce", http::ClientResponse{.status = 200});
  CHECK(failure_of(client->register_account({})).kind == Failure::Kind::Malformed);
}

TEST_CASE("answers of the wrong form are Malformed, whatever the status says", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  const auto order = got(client->new_order(order_for("a.example")));
  const auto told = GENERATE(response(200, "text/html", "<html>"), response(200, "application/json", "{"),
                             response(302, "", "", {{"Location", "https://b.example/"}}),
                             response(200, "application/json", "{}"));
  ground.answer("/order/", told);
  const auto failure = failure_of(client->get_order(order.url));
  CHECK(failure.kind == Failure::Kind::Malformed);
  CHECK_FALSE(failure.is_final());
  CHECK(failure.message.starts_with("acme: "));
}

TEST_CASE("a new order without a Location is Malformed", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  ground.answer("/new-order", response(201, "application/json",
                                       R"({"status":"pending","authorizations":["https://a.example/1"],)"
                                       R"("finalize":"https://a.example/2"})"));
  const auto failure = failure_of(client->new_order(order_for("a.example")));
  CHECK(failure.message == "acme: order: the answer's Location is missing");
}

TEST_CASE("a plain http URL is not asked where the directory has https", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  CHECK(failure_of(client->get_order("http://acme.example/order/1")).kind == Failure::Kind::Malformed);
  CHECK(ground.wire->requests().empty());
}

TEST_CASE("a 5xx is to be tried again, a 4xx is final", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  ground.answer("/new-order", response(500, kProblem, problem("serverInternal", "oops")));
  const auto busy = failure_of(client->new_order(order_for("a.example")));
  CHECK(busy.message == "500 urn:ietf:params:acme:error:serverInternal: oops");
  CHECK_FALSE(busy.is_final());
  ground.answer("/new-order", response(403, kProblem, problem("rejectedIdentifier", "not you")));
  CHECK(failure_of(client->new_order(order_for("a.example"))).is_final());
}

TEST_CASE("an account URL that is known is not looked up", "[client]") {
  ClientGround ground;
  const std::string account = got(ground.client({}, false)->register_account({})).url;
  ground.wire->forget_requests();
  const auto client = ground.client({.account_url = account}, false);
  got(client->new_order(order_for("a.example")));
  CHECK(ground.wire->count("POST", "/new-account") == 0);
}

TEST_CASE("a renewal is ordered without naming what cannot be replaced", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  auto request = order_for("a.example");
  request.replaces = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE";
  got(client->new_order(request));
  CHECK(ground.wire->count("POST", "/new-order") == 2);
  CHECK(ground.server.order_requests().at(0).replaces.empty());
}

TEST_CASE("a server that stumbles over what is replaced gets the order without it", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  auto request = order_for("a.example");
  request.replaces = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE";
  ground.answer("/new-order", response(500, kProblem, problem("serverInternal", "no order of that")));
  got(client->new_order(request));
  // One more for the nonce of the failure, which the server did not give out.
  CHECK(ground.wire->count("POST", "/new-order") == 3);
  CHECK(ground.server.order_requests().at(0).replaces.empty());
}

TEST_CASE("what cannot be replaced is not named to a server without renewal information", "[client]") {
  ClientGround ground({.renewal_info = false});
  const auto client = ground.client();
  auto request = order_for("a.example");
  request.replaces = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE";
  got(client->new_order(request));
  CHECK(ground.wire->count("POST", "/new-order") == 1);
  CHECK(failure_of(client->get_renewal_info(request.replaces)).kind == Failure::Kind::Unsupported);
}

TEST_CASE("a key change whose answer was lost is found out", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  const auto new_key = *pki::PrivateKey::generate({pki::KeyAlgorithm::Ecdsa, 256});
  // The server changes the key; what it answers does not arrive.
  contract::FakeAcmeClient(ground.server, ground.key).roll_key_over(new_key).has_value();
  ground.answer("/key-change", Error{Code::Unavailable, "time-out"});
  got(client->roll_key_over(new_key));
}

TEST_CASE("a key change that the server did not make is not made here", "[client]") {
  ClientGround ground;
  const auto client = ground.client();
  const std::string before = client->key_authorization("t");
  ground.answer("/key-change", response(200, "application/json", ""));
  const auto new_key = *pki::PrivateKey::generate({pki::KeyAlgorithm::Ecdsa, 256});
  CHECK(failure_of(client->roll_key_over(new_key)).kind == Failure::Kind::Malformed);
  CHECK(client->key_authorization("t") == before);
  got(client->new_order(order_for("a.example")));
}

TEST_CASE("what the server says of when to look again is passed on", "[client]") {
  ClientGround ground({.retry_after = seconds(7)});
  const auto client = ground.client();
  const auto order = got(client->new_order(order_for("a.example")));
  CHECK(got(client->get_authorization(order.authorizations.at(0))).retry_after == seconds(7));
}

TEST_CASE("a client is not made for what cannot work", "[client]") {
  ClientGround ground;
  const auto make = [&](HttpAcmeClientOptions options) {
    return HttpAcmeClient::create(std::move(options), ground.key, ground.wire, ground.clock).has_value();
  };
  CHECK(make({.server_url = "https://a.example/dir"}));
  CHECK_FALSE(make({.server_url = "a.example"}));
  CHECK_FALSE(make({.server_url = "https://a.example/dir", .account_url = "http://a.example/1"}));
}

}  // namespace
}  // namespace cw::acme
