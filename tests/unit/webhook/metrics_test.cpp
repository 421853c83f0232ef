// What is counted, and under which labels.
#include "webhook/metrics.h"

#include <thread>

#include <catch2/catch.hpp>

#include "webhook/dispatch.h"
#include "webhook/endpoints.h"
#include "webhook/offline_approval.h"
#include "webhook/review_outcome.h"

using namespace cw;  // tests only
using webhook::ReviewLabels;
using webhook::SpokenAdvice;

namespace {

bool has(const std::string& text, const std::string& line) {
  return text.find(line + "\n") != std::string::npos;
}

constexpr const char* kDuration = "certwright_webhook_review_duration_seconds";

}  // namespace

TEST_CASE("metrics: a review is timed by kind, operation and verdict; what never happened has no line",
          "[webhook][metrics]") {
  webhook::Metrics metrics;
  CHECK(metrics.text().find(std::string(kDuration) + "_count") == std::string::npos);
  const ReviewLabels labels{0, ReviewLabels::Operation::Create, ReviewLabels::Verdict::Refused};
  metrics.reviewed(labels, std::chrono::microseconds(80));
  metrics.reviewed(labels, std::chrono::seconds(2));
  metrics.reviewed({99, ReviewLabels::Operation::Other, ReviewLabels::Verdict::Failed},
                   std::chrono::nanoseconds(1));
  const std::string text = metrics.text();
  const std::string labelled = R"({kind="Certificate",operation="CREATE",verdict="refused")";
  CHECK(has(text, std::string(kDuration) + "_bucket" + labelled + R"(,le="2.5e-05"} 0)"));
  CHECK(has(text, std::string(kDuration) + "_bucket" + labelled + R"(,le="0.0001"} 1)"));
  CHECK(has(text, std::string(kDuration) + "_bucket" + labelled + R"(,le="0.5"} 1)"));
  CHECK(has(text, std::string(kDuration) + "_bucket" + labelled + R"(,le="+Inf"} 2)"));
  CHECK(has(text, std::string(kDuration) + "_sum" + labelled + "} 2.00008"));
  CHECK(has(text, std::string(kDuration) + R"(_count{kind="other",operation="other",verdict="failed"} 1)"));
}

TEST_CASE("metrics: there is one label value for every kind, and one more", "[webhook][metrics]") {
  CHECK(webhook::kinds().size() == ReviewLabels::kOtherKind);
}

TEST_CASE("metrics: advice is counted by rule and by whether it refused, from many threads",
          "[webhook][metrics]") {
  webhook::Metrics metrics;
  constexpr int kTimes = 1000;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&metrics] {
      for (int i = 0; i < kTimes; ++i) {
        metrics.advised({"advice.a", SpokenAdvice::As::Warned});
        metrics.advised({"advice.b", SpokenAdvice::As::Enforced});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string text = metrics.text();
  CHECK(has(text, R"(certwright_webhook_advice_total{rule="advice.a",enforced="false"} 4000)"));
  CHECK(has(text, R"(certwright_webhook_advice_total{rule="advice.b",enforced="true"} 4000)"));
}

TEST_CASE("metrics: verdicts of policy are counted by gate, unknown words are not", "[webhook][metrics]") {
  webhook::Metrics metrics;
  metrics.count("certificate", "denied");
  metrics.count("certificate", "denied");
  metrics.count("approval", "error");
  metrics.count("certificate", "perhaps");
  metrics.count("nothing", "denied");
  const std::string text = metrics.text();
  CHECK(has(text, R"(certwright_policy_admission_total{gate="certificate",verdict="denied"} 2)"));
  CHECK(has(text, R"(certwright_policy_admission_total{gate="approval",verdict="error"} 1)"));
  CHECK(text.find("perhaps") == std::string::npos);
}

TEST_CASE("metrics: the process and the serving certificate are told of", "[webhook][metrics]") {
  webhook::Metrics metrics;
  CHECK(metrics.text().find("serving_certificate_expiration") == std::string::npos);
  metrics.serving_until(TimePoint(std::chrono::seconds(1'900'000'000)));
  metrics.panicked();
  const std::string text = metrics.text();
  CHECK(has(text, "certwright_webhook_serving_certificate_expiration_timestamp_seconds 1900000000"));
  CHECK(has(text, "controller_runtime_webhook_panics_total 1"));
  for (const char* name :
       {"process_cpu_seconds_total", "process_start_time_seconds", "process_resident_memory_bytes",
        "process_virtual_memory_bytes", "process_open_fds", "process_max_fds"}) {
    INFO(name);
    CHECK(text.find("\n" + std::string(name) + " ") != std::string::npos);
  }
}

TEST_CASE("metrics: a refused review is counted under its kind, a broken body under none",
          "[webhook][metrics]") {
  webhook::NoSigners signers;
  webhook::NoAccess access;
  webhook::ReviewAnswer reviews({}, {signers, access});
  webhook::Metrics metrics;
  const webhook::ReviewEndpoint endpoint(reviews, metrics, {});
  http::Request request;
  request.method = "POST";
  request.path = "/validate";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u",
    "kind":{"group":"cert-manager.io","version":"v1","kind":"Certificate"},
    "resource":{"group":"cert-manager.io","version":"v1","resource":"certificates"},"operation":"CREATE",
    "object":{"apiVersion":"cert-manager.io/v1","kind":"Certificate","metadata":{"name":"a"},"spec":{}}}})";
  (void)endpoint(request);
  request.body = "nonsense";
  (void)endpoint(request);
  const std::string text = metrics.text();
  CHECK(has(text,
            std::string(kDuration) + R"(_count{kind="Certificate",operation="CREATE",verdict="refused"} 1)"));
  CHECK(has(text, std::string(kDuration) + R"(_count{kind="other",operation="other",verdict="failed"} 1)"));
}

TEST_CASE("metrics: advice in a verdict is known by the id at the end of its warning", "[webhook][metrics]") {
  webhook::Verdict verdict;
  verdict.warnings = {"spec.dnsNames[0]: has upper case letters (advice.certificate.dnsNames.upperCase)",
                      "3 more", "a (b)", ")"};
  const auto spoken = webhook::advice_of(verdict);
  REQUIRE(spoken.size() == 1);
  CHECK(spoken[0].rule == "advice.certificate.dnsNames.upperCase");
  CHECK(spoken[0].as == SpokenAdvice::As::Warned);
}
