// What is to be done next with an Order: the table of its states.
#include "controller/acme/order_decide.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "controller/acme/order_request.h"
#include "controller/acme/required_challenges.h"

namespace cw::controller::acme {
namespace {

constexpr TimePoint kNow{std::chrono::seconds(1767323045)};
const SteadyTime kSteady{std::chrono::hours(1000)};
constexpr Pace kPace{.first = milliseconds(100), .last = milliseconds(5000)};

struct Case {
  Case() {
    issuer.solvers.push_back({});
    issuer.solvers[0].http01.emplace().ingress.emplace();
    order.metadata.name = "web";
    order.metadata.name_space = "mesh";
    order.metadata.uid = "o-1";
    view.status.url = "order";
    view.status.finalize_url = "finalize";
    view.status.state = "pending";
    authorize("www.example.com");
  }
  api::Authorization& authorize(const std::string& name, const std::string& state = "pending") {
    auto& added = view.status.authorizations.emplace_back();
    added.url = "authz/" + name;
    added.identifier = name;
    added.initial_state = state;
    added.challenges.push_back({.url = "chall/" + name, .token = "t-" + name, .type = "http-01"});
    return added;
  }
  // Those that are required, in that state.
  std::shared_ptr<api::Challenge> answer(const std::string& state, std::size_t which = 0) {
    auto made = std::make_shared<api::Challenge>(required_challenges(view)->at(which));
    made->metadata.uid = "c-" + std::to_string(which);
    made->status.state = state;
    made->status.reason = "because";
    view.challenges.push_back(made);
    return made;
  }
  template <typename S>
  bool is() const {
    return std::holds_alternative<S>(next_step(view));
  }
  void learn(const std::string& status, const std::string& certificate = "", const std::string& error = "") {
    learn_order(view,
                {.url = {},
                 .status = status,
                 .authorizations = {},
                 .finalize = "finalize",
                 .certificate = certificate,
                 .error = error,
                 .retry_after = {}},
                kPace, kNow);
  }

  api::Order order;
  api::AcmeIssuer issuer;
  OrderView view{.order = order, .issuer = issuer, .status = {}, .challenges = {}, .now = kSteady};
};

TEST_CASE("order steps by what is stored", "[order]") {
  Case c;
  SECTION("nothing stored") {
    c.view.status = {};
    CHECK(c.is<RequestOrder>());
  }
  SECTION("no finalize URL") {
    c.view.status.finalize_url.clear();
    CHECK(c.is<LookAtOrder>());
    c.learn("pending");
    CHECK(c.is<CreateChallenges>());
  }
  SECTION("an authorization without details") {
    c.view.status.authorizations[0] = {};
    c.view.status.authorizations[0].url = "a";
    CHECK(c.is<FetchAuthorizations>());
    c.view.status.state = "ready";
    CHECK(c.is<Finalize>());
  }
  SECTION("challenges are missing") { CHECK(c.is<CreateChallenges>()); }
  SECTION("challenges are under way") {
    c.answer("pending");
    CHECK(c.is<Rest>());
  }
  SECTION("all challenges are valid") {
    c.answer("valid");
    CHECK(c.is<Finalize>());
  }
  SECTION("valid, and the certificate is to be fetched") {
    c.view.status.state = "valid";
    CHECK(c.is<LookAtOrder>());
    c.learn("valid", "cert");
    CHECK(next_step(c.view) == OrderStep(FetchCertificate{"cert"}));
    c.view.status.certificate = kube::Bytes("pem");
    CHECK(c.is<Rest>());
    c.answer("valid");
    CHECK(c.is<DeleteChallenges>());
  }
  SECTION("processing is looked at, not sent again") {
    c.view.status.state = "processing";
    CHECK(c.is<LookAtOrder>());
    c.learn("processing");
    CHECK(next_step(c.view) == OrderStep(WaitForServer{milliseconds(100)}));
  }
}

TEST_CASE("an authorization that is lost from the start ends the order", "[order]") {
  const auto state = GENERATE(as<std::string>(), "invalid", "deactivated", "expired", "revoked");
  Case c;
  c.authorize("other.example.com", state);
  const auto step = next_step(c.view);
  REQUIRE(std::holds_alternative<Fail>(step));
  CHECK(std::get<Fail>(step).state == "invalid");
  CHECK(std::get<Fail>(step).reason ==
        "the authorization for \"other.example.com\" is " + state + " at the server");
}

TEST_CASE("a failed challenge: the server's word counts, else the challenge's", "[order]") {
  Case c;
  const auto state = GENERATE(as<std::string>(), "invalid", "expired", "errored");
  c.answer(state);
  REQUIRE(c.is<LookAtOrder>());
  SECTION("the order is invalid too") {
    c.learn("invalid", "", "in short: no");
    CHECK(c.view.status.state == "invalid");
    CHECK(c.view.status.reason.find("because") != std::string::npos);
  }
  SECTION("the server has not noticed") {
    c.learn("pending");
    CHECK(c.view.status.state == state);
    CHECK(c.view.status.failure_time == kNow);
    CHECK(c.is<Rest>());
  }
  SECTION("it was authorized otherwise") {
    c.learn("ready");
    CHECK(c.is<Finalize>());
  }
}

TEST_CASE("a failed order keeps the challenges that tell why", "[order]") {
  Case c;
  c.authorize("api.example.com");
  c.answer("invalid", 0);
  const auto open = c.answer("pending", 1);
  c.view.status.state = "invalid";
  CHECK(next_step(c.view) == OrderStep(DeleteChallenges{{open}}));
  open->metadata.deletion_timestamp = kNow;
  CHECK(c.is<Rest>());
}

TEST_CASE("finalize that was refused is followed by a look", "[order]") {
  Case c;
  c.answer("valid");
  c.view.refusal = wire::Failure{.kind = wire::Failure::Kind::Refused,
                                 .message = "no",
                                 .problem = {.type = "urn:ietf:params:acme:error:orderNotReady",
                                             .detail = {},
                                             .status = 403,
                                             .subproblems = {}}};
  REQUIRE(c.is<LookAtOrder>());
  SECTION("it had been sent before") {
    c.learn("processing");
    CHECK(c.is<WaitForServer>());
  }
  SECTION("it is done") {
    c.learn("valid", "cert");
    CHECK(c.is<FetchCertificate>());
  }
  SECTION("ready after all: not in this pass again") {
    c.learn("ready");
    CHECK(c.is<WaitForServer>());
  }
  SECTION("pending: wait") {
    c.learn("pending");
    CHECK(c.is<WaitForServer>());
    c.view.refusal.reset();
    c.view.now += std::chrono::seconds(1);
    CHECK(c.is<LookAtOrder>());
    c.learn("ready");
    CHECK(c.is<Finalize>());
  }
  SECTION("for another reason, and the order is no further") {
    c.view.refusal->problem.type = "urn:ietf:params:acme:error:unauthorized";
    c.learn("ready");
    CHECK(c.view.status.state == "errored");
    CHECK(c.view.status.reason == "Failed to finalize Order: no");
  }
}

TEST_CASE("which Challenges of an Order answer", "[order]") {
  Case c;
  const auto required = *required_challenges(c.view);
  const auto owned = c.answer("pending");
  const auto match = [&] { return match_challenges(*required_challenges(c.view), c.view.challenges); };
  CHECK(required[0].metadata.finalizers.items() ==
        std::vector<std::string>{"acme.cert-manager.io/finalizer"});
  SECTION("another name") {
    owned->metadata.name = "web-123";
    CHECK(match().complete);
  }
  SECTION("another solver, with a name of ours or not: one goes before the other comes") {
    c.issuer.solvers[0].http01->ingress->service_type = "ClusterIP";
    CHECK_FALSE(match().complete);
    CHECK(match().useless.size() == 1);
    CHECK(match().missing.empty());
    owned->metadata.deletion_timestamp = kNow;
    CHECK(match().useless.empty());
    CHECK(match().missing.empty());
    c.view.challenges.clear();
    CHECK(match().missing.size() == 1);
  }
  SECTION("another solver, but it has come to its end") {
    c.issuer.solvers[0].http01->ingress->service_type = "ClusterIP";
    owned->status.state = "valid";
    CHECK(match().complete);
  }
  SECTION("another token") {
    owned->metadata.name = "web-123";
    owned->spec.token = "other";
    CHECK(match().useless.size() == 1);
    CHECK(match().missing.size() == 1);
  }
  SECTION("being deleted: its place is not free yet") {
    owned->metadata.deletion_timestamp = kNow;
    CHECK_FALSE(match().complete);
    CHECK(match().missing.empty());
  }
  SECTION("twice") {
    c.answer("pending")->metadata.name = "web-123";
    CHECK(match().complete);
    CHECK(match().useless.size() == 1);
  }
}

TEST_CASE("an order's look at its server is later each time, up to Retry-After", "[order]") {
  Looks looks;
  std::vector<std::int64_t> steps;
  for (int i = 0; i < 8; ++i) {
    looks = look_later(looks, kPace, std::nullopt, kSteady);
    steps.push_back(looks.left(kSteady).count());
  }
  CHECK(steps == std::vector<std::int64_t>{100, 200, 400, 800, 1600, 3200, 5000, 5000});
  CHECK_FALSE(looks.due(kSteady));
  CHECK(looks.due(kSteady + milliseconds(5001)));
  CHECK(look_later(looks, kPace, std::chrono::seconds(30), kSteady).left(kSteady) > std::chrono::seconds(5));
  CHECK(look_later(looks, kPace, std::chrono::seconds(1), kSteady).left(kSteady) == std::chrono::seconds(1));
}

TEST_CASE("the common name is an identifier if it is a name or an address", "[order]") {
  const auto [common_name, expected] = GENERATE(table<std::string, std::size_t>(
      {{"www.example.com", 2}, {"a.example.com", 1}, {"192.0.2.1", 2}, {"My Server", 1}, {"", 1}}));
  api::OrderSpec spec;
  spec.dns_names = {"a.example.com"};
  spec.common_name = common_name;
  CHECK(order_request(spec, kNow).identifiers.size() == expected);
}

}  // namespace
}  // namespace cw::controller::acme
