// Which failed requests are sent again, and after what pause. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "lib/base/result.h"
#include "lib/http/client.h"

namespace cw::client {

struct RetryPolicy {
  int attempts = 4;  // the first one included
  std::chrono::milliseconds first_pause{200};
  std::chrono::milliseconds longest_pause{5000};  // the server's Retry-After is cut to it
};

// nullopt: take the answer as it is. `attempt` counts from 1. What the server has refused to begin (429, or
// 503 with a time to come back) is repeated whatever it was; other failures only when nothing can happen
// twice (GET).
std::optional<std::chrono::milliseconds> pause_before_retry(const RetryPolicy&, std::string_view method,
                                                            const Result<http::ClientResponse>&, int attempt);

}  // namespace cw::client
