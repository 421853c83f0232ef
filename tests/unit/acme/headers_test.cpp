// What answers say in headers: Retry-After, Link, Replay-Nonce; and which texts are taken.
#include <catch2/catch.hpp>

#include "lib/acme/links.h"
#include "lib/acme/nonces.h"
#include "lib/acme/retry_after.h"
#include "lib/acme/text_rules.h"

namespace cw::acme {
namespace {

using std::chrono::seconds;

// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110 §5.6.7.
constexpr TimePoint kExample{seconds(784111777)};

TEST_CASE("HTTP dates are read in their three forms", "[retry_after]") {
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", kExample) == kExample);
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kExample) == kExample);
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994", kExample) == kExample);
  const TimePoint later = kExample + std::chrono::hours(24 * 365 * 32);
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", later) == kExample);
}

TEST_CASE("what is no HTTP date is none", "[retry_after]") {
  for (const char* text :
       {"", "Sun", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Now 1994 08:49:37 GMT", "Sun, 06 Nov 199400 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT", "Sun, 0x Nov 1994 08:49:37 GMT", "a b c d e", "a b c d e f g",
        "2026-05-06T07:00:00Z"}) {
    INFO(text);
    CHECK(parse_http_date(text, kExample) == std::nullopt);
  }
}

TEST_CASE("Retry-After is read and bounded", "[retry_after]") {
  const auto parse = [](const char* text) { return parse_retry_after(text, kExample); };
  CHECK(parse("0") == seconds(0));
  CHECK(parse(" 120 ") == seconds(120));
  CHECK(parse("86400") == seconds(86400));
  CHECK(parse("86401") == kLongestRetryAfter);
  CHECK(parse("99999999999999999999999999") == kLongestRetryAfter);
  CHECK(parse("Sun, 06 Nov 1994 08:50:37 GMT") == seconds(60));
  CHECK(parse("Sun, 06 Nov 1994 08:00:00 GMT") == seconds(0));
  CHECK(parse("Sun, 06 Nov 2094 08:00:00 GMT") == kLongestRetryAfter);
  for (const char* text : {"", "-5", "1.5", "soon", "5s", "+5"}) CHECK(parse(text) == std::nullopt);
}

std::vector<std::string> alternates(const http::Headers& headers) {
  return find_links(headers, "alternate", "https://a.example/cert/1");
}
using Urls = std::vector<std::string>;

TEST_CASE("links are found by their relation", "[links]") {
  CHECK(alternates({{"Link", "<https://a.example/dir>;rel=\"index\""},
                    {"link", "<https://a.example/cert/1/1>;rel=\"alternate\""},
                    {"LINK",
                     "<https://a.example/cert/1/2>; title=\"x, y; z\"; rel=alternate, </cert/1/3>;rel=\"up "
                     "Alternate\""}}) ==
        Urls{"https://a.example/cert/1/1", "https://a.example/cert/1/2", "https://a.example/cert/1/3"});
  CHECK(find_links({{"Link", "<https://a.example/dir>;rel=\"index\""}}, "index", "https://a.example/x") ==
        Urls{"https://a.example/dir"});
}

TEST_CASE("links that are malformed are left out", "[links]") {
  for (const char* text :
       {"", "x", "<", "<>", "<https://a.example/1", "<https://a.example/1>", "<https://a.example/1>;",
        "<https://a.example/1>;rel", "<https://a.example/1>;rel=", "<https://a.example/1>;rel=\"",
        "<https://a.example/1>;rel=\"index\";rel=\"alternate\"", "<file:///x>;rel=alternate",
        "<https://a.example/1>;rel=alternates", "https://a.example/1;rel=alternate"}) {
    INFO(text);
    CHECK(alternates({{"Link", text}}) == Urls{});
  }
}

TEST_CASE("links are bounded", "[links]") {
  http::Headers headers(100, {"Link", "<https://a.example/1>;rel=alternate"});
  CHECK(alternates(headers).size() == kMaxLinks);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "<https://a.example/1>;rel=alternate,";
  CHECK(alternates({{"Link", many}}).size() == kMaxLinks);
}

TEST_CASE("the newest nonce is used first, each once", "[nonces]") {
  NoncePool pool;
  pool.put("one");
  pool.put("two");
  CHECK(pool.take() == "two");
  CHECK(pool.take() == "one");
  CHECK(pool.take() == std::nullopt);
}

TEST_CASE("beyond its limit the pool forgets the oldest nonce", "[nonces]") {
  NoncePool pool(2);
  for (const char* nonce : {"one", "two", "three"}) pool.put(nonce);
  CHECK(pool.take() == "three");
  CHECK(pool.take() == "two");
  CHECK(pool.take() == std::nullopt);
}

TEST_CASE("what is no nonce is not kept", "[nonces]") {
  NoncePool pool;
  for (const std::string& text :
       {std::string(), std::string("a b"), std::string("a\"b"), std::string("a=="), std::string(513, 'a')}) {
    pool.put(text);
    CHECK(pool.take() == std::nullopt);
  }
  pool.put(std::string(512, 'a'));
  CHECK(pool.take().has_value());
}

TEST_CASE("texts are shown whole or cut between characters", "[text_rules]") {
  CHECK(shown("abc", 3) == "abc");
  CHECK(shown("abcd", 3) == "abc…");
  CHECK(shown("aäb", 2) == "a…");
  CHECK(shown("a\nb\x7f", 9) == "a b ");
  CHECK(shown("a\xff"
              "b",
              9) == "a b");
}

TEST_CASE("URLs of servers are checked", "[text_rules]") {
  CHECK(check_server_url("https://a.example/x", true).has_value());
  CHECK(check_server_url("http://a.example/x", false).has_value());
  CHECK_FALSE(check_server_url("http://a.example/x", true).has_value());
  CHECK_FALSE(check_server_url("https://u:p@a.example/x", true).has_value());
  CHECK_FALSE(check_server_url("https://a.example/ x", true).has_value());
  CHECK_FALSE(check_server_url("https://a.example/\nHost: b", true).has_value());
  CHECK_FALSE(check_server_url("", true).has_value());
}

}  // namespace
}  // namespace cw::acme
