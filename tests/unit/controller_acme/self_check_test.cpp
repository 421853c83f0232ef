// What the self-check sees, over real HTTP on the loopback.
#include "controller/acme/self_check.h"

#include "controller/acme/http01_board_solver.h"
#include "lib/http/server.h"
#include "tests/unit/controller_acme/http01_scene.h"

using namespace cw;
using namespace cw::controller::acme;
using namespace cw::controller::acme::tests;

namespace {

const Json kIngress{{"ingress", Json::object()}};
constexpr const char* kPath = "/.well-known/acme-challenge/-token_1";

// Answers from a table; counts the questions.
class TableLookup final : public dns::DnsLookup {
 public:
  Result<dns::DnsAnswer> ask(const dns::Question& question, const std::string& server) override {
    asked.push_back(server);
    if (server == dead) return Error{Code::Unavailable, "no answer"};
    dns::DnsAnswer answer;
    answer.code = code;
    for (const auto& record : records) {
      if (record.name != question.name) continue;
      if (record.type == question.type || record.type == dns::RecordType::Cname) {
        answer.records.push_back(record);
      }
    }
    return answer;
  }
  void add(const std::string& name, dns::RecordType type, const std::string& value) {
    records.push_back({.name = name, .type = type, .value = value});
  }
  std::vector<dns::Record> records;
  std::vector<std::string> asked;
  std::string dead;
  dns::ResponseCode code = dns::ResponseCode::NoError;
};

struct Answerer {
  explicit Answerer(http::Handler handler, std::string address = "127.0.0.1")
      : server({.address = std::move(address)}, std::move(handler)) {
    const auto started = server.start();
    if (!started) FAIL(started.error().message);
    port = *started;
  }
  explicit Answerer(http::Response response) : Answerer([=](const http::Request&) { return response; }) {}
  http::Server server;
  int port = 0;
};

struct LookedUp {
  TableLookup lookup;
  Visibility look(int port, const std::string& dns_name = "www.example.com") {
    if (lookup.records.empty()) lookup.add("www.example.com.", dns::RecordType::A, "127.0.0.1");
    auto options = self_check_fetcher(lookup, {"192.0.2.53:53"});
    options.timeout = timeout;
    http::Fetcher fetcher(std::move(options));
    return SelfCheck(fetcher, port).look(challenge_with(kIngress, dns_name).spec);
  }
  std::chrono::milliseconds timeout{30'000};
};

http::Response with(int status, std::string body) {
  return {.status = status, .content_type = "text/plain", .body = std::move(body)};
}

http::Response to(const std::string& location) {
  auto response = with(302, "");
  response.headers.emplace_back("Location", location);
  return response;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the URL is the CA's, with brackets around an IPv6 address") {
  CHECK(challenge_url("www.example.com", "t", 80) == "http://www.example.com/.well-known/acme-challenge/t");
  CHECK(challenge_url("2001:db8::1", "t", 80) == "http://[2001:db8::1]/.well-known/acme-challenge/t");
  CHECK(challenge_url("192.0.2.1", "t", 5002) == "http://192.0.2.1:5002/.well-known/acme-challenge/t");
}

TEST_CASE(
    "200 with the key, asked for by name and path, is what the CA wants; blanks at the end are not counted") {
  LookedUp scene;
  std::string host;
  std::string path;
  const Answerer right([&](const http::Request& request) {
    host = request.header("Host");
    path = request.path;
    return with(200, "-token_1.thumb\r\n");
  });
  const auto seen = scene.look(right.port);
  INFO(seen.reason);
  CHECK(seen.visible);
  CHECK(host == "www.example.com:" + std::to_string(right.port));
  CHECK(path == kPath);
}

TEST_CASE("another answer is told with its status, its address and how it begins") {
  LookedUp scene;
  const Answerer missing(with(404, "<h1>\x01not here</h1>" + std::string(2000, 'x')));
  auto seen = scene.look(missing.port);
  CHECK_FALSE(seen.visible);
  CHECK(
      has(seen.reason, "status 404 (asked at 127.0.0.1) and a body that begins \"<h1>\\x01not here</h1>xxx"));
  CHECK(seen.reason.size() < 300);
  const Answerer empty(with(200, ""));
  CHECK(has(scene.look(empty.port).reason, "an empty body (asked at 127.0.0.1) instead of the key"));
  for (const char* body : {"-token_1.thumbx", " -token_1.thumb", "-token_1", "-TOKEN_1.thumb"}) {
    const Answerer wrong(with(200, body));
    seen = scene.look(wrong.port);
    CHECK_FALSE(seen.visible);
    CHECK(has(seen.reason, std::string("the body \"") + body + "\""));
  }
  const Answerer created(with(201, "-token_1.thumb"));
  CHECK_FALSE(scene.look(created.port).visible);
}

TEST_CASE("a body of more than a mebibyte and an answer that does not come are told, and end") {
  LookedUp scene;
  const Answerer huge(with(200, std::string((1UL << 20U) + 1, 'x')));
  CHECK(has(scene.look(huge.port).reason, "larger than 1048576 bytes"));
  scene.timeout = std::chrono::milliseconds(200);
  const Answerer slow([](const http::Request&) {
    return http::Response{.stream = [](const http::StreamWriter& write) {
      while (write("")) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }};
  });
  CHECK(has(scene.look(slow.port).reason, "timed out"));
}

TEST_CASE("redirects are followed to where they lead, and not for ever") {
  LookedUp scene;
  scene.lookup.add("www.example.com.", dns::RecordType::A, "127.0.0.1");
  scene.lookup.add("other.example.com.", dns::RecordType::A, "127.0.0.1");
  const Answerer target(with(200, "-token_1.thumb"));
  const Answerer there(to("http://other.example.com:" + std::to_string(target.port) + kPath));
  CHECK(scene.look(there.port).visible);
  const Answerer loop(to(kPath));
  CHECK(has(scene.look(loop.port).reason, "more than 10 redirects"));
  const Answerer nowhere(to("http://gone.example.com/"));
  CHECK(has(scene.look(nowhere.port).reason, "gone.example.com. has neither an A nor an AAAA record"));
  const Answerer strange(to("file:///etc/passwd"));
  CHECK_FALSE(scene.look(strange.port).visible);
}

TEST_CASE("all addresses are tried, IPv6 first; if none answers each is told") {
  LookedUp scene;
  scene.lookup.add("www.example.com.", dns::RecordType::A, "127.0.0.2");
  scene.lookup.add("www.example.com.", dns::RecordType::A, "127.0.0.1");
  scene.lookup.add("www.example.com.", dns::RecordType::Aaaa, "::1");
  const Answerer right(with(200, "-token_1.thumb"));
  CHECK(scene.look(right.port).visible);
  const Answerer on_v6([](const http::Request&) { return with(404, "v6"); }, "::1");
  CHECK(has(scene.look(on_v6.port).reason, "(asked at ::1)"));
  int closed = 0;
  {
    closed = Answerer(with(200, "")).port;
  }
  const auto seen = scene.look(closed);
  CHECK(has(seen.reason, "::1"));
  CHECK(has(seen.reason, "127.0.0.2"));
  CHECK(has(seen.reason, "127.0.0.1"));
}

TEST_CASE("an address that is to be proven is asked without any look-up") {
  LookedUp scene;
  const Answerer v6([](const http::Request&) { return with(200, "-token_1.thumb"); }, "::1");
  CHECK(scene.look(v6.port, "::1").visible);
  CHECK(scene.lookup.asked.empty());
}

TEST_CASE("nameservers take turns, and one that is dead is passed over") {
  TableLookup lookup;
  lookup.add("a.test.", dns::RecordType::A, "192.0.2.1");
  const Resolve resolve = resolve_with(lookup, {"s1", "s2"});
  CHECK(*resolve("a.test") == std::vector<std::string>{"192.0.2.1"});
  CHECK(*resolve("A.test") == std::vector<std::string>{"192.0.2.1"});
  CHECK(lookup.asked == std::vector<std::string>{"s1", "s1", "s2", "s2"});
  lookup.dead = "s1";
  CHECK(resolve("a.test"));
  lookup.dead.clear();
  lookup.code = dns::ResponseCode::ServFail;
  const auto failed = resolve("a.test");
  REQUIRE_FALSE(failed);
  CHECK(has(failed.error().message, "for a.test."));
}

TEST_CASE("aliases are followed, and not in circles") {
  TableLookup lookup;
  lookup.add("a.test.", dns::RecordType::Cname, "B.test.");
  lookup.add("b.test.", dns::RecordType::Cname, "c.test.");
  lookup.add("c.test.", dns::RecordType::A, "192.0.2.7");
  lookup.add("x.test.", dns::RecordType::Cname, "y.test.");
  lookup.add("y.test.", dns::RecordType::Cname, "x.test.");
  const Resolve resolve = resolve_with(lookup, {"s1"});
  CHECK(*resolve("a.test") == std::vector<std::string>{"192.0.2.7"});
  CHECK_FALSE(resolve("x.test"));
  CHECK(lookup.asked.size() < 40);
}

TEST_CASE("without nameservers the system's resolver is asked") {
  TableLookup lookup;
  const auto options = self_check_fetcher(lookup, {});
  CHECK(*options.resolve("127.0.0.1") == std::vector<std::string>{"127.0.0.1"});
  CHECK(*options.resolve("::1") == std::vector<std::string>{"::1"});
  CHECK(lookup.asked.empty());
}

TEST_CASE("the board holds what is put up, by host and token, until that very key is taken away") {
  TokenBoard board(2);
  REQUIRE(board.put("WWW.example.com", "t", "t.k1"));
  CHECK(board.find("www.EXAMPLE.com", "t") == "t.k1");
  CHECK_FALSE(board.find("www.example.com", "T"));
  CHECK_FALSE(board.find("example.com", "t"));
  REQUIRE(board.put("www.example.com", "t", "t.k2"));
  board.remove("www.example.com", "t", "t.k1");
  CHECK(board.find("www.example.com", "t") == "t.k2");
  REQUIRE(board.put("b", "t", "t.k"));
  CHECK(board.put("c", "t", "t.k").error().code == Code::Unavailable);
  CHECK(board.put("b", "t", std::string(10'000, 'k')).error().code == Code::Invalid);
  board.remove("b", "t", "t.k");
  CHECK(board.put("c", "t", "t.k"));
  CHECK(board.size() == 2);
}

TEST_CASE("the solver of one process puts up, puts up again after a restart, and takes away") {
  const ManualClock clock{kStart};
  TokenBoard board;
  OneAnswer fetch(http::ClientResponse{.status = 200, .body = "-token_1.thumb"});
  const SelfCheck self_check(fetch);
  Http01BoardSolver solver(board, self_check, clock);
  const auto challenge = challenge_with(kIngress);
  REQUIRE(solver.check(challenge, {}));
  CHECK(board.find("www.example.com", "-token_1") == "-token_1.thumb");
  CHECK(solver.check(challenge, {})->visible);
  REQUIRE(solver.clean_up(challenge, {}));
  CHECK(board.size() == 0);
  auto hostile = challenge;
  hostile.spec.token = "../x";
  CHECK_FALSE(solver.present(hostile, {}));
}
