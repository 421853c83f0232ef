// What an ACME server is asked at most: token buckets that mirror the limits it publishes, so that one that
// is empty costs no request and no refusal. One RateLimits an account; what the server counts by IP address
// is counted by account here, which is less strict only where one server has several issuers. Thread-safe.
// Source: https://letsencrypt.org/docs/rate-limits (reference/wishes.md).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

namespace cw::acme {

using SteadyTime = std::chrono::steady_clock::time_point;
using SteadyNow = std::function<SteadyTime()>;

// What servers limit apart.
enum class Endpoint : std::uint8_t { Directory, Nonce, Account, NewOrder, Revoke, RenewalInfo, Other };
inline constexpr std::size_t kEndpoints = 7;

struct TokenBucketOptions {
  double burst = 0;       // tokens when full; 0: no limit
  double per_second = 0;  // that come back
};

struct RateLimitOptions {
  TokenBucketOptions new_orders = {};                        // of an account
  std::array<TokenBucketOptions, kEndpoints> requests = {};  // by Endpoint
};
// Those of Let's Encrypt for its hosts, no limits for others.
RateLimitOptions published_limits(std::string_view host);

class TokenBucket {
 public:
  TokenBucket(TokenBucketOptions options, SteadyTime now)
      : options_(options), tokens_(options.burst), filled_(now) {}

  // Takes one, or says how long until there is one.
  std::optional<std::chrono::milliseconds> take(SteadyTime now);

 private:
  TokenBucketOptions options_;
  double tokens_;
  SteadyTime filled_;
};

class RateLimits {
 public:
  RateLimits(const RateLimitOptions&, SteadyTime now);

  // nullopt: go on; otherwise nothing is taken, and it says how long to wait.
  std::optional<std::chrono::milliseconds> take_request(Endpoint, SteadyTime now);
  std::optional<std::chrono::milliseconds> take_order(SteadyTime now);

 private:
  std::mutex mutex_;
  TokenBucket new_orders_;
  std::array<TokenBucket, kEndpoints> requests_;
};

}  // namespace cw::acme
