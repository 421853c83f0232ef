#include <future>
#include <thread>

#include <catch2/catch.hpp>

#include "apiserver/limits/fair_seats.h"
#include "apiserver/limits/request_limits.h"

namespace cw::apiserver {
namespace {

using Seat = FairSeats::Seat;
using std::chrono::milliseconds;

constexpr SeatLimits kFour{
    .seats = 4, .flow_seats = 2, .waiting = 2, .flow_waiting = 1, .patience = milliseconds(5)};

TEST_CASE("one flow leaves seats for others", "[limits]") {
  FairSeats seats(kFour);
  const Seat first = seats.take("noisy");
  const Seat second = seats.take("noisy");
  CHECK(second.granted());
  CHECK_FALSE(seats.take("noisy").granted());
  CHECK(seats.take("quiet").granted());
  CHECK(seats.counts().seated == 2);
  CHECK(seats.counts().refused == 1);
}

TEST_CASE("a seat that is given back goes to who waits and holds fewest", "[limits]") {
  FairSeats seats(
      {.seats = 2, .flow_seats = 2, .waiting = 2, .flow_waiting = 1, .patience = milliseconds(60'000)});
  auto held = std::make_unique<Seat>(seats.take("noisy"));
  const Seat other = seats.take("noisy");
  auto noisy = std::async(std::launch::async, [&] { return seats.take("noisy").granted(); });
  while (seats.counts().waiting < 1) std::this_thread::yield();
  auto quiet = std::async(std::launch::async, [&] { return seats.take("quiet"); });
  while (seats.counts().waiting < 2) std::this_thread::yield();
  CHECK_FALSE(seats.take("third").granted());  // as many wait as may
  held.reset();
  CHECK(quiet.get().granted());  // and gives it back at once
  CHECK(noisy.get());
}

TEST_CASE("administrators and health checks never wait, leases have seats of their own", "[limits]") {
  RequestLimits limits({.max_requests_inflight = 2,
                        .max_mutating_requests_inflight = 2,
                        .max_watches = 3,
                        .max_user_watches = 2});
  kube::UserInfo user;
  user.username = "jane";
  RequestInfo get{.is_resource = true, .path = "/api/v1/secrets/x", .verb = "get", .resource = "secrets"};
  RequestInfo lease{.is_resource = true,
                    .path = "/",
                    .verb = "update",
                    .group = "coordination.k8s.io",
                    .resource = "leases"};
  const auto one = limits.enter(user, get);
  const auto two = limits.enter(user, get);
  CHECK((one && two));
  CHECK(limits.enter(user, lease));
  CHECK(limits.enter(user, {.path = "/readyz", .verb = "get"}));
  kube::UserInfo admin;
  admin.groups = {"system:masters"};
  CHECK(limits.enter(admin, get));
  const auto watch = limits.enter_watch(user);
  auto second = limits.enter_watch(user);
  CHECK((watch && second));
  CHECK(limits.enter_watch(user) == nullptr);
  CHECK(limits.enter_watch(admin) != nullptr);
  second.reset();
  CHECK(limits.enter_watch(user) != nullptr);
}

}  // namespace
}  // namespace cw::apiserver
