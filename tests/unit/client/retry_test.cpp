#include "lib/client/retry.h"

#include <catch2/catch.hpp>

using namespace cw;
using namespace cw::client;
using std::chrono::milliseconds;
using Answer = Result<http::ClientResponse>;

namespace {

constexpr RetryPolicy kPolicy{
    .attempts = 4, .first_pause = milliseconds(100), .longest_pause = milliseconds(3000)};

Answer answer(int status, const std::string& retry_after = "") {
  http::ClientResponse response;
  response.status = status;
  if (!retry_after.empty()) response.headers = {{"Retry-After", retry_after}};
  return response;
}

}  // namespace

TEST_CASE("what was refused for load is repeated whatever it was, with growing pauses") {
  CHECK(pause_before_retry(kPolicy, "POST", answer(429), 1) == milliseconds(100));
  CHECK(pause_before_retry(kPolicy, "POST", answer(429), 2) == milliseconds(200));
  CHECK(pause_before_retry(kPolicy, "POST", answer(429), 3) == milliseconds(400));
  CHECK_FALSE(pause_before_retry(kPolicy, "POST", answer(429), 4));
}

TEST_CASE("the server's wish is honoured within bounds") {
  CHECK(pause_before_retry(kPolicy, "GET", answer(429, "2"), 1) == milliseconds(2000));
  CHECK(pause_before_retry(kPolicy, "GET", answer(503, "99999999"), 1) == milliseconds(3000));
  CHECK(pause_before_retry(kPolicy, "GET", answer(429, "99999999999999999999"), 1) == milliseconds(100));
  CHECK(pause_before_retry(kPolicy, "GET", answer(429, "-5"), 1) == milliseconds(100));
  CHECK(pause_before_retry(kPolicy, "GET", answer(429, "soon"), 1) == milliseconds(100));
}

TEST_CASE("failures are repeated only where nothing can happen twice") {
  const Answer broken = Error{Code::Unavailable, "no connection"};
  CHECK(pause_before_retry(kPolicy, "GET", answer(503), 1));
  CHECK(pause_before_retry(kPolicy, "GET", broken, 1));
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    CHECK_FALSE(pause_before_retry(kPolicy, method, answer(503), 1));
    CHECK_FALSE(pause_before_retry(kPolicy, method, broken, 1));
  }
}

TEST_CASE("a server that says when to come back has not begun") {
  CHECK(pause_before_retry(kPolicy, "POST", answer(503, "1"), 1) == milliseconds(1000));
  CHECK_FALSE(pause_before_retry(kPolicy, "POST", answer(500, "1"), 1));
}

TEST_CASE("an answer that will not change is taken as it is") {
  for (const int status : {200, 201, 400, 401, 403, 404, 409, 410, 422, 501}) {
    CHECK_FALSE(pause_before_retry(kPolicy, "GET", answer(status), 1));
  }
  CHECK_FALSE(pause_before_retry(kPolicy, "GET", Error{Code::Invalid, "bad request"}, 1));
}
