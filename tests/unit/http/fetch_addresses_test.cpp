// Of a host with several addresses: which one answered, which ones did not, and how long it may take.
#include "lib/http/addresses.h"
#include "lib/http/fetch.h"
#include "tests/unit/http/test_server.h"

using namespace cw::http;
using namespace cw::http::test;
using namespace std::chrono_literals;

namespace {

FetcherOptions with(std::vector<std::string> addresses, std::chrono::milliseconds timeout) {
  return {.timeout = timeout,
          .max_redirects = 10,
          .resolve = [addresses = std::move(addresses)](
                         const std::string&) -> cw::Result<std::vector<std::string>> { return addresses; }};
}

std::string url_of(const TestServer& server) {
  return "http://www.example.test:" + std::to_string(server.port()) + "/";
}

// Accepts, and never says a word.
Response silent(const Request&) {
  return {.stream = [](const StreamWriter& write) {
    while (write("")) std::this_thread::sleep_for(10ms);
  }};
}

}  // namespace

TEST_CASE("an answer says which address it came from") {
  const TestServer server;
  Fetcher fetcher(with({"127.0.0.2", "127.0.0.1"}, 30s));
  const auto answer = fetcher.fetch({.url = url_of(server)});
  REQUIRE(answer);
  CHECK(answer->address == "127.0.0.1");
}

TEST_CASE("if no address answers, each is told") {
  std::string url;
  {
    const TestServer server;
    url = url_of(server);
  }
  Fetcher fetcher(with({"127.0.0.2", "127.0.0.1"}, 5s));
  const auto answer = fetcher.fetch({.url = url});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().message.find("127.0.0.2:") != std::string::npos);
  CHECK(answer.error().message.find("127.0.0.1:") != std::string::npos);
}

TEST_CASE("an address that never answers leaves time for the next") {
  const TestServer server({.address = "127.0.0.1"});
  const TestServer dead({.address = "127.0.0.2", .port = server.port()}, silent);
  // Half of it goes to the one that is dead; the other half is for a busy machine.
  Fetcher fetcher(with({"127.0.0.2", "127.0.0.1"}, 8s));
  const auto answer = fetcher.fetch({.url = url_of(server)});
  REQUIRE(answer);
  CHECK(answer->address == "127.0.0.1");
}

TEST_CASE("the time-out is for all redirects together") {
  const TestServer server({}, [](const Request&) {
    std::this_thread::sleep_for(100ms);
    return Response{.status = 302, .headers = {{"Location", "/again"}}};
  });
  // None of them takes so long, and there are not too many of them.
  Fetcher fetcher(with({"127.0.0.1"}, 350ms));
  const auto answer = fetcher.fetch({.url = url_of(server)});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().message.find("timed out") != std::string::npos);
}

TEST_CASE("addresses in numbers are their own, and a name that cannot be has none") {
  CHECK(*system_addresses("127.0.0.1") == std::vector<std::string>{"127.0.0.1"});
  CHECK(*system_addresses("::1") == std::vector<std::string>{"::1"});
  CHECK_FALSE(system_addresses("no such name"));
}
