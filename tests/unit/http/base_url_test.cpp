#include "lib/http/base_url.h"

#include <catch2/catch.hpp>

using cw::http::BaseUrl;
using cw::http::parse_base_url;

TEST_CASE("a base URL is split into scheme, host and port") {
  const auto url = parse_base_url("https://kubernetes.default.svc:6443/");
  REQUIRE(url);
  CHECK(url->host == "kubernetes.default.svc");
  CHECK(url->port == 6443);
  CHECK(url->authority() == "kubernetes.default.svc:6443");
}

TEST_CASE("the usual port is left out of the Host header") {
  CHECK(parse_base_url("https://a")->authority() == "a");
  CHECK(parse_base_url("http://a:80")->authority() == "a");
  CHECK(parse_base_url("http://a:443")->authority() == "a:443");
}

TEST_CASE("an IPv6 address loses its brackets and gets them back in the Host header") {
  const auto url = parse_base_url("https://[fd00::1]:6443");
  REQUIRE(url);
  CHECK(url->host == "fd00::1");
  CHECK(url->authority() == "[fd00::1]:6443");
}

TEST_CASE("what is no base URL is refused") {
  const char* bad =
      GENERATE("", "a:6443", "ftp://a", "https://", "https://:1", "https://a:", "https://a:0",
               "https://a:65536", "https://a:1x", "https://a/path", "https://u@a", "https://[::1",
               "https://[g]:1", "https://a b", "https://a?x", "https://a\r\nX: y");
  CAPTURE(bad);
  CHECK_FALSE(parse_base_url(bad));
}
