#include "lib/acme/rate_limits.h"

#include <algorithm>
#include <cmath>

namespace cw::acme {
namespace {

constexpr std::string_view kLetsEncrypt = "letsencrypt.org";

// "burst" a second.
TokenBucketOptions a_second(double burst) { return {.burst = burst, .per_second = burst}; }

std::array<TokenBucket, kEndpoints> buckets_of(const RateLimitOptions& options, SteadyTime now) {
  const auto& of = options.requests;
  return {TokenBucket(of[0], now), TokenBucket(of[1], now), TokenBucket(of[2], now), TokenBucket(of[3], now),
          TokenBucket(of[4], now), TokenBucket(of[5], now), TokenBucket(of[6], now)};
}

}  // namespace

RateLimitOptions published_limits(std::string_view host) {
  host = host.substr(0, host.find(':'));
  const bool is_lets_encrypt = host == kLetsEncrypt || (host.ends_with(kLetsEncrypt) &&
                                                        host[host.size() - kLetsEncrypt.size() - 1] == '.');
  if (!is_lets_encrypt) return {};
  RateLimitOptions limits{.new_orders = {.burst = 300, .per_second = 1.0 / 36}, .requests = {}};
  const auto of = [&](Endpoint endpoint) -> TokenBucketOptions& {
    return limits.requests[static_cast<std::size_t>(endpoint)];
  };
  of(Endpoint::Directory) = a_second(40);
  of(Endpoint::Nonce) = a_second(20);
  of(Endpoint::Account) = a_second(5);
  of(Endpoint::NewOrder) = a_second(300);
  of(Endpoint::Revoke) = a_second(10);
  of(Endpoint::RenewalInfo) = a_second(1000);
  of(Endpoint::Other) = a_second(250);
  return limits;
}

std::optional<std::chrono::milliseconds> TokenBucket::take(SteadyTime now) {
  if (options_.burst <= 0) return std::nullopt;
  const double seconds = std::max(0.0, std::chrono::duration<double>(now - filled_).count());
  tokens_ = std::min(options_.burst, tokens_ + seconds * options_.per_second);
  filled_ = std::max(filled_, now);
  // A token that has come back but for a rounding error is there.
  constexpr double kWhole = 1 - 1e-9;
  if (tokens_ >= kWhole) {
    tokens_ = std::max(0.0, tokens_ - 1);
    return std::nullopt;
  }
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(std::ceil((1 - tokens_) / options_.per_second * 1000)));
}

RateLimits::RateLimits(const RateLimitOptions& options, SteadyTime now)
    : new_orders_(options.new_orders, now), requests_(buckets_of(options, now)) {}

std::optional<std::chrono::milliseconds> RateLimits::take_request(Endpoint endpoint, SteadyTime now) {
  const std::scoped_lock lock(mutex_);
  return requests_[static_cast<std::size_t>(endpoint)].take(now);
}

std::optional<std::chrono::milliseconds> RateLimits::take_order(SteadyTime now) {
  const std::scoped_lock lock(mutex_);
  return new_orders_.take(now);
}

}  // namespace cw::acme
