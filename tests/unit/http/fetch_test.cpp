#include "lib/http/fetch.h"

#include "lib/http/url.h"
#include "tests/unit/http/test_server.h"

using namespace cw::http;
using namespace cw::http::test;
using cw::Code;

namespace {

std::string location_of(const std::string& asked, std::string_view location) {
  const auto resolved = resolve_location(asked, location);
  return resolved ? *resolved : "refused: " + resolved.error().message;
}

// Answers /a with a redirect to `to`, /headers with the header X-Secret it got, all else with its path.
Handler redirecting(std::string to) {
  return [to = std::move(to)](const Request& request) {
    Response response;
    if (request.path == "/a") {
      response.status = 302;
      response.headers.emplace_back("Location", to);
    } else if (request.path == "/headers") {
      response.body = "secret=" + std::string(request.header("X-Secret"));
    } else {
      response.body = request.path + " at " + std::string(request.header("Host"));
    }
    return response;
  };
}

}  // namespace

TEST_CASE("a query is read as Go reads it: the first = divides, what cannot be decoded is left out") {
  const std::multimap<std::string, std::string> wanted = {
      {"fieldSelector", "metadata.name=a"}, {"limit", "1"}, {"limit", "2"}, {"watch", ""}, {"x y", "é&"}};
  CHECK(query_of("/a?limit=1&fieldSelector=metadata.name=a&&limit=2&watch&x+y=%C3%A9%26&bad=%zz&c=1;d=2") ==
        wanted);
  CHECK(query_of("/a").empty());
  CHECK(query_of("/a?").empty());
  CHECK(query_of("").empty());
}

TEST_CASE("a URL is split where its path or query begins, without its fragment") {
  const auto split = split_url("https://h:8443/a/b?c=d#e");
  REQUIRE(split);
  CHECK(split->origin == "https://h:8443");
  CHECK(split->target == "/a/b?c=d");
  CHECK(split_url("http://[::1]:80")->target == "/");
  CHECK(split_url("http://h?x")->target == "/?x");
}

TEST_CASE("a URL with another scheme, user information, blanks or line breaks is refused") {
  for (const char* url : {"ftp://h/", "h/x", "http://u:p@h/", "http://h/a b", "http://h/\r\nX: y",
                          "http:///x", "https://h:0/", "file:///etc/passwd"}) {
    INFO(url);
    const auto split = split_url(url);
    REQUIRE_FALSE(split);
    CHECK(split.error().code == Code::Invalid);
  }
  CHECK_FALSE(split_url("http://h/" + std::string(10'000, 'x')));
}

TEST_CASE("a Location leads where RFC 3986 says") {
  const std::string asked = "http://h:81/a/b?c";
  CHECK(location_of(asked, "https://other/x") == "https://other/x");
  CHECK(location_of(asked, "//other/x") == "http://other/x");
  CHECK(location_of(asked, "/x?y") == "http://h:81/x?y");
  CHECK(location_of(asked, "x") == "http://h:81/a/x");
  CHECK(location_of(asked, "gopher://x/").starts_with("refused"));
}

TEST_CASE("redirects are followed as often as is allowed, and not for a POST") {
  const TestServer server({}, redirecting("/b"));
  const TestServer loop({}, redirecting("/a"));
  Fetcher follows({.max_redirects = 3});
  const auto answer = follows.fetch({.url = server.url() + "/a"});
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->body.starts_with("/b at "));
  CHECK(follows.fetch({.method = "POST", .url = server.url() + "/a"})->status == 302);
  CHECK(follows.fetch({.url = loop.url() + "/a"}).error().message.find("more than 3 redirects") !=
        std::string::npos);
  Fetcher stays({});
  CHECK(stays.fetch({.url = server.url() + "/a"})->status == 302);
}

TEST_CASE("headers that were meant for one host are not shown to another") {
  const TestServer target({}, redirecting(""));
  const auto elsewhere = target.url() + "/headers";
  const TestServer server({}, redirecting(elsewhere));
  Fetcher fetcher({.max_redirects = 3});
  const auto answer = fetcher.fetch({.url = server.url() + "/a", .headers = {{"X-Secret", "s"}}});
  REQUIRE(answer);
  CHECK(answer->body == "secret=");
  CHECK(fetcher.fetch({.url = elsewhere, .headers = {{"X-Secret", "s"}}})->body == "secret=s");
}

TEST_CASE("with a resolver of its own, each address is tried and the Host header stays the name") {
  const TestServer server({}, redirecting(""));
  std::string asked_for;
  Fetcher fetcher({.resolve = [&](const std::string& host) -> cw::Result<std::vector<std::string>> {
    asked_for = host;
    return std::vector<std::string>{"::ffff:127.0.0.2", "127.0.0.1"};
  }});
  const auto answer =
      fetcher.fetch({.url = "http://www.example.test:" + std::to_string(server.port()) + "/x"});
  REQUIRE(answer);
  CHECK(asked_for == "www.example.test");
  CHECK(answer->body == "/x at www.example.test:" + std::to_string(server.port()));
}

TEST_CASE("a name without an address is an error that says so") {
  Fetcher fetcher({.resolve = [](const std::string&) -> cw::Result<std::vector<std::string>> {
    return std::vector<std::string>{};
  }});
  const auto answer = fetcher.fetch({.url = "http://www.example.test/"});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().message.find("www.example.test") != std::string::npos);
}
