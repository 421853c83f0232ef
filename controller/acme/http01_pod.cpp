#include "controller/acme/http01_pod.h"

#include <nlohmann/json.hpp>

#include "controller/acme/http01_match.h"
#include "lib/api/resources.h"
#include "lib/kube/encode.h"
#include "lib/kube/json_access.h"

namespace cw::controller::acme {
namespace {

using kube::Json;

constexpr std::size_t kShownMessage = 200;  // bytes of what a node or scheduler says

Json container(const Http01Target& target, const Http01Options& options) {
  Json made{{"name", "acmesolver"},
            {"image", options.image},
            {"imagePullPolicy", "IfNotPresent"},
            {"args",
             {"--listen-port=" + std::to_string(kSolverPort), "--domain=" + std::string(target.dns_name),
              "--token=" + std::string(target.token), "--key=" + std::string(target.key)}},
            {"resources",
             {{"requests", {{"cpu", options.request_cpu}, {"memory", options.request_memory}}},
              {"limits", {{"cpu", options.limit_cpu}, {"memory", options.limit_memory}}}}},
            {"securityContext",
             {{"readOnlyRootFilesystem", true},
              {"allowPrivilegeEscalation", false},
              {"capabilities", {{"drop", Json::array({"ALL"})}}}}}};
  made["ports"] = Json::array({{{"name", "http"}, {"containerPort", kSolverPort}}});
  return made;
}

Json pod_spec(const Http01Target& target, const Http01Options& options) {
  Json spec{{"automountServiceAccountToken", false},
            {"enableServiceLinks", false},
            {"restartPolicy", "OnFailure"},
            {"nodeSelector", {{"kubernetes.io/os", "linux"}}},
            {"securityContext",
             {{"runAsNonRoot", options.run_as_non_root}, {"seccompProfile", {{"type", "RuntimeDefault"}}}}},
            {"containers", Json::array({container(target, options)})}};
  if (!options.runtime_class.empty()) spec["runtimeClassName"] = options.runtime_class;
  return spec;
}

template <typename T>
void merge_map(Json& to, const kube::MapOf<T>& from) {
  for (const auto& [name, value] : from) to[name] = kube::to_json(value);
}

template <typename T>
void append(Json& spec, const char* member, const kube::List<T>& items) {
  for (const T& item : items) spec[member].push_back(kube::to_json(item));
}

void apply_template(Json& spec, const api::PodTemplateSpec& wanted) {
  merge_map(spec["nodeSelector"], wanted.node_selector);
  append(spec, "tolerations", wanted.tolerations);
  append(spec, "imagePullSecrets", wanted.image_pull_secrets);
  if (wanted.affinity) spec["affinity"] = kube::to_json(*wanted.affinity);
  if (!wanted.priority_class_name.empty()) spec["priorityClassName"] = wanted.priority_class_name;
  if (!wanted.service_account_name.empty()) spec["serviceAccountName"] = wanted.service_account_name;
  if (wanted.security_context) spec["securityContext"] = kube::to_json(*wanted.security_context);
  if (!wanted.resources) return;
  Json& resources = spec["containers"][0]["resources"];
  merge_map(resources["requests"], wanted.resources->requests);
  merge_map(resources["limits"], wanted.resources->limits);
}

const api::PodTemplate* template_of(const Http01Target& target) {
  const std::optional<api::PodTemplate>* wanted = nullptr;
  if (target.ingress != nullptr) wanted = &target.ingress->pod_template;
  if (target.route != nullptr) wanted = &target.route->pod_template;
  return wanted != nullptr && *wanted ? &**wanted : nullptr;
}

const Json& first_container(const Json& pod) {
  const Json& containers = kube::array_member(kube::object_member(pod, "spec"), "containers");
  static const Json kNone = Json::object();
  for (const Json& each : containers) {
    if (kube::text_member(each, "name") == "acmesolver") return each;
  }
  return kNone;
}

std::string shortened(std::string text) {
  if (text.size() > kShownMessage) text.resize(kShownMessage);
  return text;
}

// "ImagePullBackOff: Back-off pulling image …"
std::string waits_for(const Json& status) {
  for (const Json& container : kube::array_member(status, "containerStatuses")) {
    const Json* waiting = kube::find_path(container, {"state", "waiting"});
    if (waiting == nullptr) continue;
    const std::string message = kube::text_member(*waiting, "message");
    return kube::text_member(*waiting, "reason") + (message.empty() ? "" : ": " + shortened(message));
  }
  for (const Json& condition : kube::array_member(status, "conditions")) {
    if (kube::text_member(condition, "type") == "PodScheduled" &&
        kube::text_member(condition, "status") == "False") {
      return "it is not scheduled: " + shortened(kube::text_member(condition, "message"));
    }
  }
  const std::string phase = kube::text_member(status, "phase");
  return "its phase is " + (phase.empty() ? "Pending" : phase);
}

bool is_ready(const Json& status) {
  if (kube::text_member(status, "phase") != "Running") return false;
  for (const Json& condition : kube::array_member(status, "conditions")) {
    if (kube::text_member(condition, "type") == "Ready") {
      return kube::text_member(condition, "status") == "True";
    }
  }
  return true;
}

}  // namespace

Json solver_pod(const Http01Target& target, const Http01Options& options, const std::string& name) {
  kube::Map labels = solver_labels(target, options);
  kube::Map annotations{{"sidecar.istio.io/inject", "false"},
                        {"cluster-autoscaler.kubernetes.io/safe-to-evict", "true"}};
  Json spec = pod_spec(target, options);
  if (const api::PodTemplate* wanted = template_of(target)) {
    add_labels(labels, wanted->metadata.labels);
    add_annotations(annotations, wanted->metadata.annotations);
    apply_template(spec, wanted->spec);
  }
  Json pod = new_object(api::kPods, target, name, labels, annotations);
  pod["spec"] = std::move(spec);
  return pod;
}

bool pod_serves(const Json& stored, const Json& wanted) {
  const std::string phase = kube::text_at(stored, {"status", "phase"});
  if (phase == "Failed" || phase == "Succeeded") return false;
  return kube::array_member(first_container(stored), "args") ==
         kube::array_member(first_container(wanted), "args");
}

std::string pod_trouble(const Json& stored) {
  const Json& status = kube::object_member(stored, "status");
  if (is_ready(status)) return {};
  return "the solver Pod " + kube::metadata_text(stored, "name") + " does not run yet: " + waits_for(status);
}

Json solver_service(const Http01Target& target, const Http01Options& options, const std::string& name) {
  std::string type = "NodePort";
  const std::string& asked = target.ingress != nullptr ? target.ingress->service_type
                             : target.route != nullptr ? target.route->service_type
                                                       : type;
  if (!asked.empty()) type = asked;
  Json service = new_object(api::kServices, target, name, solver_labels(target, options),
                            {{"auth.istio.io/" + std::to_string(kSolverPort), "NONE"}});
  service["spec"] = {
      {"type", type},
      {"selector", kube::to_json(identity_labels(target))},
      {"ports", Json::array({{{"name", "http"}, {"port", kSolverPort}, {"targetPort", kSolverPort}}})}};
  return service;
}

bool service_serves(const Json& stored, const Json& wanted) {
  const Json& spec = kube::object_member(stored, "spec");
  const Json& wanted_spec = kube::object_member(wanted, "spec");
  return holds(spec, wanted_spec) && kube::object_member(spec, "selector") == wanted_spec["selector"];
}

}  // namespace cw::controller::acme
