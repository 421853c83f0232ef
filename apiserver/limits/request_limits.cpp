#include "apiserver/limits/request_limits.h"

#include <algorithm>

#include "apiserver/authorizer.h"
#include "apiserver/identity.h"
#include "lib/base/metrics_page.h"

namespace cw::apiserver {
namespace {

constexpr std::size_t kLeaseSeats = 60;

SeatLimits shared_by(std::size_t seats) {
  seats = std::max<std::size_t>(seats, 2);
  return {.seats = seats,
          .flow_seats = seats / 2,
          .waiting = seats,
          .flow_waiting = std::max<std::size_t>(1, seats / 6)};
}

// Nobody waits for the end of a watch.
SeatLimits without_waiting(std::size_t seats, std::size_t of_one) {
  return {.seats = seats, .flow_seats = of_one, .waiting = 0, .flow_waiting = 0};
}

bool is_about_leases(const RequestInfo& info) {
  return info.is_resource && info.group == "coordination.k8s.io" && info.resource == "leases";
}

}  // namespace

RequestLimits::RequestLimits(const RequestLimitOptions& options)
    : shared_(shared_by(options.max_requests_inflight + options.max_mutating_requests_inflight)),
      leases_(shared_by(kLeaseSeats)),
      watches_(without_waiting(options.max_watches, options.max_user_watches)) {}

std::optional<RequestLimits::Seat> RequestLimits::enter(const kube::UserInfo& user, const RequestInfo& info) {
  if (is_master(user) || (!info.is_resource && is_open_to_all(info.path))) {
    exempt_.fetch_add(1, std::memory_order_relaxed);
    return Seat();
  }
  Seat seat = (is_about_leases(info) ? leases_ : shared_).take(user.username);
  if (!seat.granted()) return std::nullopt;
  return seat;
}

RequestLimits::WatchPlace RequestLimits::enter_watch(const kube::UserInfo& user) {
  Seat seat = watches_.take(user.username);
  return seat.granted() ? std::make_shared<const Seat>(std::move(seat)) : nullptr;
}

// The names of API Priority and Fairness, with the levels that there are here.
void RequestLimits::append_metrics(MetricsPage& page) const {
  using Type = MetricsPage::Type;
  struct Level {
    std::string_view name;
    FairSeats::Counts counts;
  };
  const Level levels[] = {
      {"leader-election", leases_.counts()}, {"users", shared_.counts()}, {"watches", watches_.counts()}};
  const auto each = [&](std::string_view family, Type type, std::string_view help, const auto& value) {
    page.family(family, type, help);
    for (const Level& level : levels) {
      page.sample({{"priority_level", level.name}}, static_cast<std::int64_t>(value(level.counts)));
    }
  };
  each("apiserver_flowcontrol_current_executing_requests", Type::Gauge,
       "Requests that hold a seat, watches for as long as they run.",
       [](const auto& counts) { return counts.seated; });
  each("apiserver_flowcontrol_current_inqueue_requests", Type::Gauge, "Requests that wait for a seat.",
       [](const auto& counts) { return counts.waiting; });
  each("apiserver_flowcontrol_dispatched_requests_total", Type::Counter, "Requests that got a seat.",
       [](const auto& counts) { return counts.admitted; });
  page.sample({{"priority_level", "exempt"}}, static_cast<std::int64_t>(exempt_.load()));
  each("apiserver_flowcontrol_rejected_requests_total", Type::Counter, "Requests that were refused with 429.",
       [](const auto& counts) { return counts.refused; });
}

}  // namespace cw::apiserver
