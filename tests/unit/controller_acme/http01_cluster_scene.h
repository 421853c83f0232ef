// A cluster in memory with the HTTP-01 solver in it, for tests.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "controller/acme/http01_cluster_solver.h"
#include "controller/acme/http01_ingress.h"
#include "controller/acme/http01_match.h"
#include "controller/acme/http01_pod.h"
#include "lib/api/resources.h"
#include "lib/kube/json_access.h"
#include "tests/unit/controller_acme/http01_scene.h"

namespace cw::controller::acme::tests::http01 {

inline const Json kIngress{{"ingress", {{"ingressClassName", "nginx"}}}};
inline const Json kByName{{"ingress", {{"name", "shop"}}}};
inline const Json kRoute{{"gatewayHTTPRoute", {{"parentRefs", {{{"name", "front"}}}}}}};

struct ClusterScene {
  ManualClock clock{kStart};
  contract::FakeKube kube{clock};
  OneAnswer fetch{Error{Code::Unavailable, "nobody answers"}};
  SelfCheck self_check{fetch};
  Http01Options options{.image = "solver:1", .gateway_api = true};

  Http01ClusterSolver solver(kube::KubeWriter* writer = nullptr) {
    return {kube, writer != nullptr ? *writer : kube, self_check, clock, options};
  }
  std::vector<Json> list(const kube::Resource& resource) const { return kube.list(resource, {})->items; }
  Json only(const kube::Resource& resource) const {
    const auto all = list(resource);
    INFO(resource.kind);
    REQUIRE(all.size() == 1);
    return all.front();
  }
  void present(const api::Challenge& challenge) {
    const auto presented = solver().present(challenge, {});
    if (!presented) FAIL(presented.error().message);
  }
  void change(const kube::Resource& resource, const std::function<void(Json&)>& edit) {
    Json object = only(resource);
    edit(object);
    REQUIRE(kube.update(resource, kube::Part::Object, object));
  }
  void add_shop() {
    const Json path{{"path", "/"}, {"pathType", "Prefix"}};
    REQUIRE(kube.create(
        api::kIngresses,
        {{"apiVersion", "networking.k8s.io/v1"},
         {"kind", "Ingress"},
         {"metadata", {{"namespace", "mesh"}, {"name", "shop"}}},
         {"spec",
          {{"rules", {{{"host", "www.example.com"}, {"http", {{"paths", Json::array({path})}}}}}}}}}));
  }
  // One of each, and what leads there leads to the Service.
  void check_complete(const api::Challenge& challenge) {
    const auto target = target_of(challenge);
    CHECK(pod_serves(only(api::kPods), solver_pod(target, options, "")));
    const Json service = only(api::kServices);
    CHECK(service_serves(service, solver_service(target, options, "")));
    const std::string name = kube::metadata_text(service, "name");
    if (target.route != nullptr) {
      CHECK(is_up_to_date(only(api::kHttpRoutes), solver_route(target, options, "", name)));
    } else if (target.ingress->name.empty()) {
      CHECK(is_up_to_date(only(api::kIngresses), solver_ingress(target, options, "", name)));
    } else {
      Json shop = only(api::kIngresses);
      CHECK_FALSE(add_path(shop, target, options, name));
      CHECK(shop["spec"]["rules"][0]["http"]["paths"].size() == 2);
    }
  }
  void check_clean() const {
    CHECK(list(api::kPods).empty());
    CHECK(list(api::kServices).empty());
    CHECK(list(api::kHttpRoutes).empty());
    for (const Json& ingress : list(api::kIngresses)) {
      CHECK(kube::metadata_text(ingress, "name") == "shop");
      CHECK(ingress["spec"]["rules"][0]["http"]["paths"].size() == 1);
    }
  }
};

}  // namespace cw::controller::acme::tests::http01
