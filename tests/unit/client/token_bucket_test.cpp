#include "lib/client/token_bucket.h"

#include <catch2/catch.hpp>

using namespace cw::client;
using std::chrono::milliseconds;

namespace {

constexpr TokenBucket::Time kStart{std::chrono::hours(1)};

milliseconds wait(TokenBucket& bucket, TokenBucket::Time now) {
  return std::chrono::round<milliseconds>(bucket.take(now));
}

}  // namespace

TEST_CASE("token bucket: a burst is free, then one comes after the other") {
  TokenBucket bucket({.per_second = 20, .burst = 3});
  for (int i = 0; i < 3; ++i) CHECK(wait(bucket, kStart) == milliseconds(0));
  CHECK(wait(bucket, kStart) == milliseconds(50));
  CHECK(wait(bucket, kStart) == milliseconds(100));
  CHECK(wait(bucket, kStart + milliseconds(100)) == milliseconds(50));
}

TEST_CASE("token bucket: a rest fills it, but no further than the burst") {
  TokenBucket bucket({.per_second = 10, .burst = 2});
  for (int i = 0; i < 2; ++i) CHECK(wait(bucket, kStart) == milliseconds(0));
  const auto later = kStart + std::chrono::minutes(1);
  for (int i = 0; i < 2; ++i) CHECK(wait(bucket, later) == milliseconds(0));
  CHECK(wait(bucket, later) == milliseconds(100));
}

TEST_CASE("token bucket: a clock that stands gives nothing") {
  TokenBucket bucket({.per_second = 1, .burst = 1});
  CHECK(wait(bucket, kStart) == milliseconds(0));
  CHECK(wait(bucket, kStart - milliseconds(500)) == milliseconds(1000));
}
