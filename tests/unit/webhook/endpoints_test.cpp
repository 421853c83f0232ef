// What the listeners answer, without a socket.
#include "webhook/endpoints.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "webhook/listen_address.h"
#include "webhook/offline_approval.h"
#include "webhook/serving/tls_options.h"

using namespace cw;  // tests only
using Json = nlohmann::json;

namespace {

struct Setup {
  webhook::NoSigners signers;
  webhook::NoAccess access;
  webhook::ReviewAnswer reviews{{}, {signers, access}};
  webhook::Metrics metrics;
};

http::Request post(const std::string& path, const std::string& body) {
  http::Request request;
  request.method = "POST";
  request.path = path;
  request.body = body;
  request.headers = {{"Content-Type", "application/json"}};
  return request;
}

constexpr const char* kDelete = R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",
    "request":{"uid":"u-1","operation":"DELETE"}})";

}  // namespace

TEST_CASE("endpoints: the path of the field's approver is answered as /validate is", "[webhook]") {
  Setup setup;
  const webhook::ReviewEndpoint endpoint(setup.reviews, setup.metrics, {});
  const std::string path = "/validate-policy-cert-manager-io-v1alpha1-certificaterequestpolicy";
  const http::Response response = endpoint(post(path, R"({"apiVersion":"admission.k8s.io/v1",
    "kind":"AdmissionReview","request":{"uid":"u-1","operation":"CREATE",
    "kind":{"group":"policy.cert-manager.io","version":"v1alpha1","kind":"CertificateRequestPolicy"},
    "resource":{"group":"policy.cert-manager.io","version":"v1alpha1","resource":"certificaterequestpolicies"},
    "object":{"apiVersion":"policy.cert-manager.io/v1alpha1","kind":"CertificateRequestPolicy",
    "metadata":{"name":"a"},"spec":{"selector":{}}}}})"));
  CHECK(response.status == 200);
  const Json answer = Json::parse(response.body)["response"];
  CHECK(answer["allowed"] == false);
  CHECK(answer["status"]["code"] == 403);
  CHECK(setup.metrics.text().find("requests_total{code=\"200\",webhook=\"" + path + "\"} 1") !=
        std::string::npos);
}

TEST_CASE("endpoints: both paths answer reviews, others are not found", "[webhook]") {
  Setup setup;
  const webhook::ReviewEndpoint endpoint(setup.reviews, setup.metrics, {});
  for (const char* path : {"/validate", "/mutate"}) {
    const http::Response response = endpoint(post(path, kDelete));
    CHECK(response.status == 200);
    const Json answer = Json::parse(response.body);
    CHECK(answer["response"]["uid"] == "u-1");
    CHECK(answer["response"]["allowed"] == true);
  }
  for (const char* path : {"/", "/validate/", "/Validate", "/convert"})
    CHECK(endpoint(post(path, kDelete)).status == 404);
}

TEST_CASE("endpoints: a refusal of the server itself is an AdmissionReview too", "[webhook]") {
  for (const int status : {400, 405, 413}) {
    const Json answer = Json::parse(webhook::refusal_response(status, "why").body);
    CHECK(answer["kind"] == "AdmissionReview");
    CHECK(answer["response"]["allowed"] == false);
    CHECK(answer["response"]["uid"] == "");
    CHECK(answer["response"]["status"]["code"] == status);
    CHECK(answer["response"]["status"]["message"] == "why");
  }
}

TEST_CASE("endpoints: only named client certificates are answered when names are given", "[webhook]") {
  Setup setup;
  const webhook::ReviewEndpoint endpoint(setup.reviews, setup.metrics, {"apiserver", "api.example.com"});
  http::Request request = post("/validate", kDelete);
  CHECK(endpoint(request).status == 403);
  request.peer = http::PeerIdentity{"someone", {}, {"x.example.com"}};
  CHECK(endpoint(request).status == 403);
  request.peer = http::PeerIdentity{"apiserver", {}, {}};
  CHECK(endpoint(request).status == 200);
  request.peer = http::PeerIdentity{"x", {}, {"api.example.com"}};
  CHECK(endpoint(request).status == 200);
}

TEST_CASE("endpoints: health follows the certificate, life does not", "[webhook]") {
  http::Request request;
  request.path = "/healthz";
  CHECK(webhook::health_response(request, [] { return true; }).status == 200);
  CHECK(webhook::health_response(request, [] { return false; }).status == 500);
  request.path = "/livez";
  CHECK(webhook::health_response(request, [] { return false; }).status == 200);
  request.path = "/other";
  CHECK(webhook::health_response(request, [] { return true; }).status == 404);
}

TEST_CASE("metrics: requests are counted by path and status under the field's names", "[webhook]") {
  Setup setup;
  const webhook::ReviewEndpoint endpoint(setup.reviews, setup.metrics, {});
  (void)endpoint(post("/validate", kDelete));
  (void)endpoint(post("/validate", "x"));
  http::Request request;
  request.path = "/metrics";
  const std::string text = webhook::metrics_response(request, setup.metrics).body;
  const auto has = [&](const std::string& line) { return text.find(line + "\n") != std::string::npos; };
  CHECK(has(R"(controller_runtime_webhook_requests_total{code="200",webhook="/validate"} 1)"));
  CHECK(has(R"(controller_runtime_webhook_requests_total{code="400",webhook="/validate"} 1)"));
  CHECK(has(R"(controller_runtime_webhook_requests_total{code="500",webhook="/mutate"} 0)"));
  CHECK(has(R"(controller_runtime_webhook_latency_seconds_count{webhook="/validate"} 2)"));
  CHECK(has(R"(controller_runtime_webhook_latency_seconds_bucket{webhook="/validate",le="+Inf"} 2)"));
  CHECK(has(R"(controller_runtime_webhook_requests_in_flight{webhook="/validate"} 0)"));
  request.path = "/";
  CHECK(webhook::metrics_response(request, setup.metrics).status == 404);
}

TEST_CASE("metrics: a duration falls into the first bucket that holds it", "[webhook]") {
  webhook::Metrics metrics;
  metrics.begin(webhook::Metrics::Path::Validate);
  metrics.end(webhook::Metrics::Path::Validate, 200, std::chrono::microseconds(1));
  const std::string text = metrics.text();
  CHECK(text.find(R"(bucket{webhook="/validate",le="1e-07"} 0)") != std::string::npos);
  CHECK(text.find(R"(bucket{webhook="/validate",le="1e-06"} 1)") != std::string::npos);
  CHECK(text.find(R"(sum{webhook="/validate"} 1e-06)") != std::string::npos);
}

TEST_CASE("listen address: host and port, the host may be left out", "[webhook]") {
  CHECK(*webhook::parse_listen_address("127.0.0.1:9402") == webhook::ListenAddress{"127.0.0.1", 9402});
  CHECK(*webhook::parse_listen_address(":0") == webhook::ListenAddress{"0.0.0.0", 0});
  CHECK(*webhook::parse_listen_address("[::]:1") == webhook::ListenAddress{"::", 1});
  for (const char* bad : {"", "9402", ":", ":x", ":65536", ":-1", "a:1:2"})
    CHECK_FALSE(webhook::parse_listen_address(bad));
}

TEST_CASE("tls options: Go's names are understood, unsafe ones refused", "[webhook]") {
  CHECK(*webhook::parse_tls_version("") == http::TlsVersion::Tls12);
  CHECK(*webhook::parse_tls_version("VersionTLS13") == http::TlsVersion::Tls13);
  CHECK_FALSE(webhook::parse_tls_version("VersionTLS10"));
  CHECK(*webhook::parse_cipher_suites({"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"}) ==
        std::vector<std::string>{"ECDHE-RSA-AES128-GCM-SHA256"});
  CHECK_FALSE(webhook::parse_cipher_suites({"TLS_RSA_WITH_RC4_128_SHA"}));
}
