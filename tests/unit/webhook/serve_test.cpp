// The whole server over TLS on loopback: started, asked, stopped.
#include "webhook/serve.h"

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "lib/http/client.h"
#include "tests/unit/webhook/fake_kube.h"

using namespace cw;  // tests only
using Json = nlohmann::json;

namespace {

class FreshKeys final : public pki::KeyMaker {
 public:
  Result<pki::PrivateKey> make_key(const pki::KeySpec& spec) override {
    return pki::PrivateKey::generate(spec);
  }
};

// A webhook with a CA of its own in a fake API server.
class RunningWebhook {
 public:
  explicit RunningWebhook(webhook::ServeOptions options) {
    options.address = "127.0.0.1";
    options.secure_port = 0;
    options.healthz_port = 0;
    options.metrics_listen_address = "127.0.0.1:0";
    options.tls.dynamic = {"ns", "ca", {"localhost"}, std::chrono::hours(1)};
    std::promise<webhook::ServePorts> started;
    auto ports = started.get_future();
    webhook::ServeDependencies with{clock_, keys_, &api, &api, [&](const auto& p) { started.set_value(p); }};
    thread_ = std::jthread(
        [this, options, with](const std::stop_token& stop) { result = webhook::serve(options, with, stop); });
    ports_ = ports.get();
  }
  ~RunningWebhook() { stop(); }
  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }

  http::ClientResponse send(const std::string& scheme, int port, http::ClientRequest request) const {
    http::ClientOptions options;
    options.base_url = scheme + "://127.0.0.1:" + std::to_string(port);
    options.skip_verification = true;
    auto client = http::Client::create(options);
    REQUIRE(client);
    auto response = (*client)->send(request);
    REQUIRE(response);
    return *response;
  }
  http::ClientResponse review(const std::string& body) const {
    return send("https", ports_.secure, {"POST", "/validate", body, "application/json", {}});
  }
  const webhook::ServePorts& ports() const { return ports_; }

  test::FakeKube api;
  Status result = Error{Code::Internal, "not finished"};

 private:
  SystemClock clock_;
  FreshKeys keys_;
  webhook::ServePorts ports_;
  std::jthread thread_;
};

const std::string kDelete = R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",
    "request":{"uid":"u-1","operation":"DELETE"}})";

}  // namespace

TEST_CASE("serve: reviews over TLS, health and metrics in plain, a clean end", "[webhook][serve]") {
  RunningWebhook running({});
  const http::ClientResponse answered = running.review(kDelete);
  CHECK(answered.status == 200);
  CHECK(Json::parse(answered.body)["response"]["allowed"] == true);
  CHECK(running.send("http", running.ports().healthz, {"GET", "/healthz"}).status == 200);
  CHECK(running.send("http", running.ports().metrics, {"GET", "/metrics"}).status == 200);
  running.stop();
  CHECK(running.result);
}

TEST_CASE(
    "serve: what is too large, of the wrong method or no review is refused inside an AdmissionReview, and "
    "the "
    "server lives on",
    "[webhook][serve]") {
  RunningWebhook running({});
  const auto code_of = [](const http::ClientResponse& response) {
    return Json::parse(response.body)["response"]["status"]["code"].get<int>();
  };
  const http::ClientResponse large = running.review(std::string((3UL << 20U) + 1, 'x'));
  CHECK(large.status == 413);
  CHECK(code_of(large) == 413);
  const http::ClientResponse get = running.send("https", running.ports().secure, {"GET", "/validate"});
  CHECK(get.status == 405);
  const http::ClientResponse nonsense = running.review("nonsense");
  CHECK(nonsense.status == 400);
  CHECK(code_of(nonsense) == 400);
  CHECK(running.review(kDelete).status == 200);
}

TEST_CASE("serve: metrics over TLS where a source for them is given", "[webhook][serve]") {
  webhook::ServeOptions options;
  options.metrics_tls.dynamic = {"ns", "metrics-ca", {"localhost"}, std::chrono::hours(1)};
  RunningWebhook running(options);
  CHECK(running.send("https", running.ports().metrics, {"GET", "/metrics"}).status == 200);
  CHECK(running.send("http", running.ports().healthz, {"GET", "/readyz"}).status == 200);
  running.stop();  // its threads write there
  CHECK(running.api.secrets.contains({"ns", "metrics-ca"}));
}

TEST_CASE("serve: without a certificate source, or with a wrong option, it does not start",
          "[webhook][serve]") {
  test::FakeKube api;
  const SystemClock clock;
  FreshKeys keys;
  const webhook::ServeDependencies with{clock, keys, &api, &api, {}};
  CHECK_FALSE(webhook::serve({}, with, {}));
  webhook::ServeOptions options;
  options.tls.dynamic = {"ns", "ca", {"x"}, std::chrono::hours(1)};
  CHECK_FALSE(webhook::serve(options, {clock, keys, nullptr, nullptr, {}}, {}));
  options.tls.min_version = "SSLv3";
  CHECK_FALSE(webhook::serve(options, with, {}));
  options.tls.min_version = "";
  options.metrics_listen_address = "nowhere";
  CHECK_FALSE(webhook::serve(options, with, {}));
  options.metrics_listen_address = "0";
  options.metrics_tls.private_key_file = "alone";
  CHECK_FALSE(webhook::serve(options, with, {}));
  options.metrics_tls = {};
  options.tls.cert_file = "both.crt";
  CHECK_FALSE(webhook::serve(options, with, {}));
  options.tls.cert_file = "";
  options.enable_client_verification = true;
  CHECK_FALSE(webhook::serve(options, with, {}));
}
