// What is held back: published limits, and what the server asked for. And renewal information's ids.
#include <catch2/catch.hpp>

#include "lib/acme/held_back.h"
#include "lib/acme/rate_limits.h"
#include "lib/acme/renewal_info.h"

namespace cw::acme {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr SteadyTime kStart{hours(1)};

TEST_CASE("a bucket gives its burst at once and then what comes back", "[rate_limits]") {
  TokenBucket bucket({.burst = 3, .per_second = 0.5}, kStart);
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(kStart) == std::nullopt);
  CHECK(bucket.take(kStart) == seconds(2));
  CHECK(bucket.take(kStart + seconds(1)) == seconds(1));
  CHECK(bucket.take(kStart + seconds(2)) == std::nullopt);
  CHECK(bucket.take(kStart + seconds(2)) == seconds(2));
}

TEST_CASE("a bucket is never fuller than its burst", "[rate_limits]") {
  TokenBucket bucket({.burst = 2, .per_second = 10}, kStart);
  const SteadyTime later = kStart + hours(100);
  CHECK(bucket.take(later) == std::nullopt);
  CHECK(bucket.take(later) == std::nullopt);
  CHECK(bucket.take(later).has_value());
}

TEST_CASE("a bucket without a burst does not limit", "[rate_limits]") {
  TokenBucket bucket({}, kStart);
  for (int i = 0; i < 10'000; ++i) REQUIRE(bucket.take(kStart) == std::nullopt);
}

TEST_CASE("a clock that goes back gives no tokens", "[rate_limits]") {
  TokenBucket bucket({.burst = 1, .per_second = 1}, kStart);
  CHECK(bucket.take(kStart) == std::nullopt);
  CHECK(bucket.take(kStart - seconds(10)) == seconds(1));
  CHECK(bucket.take(kStart) == seconds(1));
}

TEST_CASE("Let's Encrypt's limits are 300 orders in three hours and requests a second", "[rate_limits]") {
  RateLimits limits(published_limits("acme-v02.api.letsencrypt.org"), kStart);
  for (int i = 0; i < 300; ++i) REQUIRE(limits.take_order(kStart) == std::nullopt);
  CHECK(limits.take_order(kStart) == seconds(36));
  CHECK(limits.take_order(kStart + seconds(36)) == std::nullopt);
  for (int i = 0; i < 20; ++i) REQUIRE(limits.take_request(Endpoint::Nonce, kStart) == std::nullopt);
  CHECK(limits.take_request(Endpoint::Nonce, kStart) == milliseconds(50));
  CHECK(limits.take_request(Endpoint::Account, kStart) == std::nullopt);
}

TEST_CASE("other servers are not limited by us", "[rate_limits]") {
  for (const char* host :
       {"acme.example", "letsencrypt.org.example", "notletsencrypt.org", "127.0.0.1:14000"}) {
    CHECK(published_limits(host).new_orders.burst == 0);
  }
  CHECK(published_limits("acme-staging-v02.api.letsencrypt.org:443").new_orders.burst == 300);
  CHECK(published_limits("letsencrypt.org").new_orders.burst == 300);
}

TEST_CASE("what the server asked to wait with waits", "[held_back]") {
  HeldBack held;
  held.add(Endpoint::NewOrder, "a.example ", {kStart + seconds(10), "too many"}, kStart);
  CHECK(held.find(Endpoint::NewOrder, "a.example ", kStart)->reason == "too many");
  CHECK_FALSE(held.find(Endpoint::NewOrder, "b.example ", kStart).has_value());
  CHECK_FALSE(held.find(Endpoint::Other, "a.example ", kStart).has_value());
  CHECK_FALSE(held.find(Endpoint::NewOrder, "a.example ", kStart + seconds(10)).has_value());
}

TEST_CASE("a hold without a subject is for all requests of its kind", "[held_back]") {
  HeldBack held;
  held.add(Endpoint::NewOrder, "", {kStart + seconds(10), "busy"}, kStart);
  CHECK(held.find(Endpoint::NewOrder, "a.example ", kStart).has_value());
  CHECK_FALSE(held.find(Endpoint::NewOrder, "a.example ", kStart + seconds(11)).has_value());
}

TEST_CASE("holds are bounded, and those that are over make room", "[held_back]") {
  HeldBack held;
  for (int i = 0; i < 1500; ++i) {
    held.add(Endpoint::NewOrder, std::to_string(i), {kStart + seconds(10), ""}, kStart);
  }
  CHECK(held.find(Endpoint::NewOrder, "999", kStart).has_value());
  CHECK_FALSE(held.find(Endpoint::NewOrder, "1000", kStart).has_value());
  const SteadyTime later = kStart + seconds(10);
  held.add(Endpoint::NewOrder, "new", {later + seconds(10), ""}, later);
  CHECK(held.find(Endpoint::NewOrder, "new", later).has_value());
}

// Appendix A of RFC 9773.
constexpr const char* kExample = R"(-----BEGIN CERTIFICATE-----
MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFt
cGxlIENBMCIYDzAwMDEwMTAxMDAwMDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDAS
BgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeBZu
7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFf
qzLQ2PPQxdTXREYEnKMjMCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4B
yNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuERV6cT4mfutXIlwTb
+FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK
-----END CERTIFICATE-----
)";

TEST_CASE("the id of a certificate is that of RFC 9773", "[renewal_info]") {
  const auto certificate = pki::Certificate::parse_pem(kExample);
  if (!certificate) FAIL(certificate.error().message);
  const auto id = certificate_id(*certificate);
  REQUIRE(id.has_value());
  CHECK(*id == "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
}

TEST_CASE("renewal information is asked for within bounds", "[renewal_info]") {
  CHECK(renewal_info_interval(seconds(0)) == hours(6));
  CHECK(renewal_info_interval(seconds(1)) == minutes(1));
  CHECK(renewal_info_interval(hours(5)) == hours(5));
  CHECK(renewal_info_interval(hours(100)) == hours(24));
}

}  // namespace
}  // namespace cw::acme
