// Health: the two plain HTTP listeners of the controller: /livez (9403) and /metrics (9402).
// Source: reference/controllers.md 9.3. Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

#include "controller/machine.h"
#include "controller/options.h"
#include "controller/runtime/leader_election.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/http/server.h"

namespace cw::controller {

// The wall clock and the steady one have drifted apart by more than five minutes since the start.
class ClockHealth {
 public:
  explicit ClockHealth(const Clock& clock)
      : clock_(clock), wall_(clock.now()), steady_(std::chrono::steady_clock::now()) {}
  bool healthy() const;

 private:
  const Clock& clock_;
  TimePoint wall_;
  std::chrono::steady_clock::time_point steady_;
};

class Health {
 public:
  struct Sources {
    const Machine& machine;
    const runtime::LeaderElection* election;  // null: no election
    const Clock& clock;
    std::chrono::seconds lease_duration;
  };
  explicit Health(Sources sources) : sources_(sources), clock_health_(sources.clock) {}

  // Opens the listeners that the options name. Invalid: no "host:port". Unavailable: taken.
  Status start(const ControllerOptions&);

  http::Response live(const http::Request&) const;
  http::Response metrics(const http::Request&) const;

 private:
  Status listen(std::string_view address, http::Handler);
  bool election_healthy() const;

  Sources sources_;
  ClockHealth clock_health_;
  std::vector<std::unique_ptr<http::Server>> servers_;
};

}  // namespace cw::controller
