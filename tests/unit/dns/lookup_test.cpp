#include <algorithm>
#include <atomic>

#include <catch2/catch.hpp>

#include "lib/dns/server_lookup.h"
#include "tests/unit/dns/loopback_server.h"
#include "tests/unit/dns/messages.h"

using namespace cw;       // NOLINT(google-build-using-namespace)
using namespace cw::dns;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using cw::test::kAnswerFlags;
using cw::test::kTruncatedFlag;
using cw::test::LoopbackServer;
using cw::test::txt_data;
using cw::test::wire_answer;

namespace {

const Question kQuestion{"www.example.test.", RecordType::Txt};
// For answers that come, on however busy a machine; and for those that do not.
constexpr UdpTcpOptions kPatient{.timeout = 60s, .udp_timeout = 40s, .resend_after = 100ms};
constexpr UdpTcpOptions kSoonTcp{.timeout = 60s, .udp_timeout = 300ms, .resend_after = 100ms};
constexpr UdpTcpOptions kShort{.timeout = 600ms, .udp_timeout = 300ms, .resend_after = 100ms};
using Answers = std::vector<std::string>;

std::string value_answer(std::string_view query, const std::string& value,
                         std::uint16_t flags = kAnswerFlags) {
  return wire_answer(query, {{kQuestion.name, 16, txt_data(value)}}, flags);
}

std::string first_value(const Result<DnsAnswer>& answer) {
  return answer && !answer->records.empty() ? answer->records[0].value : std::string();
}

class FakeFetch final : public http::HttpFetch {
 public:
  Result<http::ClientResponse> fetch(const http::FetchRequest& request) override {
    asked = request;
    auto answer = response;
    if (answer && fill)
      answer = http::ClientResponse{.status = 200,
                                    .body = value_answer(request.body, "doh"),
                                    .headers = {{"Content-Type", "application/dns-message"}}};
    return answer;
  }
  http::FetchRequest asked;
  bool fill = false;
  Result<http::ClientResponse> response = http::ClientResponse{.status = 200};
};

}  // namespace

TEST_CASE("an honest answer over UDP is taken", "[dns][lookup]") {
  const LoopbackServer server([](std::string_view query) { return Answers{value_answer(query, "v")}; });
  CHECK(first_value(UdpTcpLookup(kPatient).ask(kQuestion, server.server())) == "v");
}

TEST_CASE("datagrams with another id, another question or garbage are as if they had not come",
          "[dns][lookup]") {
  const LoopbackServer server([](std::string_view query) {
    std::string wrong_id = value_answer(query, "lie");
    wrong_id[0] = static_cast<char>(wrong_id[0] + 1);
    std::string wrong_name = value_answer(query, "lie");
    wrong_name[kHeaderSize + 1] = 'x';
    return Answers{wrong_id, wrong_name, "", "x", std::string(4096, '\xFF'), value_answer(query, "v")};
  });
  CHECK(first_value(UdpTcpLookup(kPatient).ask(kQuestion, server.server())) == "v");
}

TEST_CASE("a truncated answer is asked for again over TCP", "[dns][lookup]") {
  const LoopbackServer server(
      [](std::string_view query) {
        return Answers{value_answer(query, "cut", kAnswerFlags | kTruncatedFlag)};
      },
      [](std::string_view query) { return Answers{value_answer(query, "whole")}; });
  CHECK(first_value(UdpTcpLookup(kPatient).ask(kQuestion, server.server())) == "whole");
}

TEST_CASE("a lost datagram is sent again", "[dns][lookup]") {
  std::atomic<int> count = 0;
  const LoopbackServer server(
      [&](std::string_view query) { return ++count < 2 ? Answers{} : Answers{value_answer(query, "v")}; });
  CHECK(first_value(UdpTcpLookup(kPatient).ask(kQuestion, server.server())) == "v");
  CHECK(count >= 2);  // more if the answer took its time
}

TEST_CASE("where UDP brings nothing TCP is tried", "[dns][lookup]") {
  const LoopbackServer server([](std::string_view) { return Answers{}; },
                              [](std::string_view query) { return Answers{value_answer(query, "tcp")}; });
  CHECK(first_value(UdpTcpLookup(kSoonTcp).ask(kQuestion, server.server())) == "tcp");
}

TEST_CASE("a server that never answers costs the time limit and no more", "[dns][lookup]") {
  const LoopbackServer server([](std::string_view) { return Answers{}; },
                              [](std::string_view) {
                                std::this_thread::sleep_for(900ms);
                                return Answers{};
                              });
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = UdpTcpLookup(kShort).ask(kQuestion, server.server());
  CHECK(std::chrono::steady_clock::now() - begin < 30s);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Code::Unavailable);
  CHECK_THAT(answer.error().message, Catch::Contains(server.server()));
}

TEST_CASE("garbage over TCP is an error", "[dns][lookup]") {
  const auto silent = [](std::string_view) { return Answers{}; };
  for (const std::string& bytes : {std::string(), std::string("x"), std::string(60000, '\xC0')}) {
    const LoopbackServer server(silent, [&](std::string_view) { return Answers{bytes}; });
    CHECK_FALSE(UdpTcpLookup(kShort).ask(kQuestion, server.server()));
  }
}

TEST_CASE("a server that does not know EDNS is asked without it", "[dns][lookup]") {
  const LoopbackServer server([](std::string_view query) {
    if (read_u16(query, 10) == 0) return Answers{value_answer(query, "old")};
    return Answers{wire_answer(query, {}, kAnswerFlags | 1U)};
  });
  CHECK(first_value(UdpTcpLookup(kPatient).ask(kQuestion, server.server())) == "old");
}

TEST_CASE("each question has an id and a port of its own", "[dns][lookup]") {
  std::vector<std::uint16_t> ids;
  {
    const LoopbackServer server([&](std::string_view query) {
      ids.push_back(read_u16(query, 0));
      return Answers{value_answer(query, "v")};
    });
    UdpTcpLookup lookup(kPatient);
    for (int i = 0; i < 8; ++i) CHECK(lookup.ask(kQuestion, server.server()));
  }
  std::sort(ids.begin(), ids.end());
  CHECK(std::unique(ids.begin(), ids.end()) - ids.begin() >= 7);
}

TEST_CASE("a port where nobody listens is Unavailable at once", "[dns][lookup]") {
  std::string server;
  {
    const LoopbackServer gone([](std::string_view) { return Answers{}; });
    server = gone.server();
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = UdpTcpLookup(kPatient).ask(kQuestion, server);
  CHECK(std::chrono::steady_clock::now() - begin < 20s);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Code::Unavailable);
}

TEST_CASE("a server text that cannot be is Invalid", "[dns][lookup]") {
  CHECK(UdpTcpLookup(kShort).ask(kQuestion, "127.0.0.1:0").error().code == Code::Invalid);
  CHECK(UdpTcpLookup(kShort).ask({"a..b.", RecordType::Txt}, "127.0.0.1:1").error().code == Code::Invalid);
}

TEST_CASE("an https URL is asked by DoH", "[dns][lookup]") {
  FakeFetch fetch;
  fetch.fill = true;
  ServerLookup lookup(fetch, kShort);
  CHECK(first_value(lookup.ask(kQuestion, "https://dns.test/query")) == "doh");
  CHECK(fetch.asked.method == "POST");
  CHECK(fetch.asked.url == "https://dns.test/query");
  CHECK(fetch.asked.content_type == "application/dns-message");
  CHECK(read_u16(fetch.asked.body, 0) == 0);
}

TEST_CASE("what a DoH server answers wrongly is Unavailable", "[dns][lookup]") {
  FakeFetch fetch;
  using Response = http::ClientResponse;
  const std::string good = value_answer(*encode_query({.question = kQuestion}), "v");
  const std::vector<std::pair<std::string, std::string>> type{{"Content-Type", "application/dns-message"}};
  SECTION("status") { fetch.response = Response{.status = 503, .body = good, .headers = type}; }
  SECTION("type") {
    fetch.response = Response{.status = 200, .body = good, .headers = {{"Content-Type", "text/html"}}};
  }
  SECTION("garbage") { fetch.response = Response{.status = 200, .body = "<html>", .headers = type}; }
  SECTION("empty") { fetch.response = Response{.status = 200, .body = "", .headers = type}; }
  SECTION("too long") {
    fetch.response = Response{.status = 200, .body = good + std::string(200 * 1024, 'x'), .headers = type};
  }
  SECTION("no connection") { fetch.response = Error{Code::Unavailable, "connect"}; }
  const auto answer = DohLookup(fetch).ask(kQuestion, "https://dns.test/query");
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Code::Unavailable);
}
