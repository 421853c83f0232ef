// Where a Service leads to.
#include "apiserver/webhooks/service_address.h"

#include <catch2/catch.hpp>

#include "tests/unit/apiserver/test_api.h"

namespace cw::apiserver {
namespace {

struct World {
  TestApi api;

  void put(const std::string& resource, const Json& object) {
    const ObjectKey key{"ns", object["metadata"]["name"]};
    REQUIRE(api.store().create({resource, key}, canonical_text(object)));
  }
  void service(const Json& spec) {
    put("services",
        {{"apiVersion", "v1"}, {"kind", "Service"}, {"metadata", {{"name", "s"}}}, {"spec", spec}});
  }
  Result<std::string> address(int port = 443) {
    return webhooks::service_address(api.store(), {"ns", "s", port});
  }
};

const Json kPorts = {{{"name", "https"}, {"port", 443}}, {{"name", "metrics"}, {"port", 9402}}};

Json slice(const std::string& service, const Json& endpoints) {
  return {{"apiVersion", "discovery.k8s.io/v1"},
          {"kind", "EndpointSlice"},
          {"metadata", {{"name", "e"}, {"labels", {{"kubernetes.io/service-name", service}}}}},
          {"ports", {{{"name", "metrics"}, {"port", 1}}, {{"name", "https"}, {"port", 10250}}}},
          {"endpoints", endpoints}};
}

}  // namespace

TEST_CASE("a Service leads to an endpoint that is ready", "[webhooks]") {
  World world;
  world.service({{"clusterIP", "10.0.0.1"}, {"ports", kPorts}});
  CHECK(*world.address() == "10.0.0.1:443");
  const Json ready{{"addresses", {"fd00::1"}}, {"conditions", {{"ready", true}}}};
  const Json failing{{"addresses", {"10.1.0.2"}}, {"conditions", {{"ready", false}}}};
  world.put("endpointslices.discovery.k8s.io", slice("s", {failing, ready}));
  CHECK(*world.address() == "[fd00::1]:10250");
}

TEST_CASE("slices of other Services do not count, Endpoints do", "[webhooks]") {
  World world;
  world.service({{"clusterIP", "None"}, {"ports", kPorts}});
  world.put("endpointslices.discovery.k8s.io", slice("other", {{{"addresses", {"10.1.0.2"}}}}));
  CHECK(world.address().error().message == "no endpoints available for service \"s\"");
  world.put("endpoints",
            {{"apiVersion", "v1"},
             {"kind", "Endpoints"},
             {"metadata", {{"name", "s"}}},
             {"subsets",
              {{{"addresses", {{{"ip", "10.2.0.1"}}}}, {"ports", {{{"name", "https"}, {"port", 6}}}}}}}});
  CHECK(*world.address() == "10.2.0.1:6");
}

TEST_CASE("no Service, or none with that port, is told", "[webhooks]") {
  World world;
  CHECK(world.address().error().message == "service \"s\" not found");
  world.service({{"clusterIP", "10.0.0.1"}, {"ports", kPorts}});
  CHECK(world.address(80).error().message == "no service port 80 found for service \"s\"");
}

}  // namespace cw::apiserver
