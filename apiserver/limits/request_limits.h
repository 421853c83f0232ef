// RequestLimits: which requests run, wait or are refused with 429, so that no user blocks another and watches
// cost requests nothing. Administrators and health checks never wait; leases have seats of their own, so that
// nobody loses a leadership because others are busy; watches are counted apart. Thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "apiserver/limits/fair_seats.h"
#include "apiserver/request_info.h"
#include "lib/kube/admission_review.h"

namespace cw {
class MetricsPage;
}

namespace cw::apiserver {

struct RequestLimitOptions {
  // As kube-apiserver has them; both together are the seats of all users but the administrators.
  std::size_t max_requests_inflight = 400;
  std::size_t max_mutating_requests_inflight = 200;
  std::size_t max_watches = 2000;       // each costs a connection and a thread
  std::size_t max_user_watches = 1500;  // of one user
};

class RequestLimits {
 public:
  explicit RequestLimits(const RequestLimitOptions&);

  using Seat = FairSeats::Seat;
  // Holds a watch's place until its last copy ends.
  using WatchPlace = std::shared_ptr<const Seat>;

  // Waits if need be. nullopt: refuse it.
  std::optional<Seat> enter(const kube::UserInfo&, const RequestInfo&);
  // Null: too many.
  WatchPlace enter_watch(const kube::UserInfo&);
  void append_metrics(MetricsPage&) const;

 private:
  FairSeats shared_;
  FairSeats leases_;
  FairSeats watches_;
  std::atomic<std::uint64_t> exempt_{0};
};

}  // namespace cw::apiserver
