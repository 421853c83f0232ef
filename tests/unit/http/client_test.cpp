#include "lib/http/client.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "tests/unit/http/test_server.h"

using namespace cw::http;
using namespace cw::http::test;
using cw::Code;
using std::chrono::milliseconds;

namespace {

// A server that gives each connection the next of its scripts, word for word, and then closes it.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::string> scripts)
      : listener_(std::move(listen_on("127.0.0.1", 0)).value()),
        thread_([this, all = std::move(scripts)](const std::stop_token& stop) { run(all, stop); }) {}

  std::string url() const { return "http://127.0.0.1:" + std::to_string(listener_.port); }

 private:
  void run(const std::vector<std::string>& scripts, const std::stop_token& stop) const {
    for (const std::string& script : scripts) {
      Descriptor accepted;
      while (!accepted.is_open() && !stop.stop_requested()) {
        const auto soon = std::chrono::steady_clock::now() + milliseconds(20);
        if (wait_for(listener_.socket.get(), 1, soon, -1) == Wake::Ready)
          accepted = accept_from(listener_.socket).socket;
      }
      if (!accepted.is_open()) return;
      Transport transport(std::move(accepted));
      std::array<char, 4096> request{};
      const auto soon = std::chrono::steady_clock::now() + std::chrono::seconds(20);
      wait_for(transport.fd(), 1, soon, -1);
      transport.read(request);
      write_all(transport, script, soon, -1);
      transport.finish_writing();
    }
  }

  Listener listener_;
  std::jthread thread_;
};

cw::Result<ClientResponse> answer_to(const std::string& script, ClientOptions options = {}) {
  const ScriptedServer server({script});
  options.base_url = server.url();
  return make_client(options)->send({});
}

}  // namespace

TEST_CASE("a client sends method, target, headers and body and takes the answer whole") {
  Request seen;
  const TestServer server({}, [&](const Request& request) {
    seen = request;
    return Response{.status = 201, .body = "made", .headers = {{"X-A", "b"}}};
  });
  const auto client =
      make_client({.base_url = server.url(), .bearer_token = "t0ken", .user_agent = "tester/1"});
  const auto answer = client->send({.method = "PATCH",
                                    .target = "/a%20b?x=y",
                                    .body = "{}",
                                    .content_type = "application/merge-patch+json",
                                    .headers = {{"Accept", "application/json"}}});
  REQUIRE(answer);
  CHECK(answer->status == 201);
  CHECK(answer->body == "made");
  CHECK(answer->header("x-a") == "b");
  CHECK(seen.method == "PATCH");
  CHECK(seen.target == "/a%20b?x=y");
  CHECK(seen.body == "{}");
  CHECK(seen.header("Content-Type") == "application/merge-patch+json");
  CHECK(seen.header("Accept") == "application/json");
  CHECK(seen.header("Authorization") == "Bearer t0ken");
  CHECK(seen.header("User-Agent") == "tester/1");
}

TEST_CASE("connections are used again, also by several threads") {
  const TestServer server({.max_connections = 4});
  const auto client = make_client({.base_url = server.url()});
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          const auto answer = client->send({.target = "/a"});
          if (answer && answer->status == 200) ++good;
        }
      });
    }
  }
  CHECK(good == 200);
}

TEST_CASE("a kept connection that has died is replaced without an error") {
  auto first = std::make_unique<TestServer>();
  const int port = first->port();
  const auto client = make_client({.base_url = first->url()});
  REQUIRE(client->send({}));
  first.reset();
  const TestServer second({.port = port});
  const auto answer = client->send({.method = "POST", .target = "/a", .body = "x"});
  REQUIRE(answer);
  CHECK(answer->body == "POST /a x");
}

TEST_CASE("an answer may come in any form that HTTP/1.1 knows") {
  CHECK(answer_to("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")->body == "hi");
  CHECK(
      answer_to("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n")->body ==
      "hi");
  CHECK(answer_to("HTTP/1.1 200 OK\r\n\r\nhi")->body == "hi");
  CHECK(answer_to("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")->body ==
        "hi");
  CHECK(answer_to("HTTP/1.1 204 No Content\r\n\r\n")->status == 204);
}

TEST_CASE("a broken answer is Unavailable") {
  const char* bad = GENERATE("", "HTTP/1.1 200", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
  CAPTURE(bad);
  const auto answer = answer_to(bad);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Code::Unavailable);
}

TEST_CASE("an answer without bounds is Unavailable") {
  std::string headers = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 20000; ++i) headers += "A: bcdefgh\r\n";
  CHECK_FALSE(answer_to(headers));
  CHECK_FALSE(answer_to("HTTP/1.1 200 " + std::string(100000, 'x')));
  CHECK_FALSE(answer_to("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(200000, '0')));
  CHECK_FALSE(answer_to("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890", {.max_body = 10}));
  CHECK(answer_to("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789", {.max_body = 10})->body ==
        "0123456789");
}

TEST_CASE("what nobody answers is Unavailable after the time-out") {
  const auto listener = listen_on("127.0.0.1", 0);
  REQUIRE(listener);
  const auto client = make_client(
      {.base_url = "http://127.0.0.1:" + std::to_string(listener->port), .timeout = milliseconds(100)});
  const auto answer = client->send({});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Code::Unavailable);
}

TEST_CASE("a server nobody vouches for is not talked to") {
  const TestCa ca;
  const TestCa other("other-ca");
  const TestServer server({.tls = ca.identity()});
  CHECK(make_client({.base_url = server.url(), .ca_pem = ca.pem()})->send({}));
  CHECK_FALSE(make_client({.base_url = server.url(), .ca_pem = other.pem()})->send({}));
  CHECK_FALSE(make_client({.base_url = server.url()})->send({}));
  CHECK(make_client({.base_url = server.url(), .skip_verification = true})->send({}));
}

TEST_CASE("the certificate has to be for the name that is expected") {
  const TestCa ca;
  const TestServer server({.tls = ca.identity()});
  const auto ask = [&](const std::string& name) {
    return make_client({.base_url = server.url(), .ca_pem = ca.pem(), .server_name = name})
        ->send({})
        .has_value();
  };
  CHECK(ask("localhost"));
  CHECK_FALSE(ask("other.test"));
  CHECK_FALSE(ask("127.0.0.2"));
}

TEST_CASE("requests that would smuggle something in are refused") {
  const TestServer server;
  const auto client = make_client({.base_url = server.url()});
  CHECK_FALSE(client->send({.target = "a"}));
  CHECK_FALSE(client->send({.target = "/a b"}));
  CHECK_FALSE(client->send({.target = "/a\r\nX: y"}));
  CHECK_FALSE(client->send({.headers = {{"X", "a\r\nY: b"}}}));
  CHECK_FALSE(client->send({.content_type = "a\nb"}));
  CHECK_FALSE(Client::create({.base_url = server.url(), .user_agent = "a\r\nb"}));
  CHECK_FALSE(Client::create({.base_url = "nonsense"}));
  CHECK_FALSE(Client::create({.base_url = "https://a", .ca_pem = "nonsense"}));
  CHECK_FALSE(Client::create({.base_url = "https://a", .certificate_pem = "nonsense"}));
}

TEST_CASE("a bearer token comes from its file") {
  const auto path = std::filesystem::temp_directory_path() / ("cw-token-" + std::to_string(::getpid()));
  std::ofstream(path) << "from-file\n";
  const TestServer server({}, [](const Request& request) {
    return Response{.body = std::string(request.header("Authorization"))};
  });
  CHECK(make_client({.base_url = server.url(), .bearer_token_file = path})->send({})->body ==
        "Bearer from-file");
  std::filesystem::remove(path);
  CHECK_FALSE(make_client({.base_url = server.url(), .bearer_token_file = path})->send({}));
}

TEST_CASE("a stream is read line by line until the server ends it") {
  const TestServer server({}, [](const Request&) {
    return Response{.stream = [](const StreamWriter& write) {
      write("one\ntw");
      write("o\n");
    }};
  });
  std::vector<std::string> lines;
  const auto answer =
      make_client({.base_url = server.url()})
          ->stream_lines({}, [&](std::string_view line) { return lines.emplace_back(line), true; }, {});
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(lines == std::vector<std::string>{"one", "two"});
}

TEST_CASE("a stream ends when it is stopped or when its reader has enough") {
  const TestServer server({}, [](const Request&) {
    return Response{.stream = [](const StreamWriter& write) {
      write("one\ntwo\n");
      while (write("")) std::this_thread::sleep_for(milliseconds(1));
    }};
  });
  const auto client = make_client({.base_url = server.url()});
  CHECK(client->stream_lines({}, [](std::string_view) { return false; }, {}));
  std::stop_source stop;
  const auto answer = client->stream_lines(
      {}, [&](std::string_view line) { return line != "two" || stop.request_stop(); }, stop.get_token());
  CHECK(answer);
}

TEST_CASE("a stream that is refused gives the whole answer and no line") {
  const TestServer server({}, [](const Request&) { return Response{.status = 410, .body = "gone\ngone\n"}; });
  int lines = 0;
  const auto answer = make_client({.base_url = server.url()})
                          ->stream_lines({}, [&](std::string_view) { return ++lines > 0; }, {});
  REQUIRE(answer);
  CHECK(answer->status == 410);
  CHECK(answer->body == "gone\ngone\n");
  CHECK(lines == 0);
}

TEST_CASE("a stream that is cut off is Unavailable") {
  const ScriptedServer server({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\none\n\r\n"});
  int lines = 0;
  const auto answer = make_client({.base_url = server.url()})
                          ->stream_lines({}, [&](std::string_view) { return ++lines, true; }, {});
  CHECK_FALSE(answer);
  CHECK(lines == 1);
}
