// What is made in a cluster for a Challenge of HTTP-01, field by field (reference/controllers.md 6.1).
#include "controller/acme/http01_ingress.h"
#include "controller/acme/http01_match.h"
#include "controller/acme/http01_pod.h"
#include "tests/unit/controller_acme/http01_scene.h"

using namespace cw;
using namespace cw::controller::acme;
using namespace cw::controller::acme::tests;

namespace {

const Http01Options kOptions{.image = "solver:1", .extra_labels = {{"team", "web"}}};

Json parsed(const char* text) { return Json::parse(text); }

const Json kOwner = parsed(R"([{"apiVersion": "acme.cert-manager.io/v1", "kind": "Challenge",
  "name": "web-1-2-3", "uid": "c-1", "controller": true, "blockOwnerDeletion": true}])");

// Adler-32 of "www.example.com" and "-token_1", by zlib.
const Json kIdentity = parsed(R"({"acme.cert-manager.io/http-domain": "810681837",
  "acme.cert-manager.io/http-token": "219808479", "acme.cert-manager.io/http01-solver": "true"})");

Json with_team(Json labels) {
  labels["team"] = "web";
  return labels;
}

Json pod_for(const Json& http01, const Http01Options& options = kOptions) {
  const auto challenge = challenge_with(http01);
  return solver_pod(target_of(challenge), options, "p");
}

Json ingress_for(const Json& ingress, const std::string& dns_name = "www.example.com") {
  const auto challenge = challenge_with({{"ingress", ingress}}, dns_name);
  return solver_ingress(target_of(challenge), kOptions, "i", "s");
}

std::string refusal_of(const Json& http01, const Http01Options& options = kOptions) {
  const auto challenge = challenge_with(http01);
  const auto checked = check_target(target_of(challenge), options);
  return checked ? "" : checked.error().message;
}

}  // namespace

TEST_CASE("Adler-32 is zlib's") {
  CHECK(adler32("") == 1);
  CHECK(adler32("Wikipedia") == 300286872);
  CHECK(adler32(std::string(100'000, '\xFF')) == 345649196);
}

TEST_CASE("the Pod is the field's") {
  const Json expected = parsed(R"({
    "apiVersion": "v1", "kind": "Pod",
    "metadata": {"namespace": "mesh", "name": "p",
      "annotations": {"sidecar.istio.io/inject": "false",
                      "cluster-autoscaler.kubernetes.io/safe-to-evict": "true"}},
    "spec": {
      "automountServiceAccountToken": false, "enableServiceLinks": false, "restartPolicy": "OnFailure",
      "nodeSelector": {"kubernetes.io/os": "linux"},
      "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
      "containers": [{
        "name": "acmesolver", "image": "solver:1", "imagePullPolicy": "IfNotPresent",
        "args": ["--listen-port=8089", "--domain=www.example.com", "--token=-token_1",
                 "--key=-token_1.thumb"],
        "ports": [{"name": "http", "containerPort": 8089}],
        "resources": {"requests": {"cpu": "10m", "memory": "64Mi"},
                      "limits": {"cpu": "100m", "memory": "64Mi"}},
        "securityContext": {"readOnlyRootFilesystem": true, "allowPrivilegeEscalation": false,
                            "capabilities": {"drop": ["ALL"]}}}]}})");
  Json pod = pod_for({{"ingress", Json::object()}});
  CHECK(pod["metadata"]["labels"] == with_team(kIdentity));
  CHECK(pod["metadata"]["ownerReferences"] == kOwner);
  pod["metadata"].erase("labels");
  pod["metadata"].erase("ownerReferences");
  CHECK(pod == expected);
}

TEST_CASE("the options of the controller are in the Pod") {
  const Json pod = pod_for({{"ingress", Json::object()}}, {.image = "x",
                                                           .request_cpu = "1m",
                                                           .request_memory = "2Mi",
                                                           .limit_cpu = "3m",
                                                           .limit_memory = "4Mi",
                                                           .run_as_non_root = false,
                                                           .runtime_class = "gvisor"});
  CHECK(pod["spec"]["runtimeClassName"] == "gvisor");
  CHECK(pod["spec"]["securityContext"]["runAsNonRoot"] == false);
  CHECK(pod["spec"]["containers"][0]["resources"] ==
        parsed(R"({"requests": {"cpu": "1m", "memory": "2Mi"}, "limits": {"cpu": "3m", "memory": "4Mi"}})"));
}

TEST_CASE("a podTemplate is merged into the Pod, of an Ingress and of an HTTPRoute") {
  const Json wanted = parsed(R"({
    "metadata": {"annotations": {"sidecar.istio.io/inject": "true", "a": "1"},
                 "labels": {"team": "dns", "l": "1", "acme.cert-manager.io/http-token": "7"}},
    "spec": {"nodeSelector": {"disk": "ssd"}, "priorityClassName": "high", "serviceAccountName": "sa",
             "tolerations": [{"key": "k", "operator": "Exists"}], "imagePullSecrets": [{"name": "pull"}],
             "securityContext": {"runAsUser": 1000},
             "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
               {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]}}},
             "resources": {"limits": {"cpu": "1"}, "requests": {"storage": "1Gi"}}}})");
  for (const char* kind : {"ingress", "gatewayHTTPRoute"}) {
    INFO(kind);
    const Json pod = pod_for({{kind, {{"podTemplate", wanted}}}});
    Json labels = with_team(kIdentity);
    labels["team"] = "dns";
    labels["l"] = "1";
    CHECK(pod["metadata"]["labels"] == labels);  // identity stays: without it nothing is found again
    CHECK(pod["metadata"]["annotations"]["sidecar.istio.io/inject"] == "true");
    CHECK(pod["metadata"]["annotations"]["a"] == "1");
    const Json& spec = pod["spec"];
    CHECK(spec["nodeSelector"] == Json{{"kubernetes.io/os", "linux"}, {"disk", "ssd"}});
    CHECK(spec["priorityClassName"] == "high");
    CHECK(spec["serviceAccountName"] == "sa");
    CHECK(spec["tolerations"] == wanted["spec"]["tolerations"]);
    CHECK(spec["imagePullSecrets"] == wanted["spec"]["imagePullSecrets"]);
    CHECK(spec["affinity"] == wanted["spec"]["affinity"]);
    CHECK(spec["securityContext"] == Json{{"runAsUser", 1000}});
    CHECK(spec["containers"][0]["resources"] ==
          parsed(R"({"requests": {"cpu": "10m", "memory": "64Mi", "storage": "1Gi"},
                     "limits": {"cpu": "1", "memory": "64Mi"}})"));
  }
}

TEST_CASE("the Service is the field's; serviceType changes its type") {
  const auto challenge = challenge_with({{"ingress", Json::object()}});
  const Json service = solver_service(target_of(challenge), kOptions, "s");
  CHECK(service["metadata"]["annotations"] == Json{{"auth.istio.io/8089", "NONE"}});
  CHECK(service["metadata"]["labels"] == with_team(kIdentity));
  CHECK(service["spec"] == Json{{"type", "NodePort"},
                                {"selector", kIdentity},
                                {"ports", {{{"name", "http"}, {"port", 8089}, {"targetPort", 8089}}}}});
  for (const char* kind : {"ingress", "gatewayHTTPRoute"}) {
    const auto inside = challenge_with({{kind, {{"serviceType", "ClusterIP"}}}});
    CHECK(solver_service(target_of(inside), kOptions, "s")["spec"]["type"] == "ClusterIP");
  }
}

TEST_CASE("the Ingress has one rule for one path") {
  const Json ingress = ingress_for(Json::object());
  CHECK(ingress["apiVersion"] == "networking.k8s.io/v1");
  CHECK(ingress["metadata"]["annotations"] ==
        Json{{"nginx.ingress.kubernetes.io/whitelist-source-range", "0.0.0.0/0,::/0"}});
  CHECK(ingress["spec"] == parsed(R"({"rules": [{"host": "www.example.com", "http": {"paths": [
    {"path": "/.well-known/acme-challenge/-token_1", "pathType": "Exact",
     "backend": {"service": {"name": "s", "port": {"number": 8089}}}}]}}]})"));
}

TEST_CASE("an Ingress for an IP address has no host; without the gate its path is not Exact") {
  const auto challenge = challenge_with({{"ingress", Json::object()}}, "2001:db8::1");
  const Json ingress = solver_ingress(target_of(challenge), {.path_type_exact = false}, "i", "s");
  const Json& rule = ingress["spec"]["rules"][0];
  CHECK_FALSE(rule.contains("host"));
  CHECK(rule["http"]["paths"][0]["pathType"] == "ImplementationSpecific");
}

TEST_CASE("an Ingress class is an annotation or a field, as the solver says") {
  const Json by_annotation = ingress_for({{"class", "nginx"}});
  CHECK(by_annotation["metadata"]["annotations"]["kubernetes.io/ingress.class"] == "nginx");
  CHECK_FALSE(by_annotation["spec"].contains("ingressClassName"));
  const Json by_field = ingress_for({{"ingressClassName", "nginx"}});
  CHECK(by_field["spec"]["ingressClassName"] == "nginx");
  CHECK_FALSE(by_field["metadata"]["annotations"].contains("kubernetes.io/ingress.class"));
}

TEST_CASE("an ingressTemplate is merged, and what it says of source ranges counts alone") {
  const Json ingress = ingress_for(parsed(R"({"ingressTemplate": {"metadata": {
    "labels": {"l": "1", "acme.cert-manager.io/http-domain": "0"},
    "annotations": {"example.com/whitelist-source-range": "192.0.2.0/24"}}}})"));
  Json labels = with_team(kIdentity);
  labels["l"] = "1";
  CHECK(ingress["metadata"]["labels"] == labels);
  CHECK(ingress["metadata"]["annotations"] == Json{{"example.com/whitelist-source-range", "192.0.2.0/24"}});
}

TEST_CASE("the HTTPRoute has the solver's labels and parents") {
  const auto challenge = challenge_with(parsed(R"({"gatewayHTTPRoute": {"labels": {"gw": "1"},
    "parentRefs": [{"kind": "Gateway", "name": "front", "sectionName": "http", "port": 80}]}})"));
  const Json route = solver_route(target_of(challenge), kOptions, "r", "s");
  Json labels = with_team(kIdentity);
  labels["gw"] = "1";
  CHECK(route["apiVersion"] == "gateway.networking.k8s.io/v1");
  CHECK(route["metadata"]["labels"] == labels);
  CHECK(route["metadata"]["ownerReferences"] == kOwner);
  CHECK(route["spec"] == parsed(R"({
    "hostnames": ["www.example.com"],
    "parentRefs": [{"kind": "Gateway", "name": "front", "sectionName": "http", "port": 80}],
    "rules": [{"matches": [{"path": {"type": "Exact", "value": "/.well-known/acme-challenge/-token_1"}}],
               "backendRefs": [{"group": "", "kind": "Service", "name": "s", "namespace": "mesh",
                                "port": 8089, "weight": 1}]}]})"));
}

TEST_CASE("what could not work is refused with its field") {
  CHECK(refusal_of({{"ingress", Json::object()}}).empty());
  CHECK(refusal_of({{"ingress", {{"class", "a"}, {"ingressClassName", "b"}}}})
            .starts_with("spec.solver.http01.ingress: class and ingressClassName"));
  const Json route{{"gatewayHTTPRoute", {{"parentRefs", {{{"name", "front"}}}}}}};
  CHECK(refusal_of(route).starts_with("spec.solver.http01.gatewayHTTPRoute: "));
  CHECK(refusal_of(route, {.gateway_api = true}).empty());
  CHECK(refusal_of({{"gatewayHTTPRoute", Json::object()}}, {.gateway_api = true})
            .starts_with("spec.solver.http01.gatewayHTTPRoute.parentRefs: "));
  CHECK(refusal_of(Json::object()).starts_with("spec.solver.http01: "));
  for (const char* token : {"", "a/b", "..", "a b", "a\n", "a%2f", "ä"}) {
    INFO(token);
    auto challenge = challenge_with({{"ingress", Json::object()}});
    challenge.spec.token = token;
    CHECK_FALSE(check_target(target_of(challenge), kOptions));
  }
}

TEST_CASE("a path goes in front of the others of its host, and comes out without a trace") {
  const auto challenge = challenge_with({{"ingress", {{"name", "shop"}}}});
  const auto target = target_of(challenge);
  const Json before = parsed(R"({"spec": {"rules": [
    {"host": "other.example.com"},
    {"host": "www.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix",
      "backend": {"service": {"name": "shop", "port": {"number": 80}}}}]}}]}})");
  Json ingress = before;
  CHECK(add_path(ingress, target, kOptions, "s"));
  const Json& paths = ingress["spec"]["rules"][1]["http"]["paths"];
  REQUIRE(paths.size() == 2);
  CHECK(paths[0]["path"] == "/.well-known/acme-challenge/-token_1");
  CHECK_FALSE(add_path(ingress, target, kOptions, "s"));
  CHECK(add_path(ingress, target, kOptions, "other-service"));
  CHECK(ingress["spec"]["rules"][1]["http"]["paths"].size() == 2);
  CHECK(remove_path(ingress, target));
  CHECK(ingress == before);
  CHECK_FALSE(remove_path(ingress, target));
  CHECK(ingress == before);
}

TEST_CASE("a rule that was made for the path goes with it") {
  const auto challenge = challenge_with({{"ingress", {{"name", "shop"}}}});
  const Json before = parsed(R"({"spec": {"rules": [{"host": "a.example.com", "http": {"paths": []}}]}})");
  Json ingress = before;
  CHECK(add_path(ingress, target_of(challenge), kOptions, "s"));
  CHECK(ingress["spec"]["rules"].size() == 2);
  CHECK(remove_path(ingress, target_of(challenge)));
  CHECK(ingress == before);
}

TEST_CASE("an API server's defaults and the additions of others are no difference; a changed value is") {
  const Json wanted = parsed(R"({"a": [{"b": 1}], "c": "x"})");
  CHECK(holds(parsed(R"({"a": [{"b": 1, "d": 2}], "c": "x", "e": {}})"), wanted));
  CHECK_FALSE(holds(parsed(R"({"a": [{"b": 2}], "c": "x"})"), wanted));
  CHECK_FALSE(holds(parsed(R"({"a": [{"b": 1}, {"b": 1}], "c": "x"})"), wanted));
  CHECK_FALSE(holds(parsed(R"({"a": [{"b": 1}]})"), wanted));
  CHECK_FALSE(holds(parsed(R"("text")"), wanted));
}

TEST_CASE("a Pod that does not run says why") {
  const auto trouble = [](const char* status) {
    return pod_trouble({{"metadata", {{"name", "p"}}}, {"status", parsed(status)}});
  };
  CHECK(trouble(R"({"phase": "Running"})").empty());
  CHECK(trouble(R"({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]})").empty());
  CHECK_FALSE(
      trouble(R"({"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}]})").empty());
  CHECK(trouble(R"({"phase": "Pending", "containerStatuses": [{"state": {"waiting":
    {"reason": "ImagePullBackOff", "message": "no such image"}}}]})") ==
        "the solver Pod p does not run yet: ImagePullBackOff: no such image");
  CHECK(trouble(R"({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False",
    "message": "0/3 nodes are available"}]})") ==
        "the solver Pod p does not run yet: it is not scheduled: 0/3 nodes are available");
  CHECK(trouble("{}") == "the solver Pod p does not run yet: its phase is Pending");
}
