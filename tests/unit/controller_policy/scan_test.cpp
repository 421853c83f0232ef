// The scan of Certificates in use. reference/policy.md 3.9 no. 115.
#include "controller/policy/scan.h"

#include <catch2/catch.hpp>

#include "tests/unit/controller_policy/ground.h"
#include "tests/unit/policy/policy_scene.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only
using controller::approval::PolicyScan;

struct Scanned {
  Scanned() {
    allow({"*.example.com"});
    world.namespaces["other"] = {};
    put("team", "web", {"web.example.com"});
    put("team", "api", {"api.example.com"});
    put("other", "web", {"web.example.com"});
    scan.world_changed("");
  }

  void allow(const std::vector<std::string>& dns_names) {
    world.all = test::policies_of({{{"name", "p"}, {"allowed", {{"dnsNames", {{"values", dns_names}}}}}}});
  }
  void put(const std::string& name_space, const std::string& name, std::vector<std::string> dns_names,
           bool issued = true) {
    api::Certificate certificate;
    certificate.metadata.name_space = name_space;
    certificate.metadata.name = name;
    certificate.spec.dns_names = kube::List<std::string>(std::move(dns_names));
    certificate.spec.issuer_ref.name = "corp";
    certificate.spec.private_key.emplace().algorithm = "ECDSA";
    if (issued) certificate.status.not_after = TimePoint(std::chrono::seconds(2'000'000'000));
    cache.put({{name_space, name}, ++version}, certificate);
  }
  std::string gauge() const {
    MetricsPage page;
    scan.write(page);
    auto text = page.take();
    return text.substr(text.find('\n', text.find("# TYPE")) + 1);
  }
  std::size_t told(const std::string& name) const {
    return events.count("Certificate/" + name + " Warning PolicyWouldDeny");
  }

  test::SceneWorld world;
  Told events;
  watch::ObjectCache<api::Certificate> cache;
  std::uint64_t version = 0;
  PolicyScan scan{
      {.world = world, .options = {.on = true}, .requests = {}, .certificates = cache, .events = events}};
};

const std::string kOne = "certwright_policy_would_deny{namespace=\"team\"} 1\n";

}  // namespace

TEST_CASE("scan: what would be denied is counted and told of once", "[policy]") {
  Scanned scene;
  CHECK(scene.scan.scan_once() == 3);
  CHECK(scene.gauge().empty());
  scene.allow({"api.example.com"});
  scene.scan.world_changed("team");
  CHECK(scene.scan.scan_once() == 2);
  CHECK(scene.gauge() == kOne);
  CHECK(scene.told("web") == 1);
  scene.scan.world_changed("team");
  scene.scan.scan_once();
  CHECK(scene.told("web") == 1);
  CHECK(scene.told("api") == 0);
  scene.allow({"*"});
  scene.scan.world_changed("");
  scene.scan.scan_once();
  CHECK(scene.gauge().empty());
}

TEST_CASE("scan: nothing is looked at again until something changes", "[policy]") {
  Scanned scene;
  scene.scan.scan_once();
  CHECK(scene.scan.scan_once() == 0);
}

TEST_CASE("scan: a Certificate that changes or goes is counted anew", "[policy]") {
  Scanned scene;
  scene.allow({"api.example.com", "*.other.test"});
  scene.scan.world_changed("team");
  scene.scan.scan_once();
  const kube::ObjectKey key{"team", "web"};
  const auto before = scene.cache.find(key);
  SECTION("changes") {
    scene.put("team", "web", {"a.other.test"});
    scene.scan.certificate_changed(key, before.get(), scene.cache.find(key).get());
    CHECK(scene.scan.scan_once() == 1);
  }
  SECTION("goes") {
    scene.cache.remove(key, ++scene.version);
    scene.scan.certificate_changed(key, before.get(), nullptr);
  }
  CHECK(scene.gauge().find("namespace=\"team\"") == std::string::npos);
}

TEST_CASE("scan: what was never issued is not looked at", "[policy]") {
  Scanned scene;
  scene.allow({"*.example.com"});
  scene.put("team", "new", {"evil.test"}, false);
  scene.scan.scan_once();
  CHECK(scene.gauge().empty());
}

TEST_CASE("scan: what cannot be found out is looked at again, and stays as it was", "[policy]") {
  Scanned scene;
  scene.allow({"api.example.com"});
  scene.scan.scan_once();
  const auto counted = scene.gauge();
  CHECK(counted.find(kOne) != std::string::npos);
  scene.world.issuers_known = false;
  scene.scan.world_changed("");
  scene.scan.scan_once();
  CHECK(scene.gauge() == counted);
  scene.world.issuers_known = true;
  CHECK(scene.scan.scan_once() == 3);
}
