// HeldBack: which requests a server has asked to wait with (429 or 503 with Retry-After), so that they are
// not sent before. A 429 to a new order says nothing about orders for other names: that one alone waits.
// Bounded; thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "lib/acme/rate_limits.h"

namespace cw::acme {

class HeldBack {
 public:
  struct Hold {
    SteadyTime until;
    std::string reason;  // what the server said
  };

  // `subject`: what the request is about; empty: all requests to the endpoint.
  void add(Endpoint, const std::string& subject, Hold, SteadyTime now);
  // What a request for that subject still has to wait for.
  std::optional<Hold> find(Endpoint, const std::string& subject, SteadyTime now);

 private:
  static constexpr std::size_t kMaxHolds = 1000;

  using Key = std::pair<Endpoint, std::string>;
  std::mutex mutex_;
  std::map<Key, Hold> holds_;
};

}  // namespace cw::acme
