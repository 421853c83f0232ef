// What is to be done next with a Challenge: the table of its states.
#include "controller/acme/challenge_decide.h"

#include <catch2/catch.hpp>

namespace cw::controller::acme {
namespace {

constexpr TimePoint kNow{std::chrono::seconds(1767323045)};
const SteadyTime kSteady{std::chrono::hours(1000)};
constexpr Pace kPace{.first = milliseconds(200), .last = milliseconds(5000)};

struct Case {
  Case() {
    view.challenge.metadata.finalizers = {"acme.cert-manager.io/finalizer"};
    view.challenge.spec.url = "chall";
    view.challenge.spec.dns_name = "www.example.com";
    view.challenge.spec.type = "HTTP-01";
    view.has_slot = true;
    view.now = kNow;
    view.steady_now = kSteady;
  }
  template <typename S>
  bool is() const {
    return std::holds_alternative<S>(next_step(view));
  }
  api::ChallengeStatus& status() { return view.challenge.status; }
  void present() {
    status() = {
        .processing = true, .presented = true, .presented_at = kNow, .reason = {}, .state = "pending"};
    view.memory.knows_server = true;
  }
  void learn(const std::string& authorization, const std::string& challenge,
             const std::optional<wire::Failure>& refusal = {}) {
    learn_authorization(
        view,
        {.status = authorization,
         .identifier = {},
         .challenges =
             {{.type = "dns-01", .url = "other", .token = {}, .status = "invalid", .error = {}},
              {.type = "http-01", .url = "chall", .token = {}, .status = challenge, .error = "their words"}},
         .retry_after = {}},
        kPace, refusal);
  }
  ChallengeView view;
};

TEST_CASE("challenge steps on the way up", "[challenge]") {
  Case c;
  CHECK(c.is<Present>());
  c.view.has_slot = false;
  CHECK(c.is<Queue>());
  c.view.has_slot = true;
  c.view.challenge.metadata.finalizers = {};
  CHECK(c.is<HoldOpen>());
  c.view.challenge.metadata.finalizers = {"acme.cert-manager.io/finalizer", "finalizer.acme.cert-manager.io"};
  CHECK(c.is<HoldOpen>());
  c.view.challenge.metadata.finalizers = {"acme.cert-manager.io/finalizer", "example.com/other"};
  c.present();
  CHECK(c.is<Check>());
  c.view.memory.is_visible = true;
  CHECK(c.is<Accept>());
  c.view.memory.is_accepted = true;
  CHECK(c.is<LookAtAuthorization>());
}

TEST_CASE("one that somebody else has put up is looked up at the server first", "[challenge]") {
  Case c;
  c.present();
  c.view.memory.knows_server = false;
  REQUIRE(c.is<LookAtAuthorization>());
  SECTION("nobody has told the server") {
    c.learn("pending", "pending");
    CHECK(c.is<Check>());
  }
  SECTION("it is at work") {
    c.learn("pending", "processing");
    CHECK(c.is<WaitFor>());
    CHECK(c.view.memory.is_accepted);
  }
}

TEST_CASE("challenge steps on the way down", "[challenge]") {
  Case c;
  c.present();
  const bool deleted = GENERATE(false, true);
  if (deleted) {
    c.view.challenge.metadata.deletion_timestamp = kNow;
  } else {
    c.status().state = GENERATE("valid", "invalid", "expired", "errored");
  }
  c.view.has_slot = false;
  CHECK(c.is<CleanUp>());
  c.view.memory.is_cleaned = true;
  if (!deleted) CHECK(c.is<SettleStatus>());
  c.status().processing = c.status().presented = false;
  CHECK(c.is<LetGo>());
  c.view.challenge.metadata.finalizers = {"finalizer.acme.cert-manager.io"};
  CHECK(c.is<LetGo>());
  c.view.challenge.metadata.finalizers = {"example.com/other"};
  CHECK(c.is<Idle>());
}

TEST_CASE("waitInsteadOfSelfCheck counts from when the answer was put up", "[challenge]") {
  Case c;
  c.present();
  c.view.challenge.spec.solver.wait_instead_of_self_check = std::chrono::seconds(15);
  CHECK(next_step(c.view) == ChallengeStep(WaitFor{std::chrono::seconds(10)}));
  c.view.now += std::chrono::seconds(12);
  CHECK(next_step(c.view) == ChallengeStep(WaitFor{std::chrono::seconds(3)}));
  c.view.now += std::chrono::seconds(3);
  CHECK(c.is<Accept>());
}

TEST_CASE("checks come later each time, up to the period, and say why from the third on", "[challenge]") {
  Case c;
  c.present();
  std::vector<std::int64_t> steps;
  for (int i = 0; i < 8; ++i) {
    learn_visibility(c.view, Visibility{.reason = "no record", .look_again = {}}, kPace);
    steps.push_back(c.view.memory.looks.left(kSteady).count());
    CHECK(c.status().reason.empty() == (i < 2));
  }
  CHECK(steps == std::vector<std::int64_t>{200, 400, 800, 1600, 3200, 6400, 10000, 10000});
  CHECK(c.status().reason == "Waiting for HTTP-01 challenge propagation: no record");
  CHECK(c.is<WaitFor>());
  learn_visibility(c.view, Visibility{.reason = "", .look_again = std::chrono::seconds(3)}, kPace);
  CHECK(next_step(c.view) == ChallengeStep(WaitFor{std::chrono::seconds(3)}));
  learn_visibility(c.view, Visibility{.reason = "", .look_again = std::chrono::hours(3)}, kPace);
  CHECK(next_step(c.view) == ChallengeStep(WaitFor{std::chrono::seconds(10)}));
  learn_visibility(c.view, Error{Code::Unavailable, "name server is silent"}, kPace);
  CHECK(c.status().reason == "Waiting for HTTP-01 challenge propagation: name server is silent");
  learn_visibility(c.view, Visibility{.visible = true, .reason = {}, .look_again = {}}, kPace);
  CHECK(c.is<Accept>());
}

TEST_CASE("what an authorization's state comes to", "[challenge]") {
  Case c;
  c.present();
  c.view.memory.is_accepted = true;
  const auto [authorization, challenge, state] = GENERATE(table<std::string, std::string, std::string>({
      {"valid", "valid", "valid"},
      {"valid", "pending", "valid"},  // by another challenge
      {"invalid", "invalid", "invalid"},
      {"pending", "invalid", "invalid"},
      {"deactivated", "valid", "invalid"},
      {"revoked", "valid", "invalid"},
      {"expired", "pending", "expired"},
      {"pending", "processing", "pending"},
      {"pending", "pending", "pending"},
      {"something new", "pending", "invalid"},
  }));
  INFO(authorization << " " << challenge);
  c.learn(authorization, challenge);
  CHECK(c.status().state == state);
  if (state == "invalid") CHECK(c.status().reason.find("their words") != std::string::npos);
  // What is over is neither processing nor presented: it is taken down next.
  CHECK(c.status().processing == (state == "pending"));
  CHECK(c.is<WaitFor>() == (state == "pending"));
}

TEST_CASE("a refused accept: malformed is expired, another one errored, a late one no harm", "[challenge]") {
  Case c;
  c.present();
  const auto refusal = [](const char* type) {
    return wire::Failure{.kind = wire::Failure::Kind::Refused,
                         .message = "no",
                         .problem = {.type = std::string("urn:ietf:params:acme:error:") + type,
                                     .detail = {},
                                     .status = 400,
                                     .subproblems = {}}};
  };
  SECTION("malformed") {
    c.learn("pending", "pending", refusal("malformed"));
    CHECK(c.status().state == "expired");
  }
  SECTION("another") {
    c.learn("pending", "pending", refusal("unauthorized"));
    CHECK(c.status().state == "errored");
  }
  SECTION("it had been told before") {
    c.learn("pending", "processing", refusal("malformed"));
    CHECK(c.status().state == "pending");
    CHECK(c.view.memory.is_accepted);
  }
  SECTION("it is valid") {
    c.learn("valid", "valid", refusal("malformed"));
    CHECK(c.status().state == "valid");
  }
}

TEST_CASE("two minutes after it was told the server takes too long", "[challenge]") {
  Case c;
  c.view.memory.is_accepted = true;
  c.view.memory.accepted_at = kNow - std::chrono::seconds(119);
  CHECK_FALSE(takes_too_long(c.view));
  c.view.now += std::chrono::seconds(1);
  CHECK(takes_too_long(c.view));
}

}  // namespace
}  // namespace cw::controller::acme
