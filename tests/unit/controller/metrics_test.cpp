// The page of metrics, by the field's names and labels (reference/controllers.md 9.6).
#include "controller/metrics.h"

#include <catch2/catch.hpp>

#include "controller/certificates/issuance_times.h"
#include "lib/api/resources.h"
#include "lib/base/time_text.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only
using Catch::Matchers::Contains;
using certs_times = cw::controller::certificates::IssuanceTimes;
using std::chrono::seconds;

std::string page_of(const Scene& scene, const controller::Machine& machine) {
  return controller::metrics_text(machine, scene.clock.now());
}

std::string unix_time(const kube::Json& object, const char* member) {
  const auto time = parse_time(object["status"][member].get<std::string>());
  REQUIRE(time);
  return std::to_string(time->time_since_epoch().count());
}

// Lines that begin with it.
std::size_t samples(const std::string& page, const std::string& begin) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = page.find("\n" + begin, at)) != std::string::npos; ++at) ++count;
  return count;
}

}  // namespace

TEST_CASE("metrics: a Certificate's readiness and dates", "[controller][metrics]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  const auto machine = scene.controller();
  Scene::settle(*machine);
  const auto page = page_of(scene, *machine);
  const std::string labels =
      "issuer_group=\"\",issuer_kind=\"\",issuer_name=\"ca\",name=\"web\",namespace=\"mesh\"} ";
  for (const auto& [status, value] : {std::pair("True", "1"), {"False", "0"}, {"Unknown", "0"}}) {
    CHECK_THAT(page, Contains("\ncertmanager_certificate_ready_status{condition=\"" + std::string(status) +
                              "\"," + labels + value + "\n"));
  }
  const auto web = scene.read(api::kCertificates, "mesh", "web");
  for (const auto& [name, member] : {std::pair("expiration", "notAfter"),
                                     {"not_after", "notAfter"},
                                     {"not_before", "notBefore"},
                                     {"renewal", "renewalTime"}}) {
    CHECK_THAT(page, Contains("\ncertmanager_certificate_" + std::string(name) + "_timestamp_seconds{" +
                              labels + unix_time(web, member) + "\n"));
  }
}

TEST_CASE("metrics: a Certificate without a condition is Unknown, and its dates are 0",
          "[controller][metrics]") {
  Scene scene;
  scene.apply(api::kCertificates,
              certificate("mesh", "web", {{"issuerRef", {{"name", "a\"b"}, {"kind", "Issuer"}}}}));
  const auto machine = scene.controller();
  REQUIRE(machine->list_once());
  const auto page = page_of(scene, *machine);
  const std::string labels =
      "issuer_group=\"\",issuer_kind=\"Issuer\",issuer_name=\"a\\\"b\",name=\"web\",namespace=\"mesh\"} ";
  CHECK_THAT(page, Contains("certmanager_certificate_ready_status{condition=\"Unknown\"," + labels + "1\n"));
  CHECK_THAT(page, Contains("certmanager_certificate_renewal_timestamp_seconds{" + labels + "0\n"));
}

TEST_CASE("metrics: issuers, the clock and passes by controller", "[controller][metrics]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kClusterIssuers, issuer("", "everywhere", {{"ca", {{"secretName", "none"}}}}));
  const auto machine = scene.controller();
  Scene::settle(*machine);
  const auto page = page_of(scene, *machine);
  for (const char* line :
       {"certmanager_issuer_ready_status{condition=\"True\",name=\"ca\",namespace=\"mesh\"} 1",
        "certmanager_issuer_ready_status{condition=\"False\",name=\"ca\",namespace=\"mesh\"} 0",
        "certmanager_clusterissuer_ready_status{condition=\"False\",name=\"everywhere\"} 1",
        "certmanager_clock_time_seconds 1767323045", "certmanager_clock_time_seconds_gauge 1767323045"}) {
    INFO(line);
    CHECK_THAT(page, Contains("\n" + std::string(line) + "\n"));
  }
  for (const char* type :
       {"certmanager_clock_time_seconds counter", "certmanager_clock_time_seconds_gauge gauge",
        "certmanager_controller_sync_call_count counter", "certmanager_controller_sync_error_count counter",
        "certmanager_certificate_ready_status gauge", "certmanager_issuer_ready_status gauge"}) {
    CHECK_THAT(page, Contains("\n# TYPE " + std::string(type) + "\n"));
  }
  for (const char* name : {"issuers", "certificates-trigger", "certificaterequests-approver"}) {
    INFO(name);
    CHECK(samples(page,
                  "certmanager_controller_sync_call_count{controller=\"" + std::string(name) + "\"} ") == 1);
    CHECK(samples(page,
                  "certmanager_controller_sync_error_count{controller=\"" + std::string(name) + "\"} ") == 1);
  }
}

TEST_CASE("metrics: ClusterIssuers only where they are served", "[controller][metrics]") {
  Scene scene;
  scene.apply(api::kClusterIssuers, issuer("", "everywhere", {{"selfSigned", kube::Json::object()}}));
  scene.options.controllers = {"-clusterissuers"};
  const auto machine = scene.controller();
  Scene::settle(*machine);
  CHECK_THAT(page_of(scene, *machine), !Contains("certmanager_clusterissuer_ready_status"));
}

TEST_CASE("metrics: how long issuances took, from their beginning to the Secret", "[controller][metrics]") {
  Scene scene;
  const auto machine = scene.controller();
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  Scene::settle(*machine);
  scene.clock.advance(seconds(90));
  scene.add_ca("mesh");
  Scene::settle(*machine);
  const auto page = page_of(scene, *machine);
  const std::string name = "certwright_certificate_issuance_duration_seconds";
  const std::string labels = "{issuer_group=\"cert-manager.io\",issuer_kind=\"Issuer\"";
  CHECK_THAT(page, Contains("# TYPE " + name + " histogram\n"));
  // The CA's own at once, that of "web" after 90 seconds.
  for (const auto& [bound, count] : {std::pair("1", "1"), {"60", "1"}, {"120", "2"}, {"+Inf", "2"}}) {
    CHECK_THAT(page, Contains("\n" + name + "_bucket" + labels + ",le=\"" + bound + "\"} " + count + "\n"));
  }
  CHECK_THAT(page, Contains("\n" + name + "_sum" + labels + "} 90\n"));
  CHECK_THAT(page, Contains("\n" + name + "_count" + labels + "} 2\n"));
}

TEST_CASE("issuance times: groups that users choose do not grow without bound", "[certificates][metrics]") {
  certs_times times;
  for (int i = 0; i < 100; ++i) times.add({"x", "Pca", "group" + std::to_string(i)}, seconds(i));
  const auto rows = times.rows();
  CHECK(rows.size() == 33);
  CHECK(rows.back().issuer_group == "other");
  CHECK(rows.back().seconds == (32 + 99) * 68 / 2);
  times.add({"x", "Pca", "group0"}, seconds(-5));
  times.add({"x", "Pca", "group0"}, seconds(1'000'000));
  CHECK(times.rows().front().buckets.front() == 2);
  CHECK(times.rows().front().buckets.back() == 1);
}
