// The defaults of pod_kinds.h.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/kinds/kind_checks.h"
#include "apiserver/kinds/pod_kinds.h"

namespace cw::apiserver {
namespace {

constexpr int kFileMode = 0644;
constexpr int kTokenSeconds = 3600;
constexpr int kTolerationSeconds = 300;

void set_default(Json& object, const char* member, Json value) {
  const auto at = object.find(member);
  if (at == object.end() || *at == "" || *at == 0) object[member] = std::move(value);
}

void set_missing(Json& object, const char* member, Json value) {
  if (!object.contains(member)) object[member] = std::move(value);
}

template <typename Change>
void each_item(Json& object, const char* member, const Change& change) {
  const auto list = object.find(member);
  if (list == object.end() || !list->is_array()) return;
  for (Json& item : *list) change(item);
}

template <typename Change>
void if_there(Json& object, const char* member, const Change& change) {
  if (const auto at = object.find(member); at != object.end()) change(*at);
}

// ---- containers

void fill_http(Json& handler) {
  if_there(handler, "httpGet", [](Json& request) {
    set_default(request, "path", "/");
    set_default(request, "scheme", "HTTP");
  });
}

void fill_probe(Json& probe) {
  set_default(probe, "timeoutSeconds", 1);
  set_default(probe, "periodSeconds", 10);
  set_default(probe, "successThreshold", 1);
  set_default(probe, "failureThreshold", 3);
  fill_http(probe);
  if_there(probe, "grpc", [](Json& grpc) {
    if (text_member(grpc, "service").empty()) grpc["service"] = "";
  });
}

// The newest version is pulled each time: no tag, or "latest".
std::string pull_policy(const std::string& image) {
  if (image.find('@') != std::string::npos) return "IfNotPresent";
  const std::size_t colon = image.rfind(':');
  const std::size_t slash = image.rfind('/');
  const bool tagged = colon != std::string::npos && (slash == std::string::npos || colon > slash);
  return !tagged || image.substr(colon + 1) == "latest" ? "Always" : "IfNotPresent";
}

void fill_requests(Json& container) {
  const auto resources = container.find("resources");
  if (resources == container.end() || !resources->contains("limits")) return;
  Json& requests = make_object(*resources, "requests");
  for (const auto& [name, amount] : resources->at("limits").items()) {
    if (!requests.contains(name)) requests[name] = amount;
  }
}

void fill_container(Json& container) {
  set_default(container, "imagePullPolicy", pull_policy(text_member(container, "image")));
  set_default(container, "terminationMessagePath", "/dev/termination-log");
  set_default(container, "terminationMessagePolicy", "File");
  for (const char* probe : {"livenessProbe", "readinessProbe", "startupProbe"}) {
    if_there(container, probe, fill_probe);
  }
  if_there(container, "lifecycle", [](Json& lifecycle) {
    if_there(lifecycle, "postStart", fill_http);
    if_there(lifecycle, "preStop", fill_http);
  });
  each_item(container, "env", [](Json& variable) {
    if_there(variable, "valueFrom", [](Json& from) {
      if_there(from, "fieldRef", [](Json& field) { set_default(field, "apiVersion", "v1"); });
      if_there(from, "fileKeyRef", [](Json& file) { set_missing(file, "optional", false); });
    });
  });
}

// ---- volumes

void fill_field_refs(Json& source) {
  each_item(source, "items", [](Json& file) {
    if_there(file, "fieldRef", [](Json& field) { set_default(field, "apiVersion", "v1"); });
  });
}

void fill_projected(Json& projected) {
  set_missing(projected, "defaultMode", kFileMode);
  each_item(projected, "sources", [](Json& source) {
    if_there(source, "serviceAccountToken",
             [](Json& token) { set_missing(token, "expirationSeconds", kTokenSeconds); });
    if_there(source, "downwardAPI", fill_field_refs);
  });
}

void fill_volume(Json& volume) {
  if (volume.size() <= (volume.contains("name") ? 1U : 0U)) volume["emptyDir"] = Json::object();
  const auto mode = [](Json& source) { set_missing(source, "defaultMode", kFileMode); };
  if_there(volume, "secret", mode);
  if_there(volume, "configMap", mode);
  if_there(volume, "downwardAPI", [&](Json& source) {
    mode(source);
    fill_field_refs(source);
  });
  if_there(volume, "projected", fill_projected);
  if_there(volume, "hostPath", [](Json& path) { set_missing(path, "type", ""); });
  if_there(volume, "ephemeral", [](Json& ephemeral) {
    if_there(ephemeral, "volumeClaimTemplate", [](Json& claim) {
      if_there(claim, "spec", [](Json& spec) { set_missing(spec, "volumeMode", "Filesystem"); });
    });
  });
}

// ---- creation

void tolerate(Json& tolerations, const char* key) {
  const bool there = std::any_of(tolerations.begin(), tolerations.end(), [&](const Json& toleration) {
    const std::string effect = text_member(toleration, "effect");
    const std::string of = text_member(toleration, "key");
    return (of == key || of.empty()) && (effect == "NoExecute" || effect.empty());
  });
  if (there) return;
  tolerations.push_back({{"key", key},
                         {"operator", "Exists"},
                         {"effect", "NoExecute"},
                         {"tolerationSeconds", kTolerationSeconds}});
}

// As the amounts of its containers say.
std::string quality_of(const Json& spec) {
  bool any = false;
  bool all_limited = true;
  for (const char* list : {"containers", "initContainers"}) {
    for (const Json& container : array_member(spec, list)) {
      const Json& resources = object_member(container, "resources");
      const Json& limits = object_member(resources, "limits");
      const Json& requests = object_member(resources, "requests");
      for (const char* name : {"cpu", "memory"}) {
        any = any || limits.contains(name) || requests.contains(name);
        const bool limited =
            limits.contains(name) && (!requests.contains(name) || requests.at(name) == limits.at(name));
        all_limited = all_limited && limited;
      }
    }
  }
  if (!any) return "BestEffort";
  return all_limited ? "Guaranteed" : "Burstable";
}

}  // namespace

void fill_pod(Json& pod) {
  Json& spec = make_object(pod, "spec");
  // The old name of the account; both are kept.
  const std::string account = text_member(spec, "serviceAccountName");
  if (account.empty()) {
    copy_member(spec, Json{{"serviceAccountName", text_member(spec, "serviceAccount")}},
                "serviceAccountName");
    if (text_member(spec, "serviceAccountName").empty()) spec.erase("serviceAccountName");
  } else {
    spec["serviceAccount"] = account;
  }
  for (const char* list : {"containers", "initContainers"}) {
    each_item(spec, list, [](Json& container) {
      fill_container(container);
      fill_requests(container);
    });
  }
  each_item(spec, "ephemeralContainers", fill_container);
  each_item(spec, "volumes", fill_volume);
  set_missing(spec, "enableServiceLinks", true);
  set_default(spec, "dnsPolicy", "ClusterFirst");
  set_default(spec, "restartPolicy", "Always");
  set_missing(spec, "securityContext", Json::object());
  set_missing(spec, "terminationGracePeriodSeconds", 30);
  if (number_member(spec, "terminationGracePeriodSeconds") < 0) spec["terminationGracePeriodSeconds"] = 1;
  set_default(spec, "schedulerName", "default-scheduler");
  if (!true_member(spec, "hostNetwork")) return;
  for (const char* list : {"containers", "initContainers"}) {
    each_item(spec, list, [](Json& container) {
      each_item(container, "ports",
                [](Json& port) { set_default(port, "hostPort", number_member(port, "containerPort")); });
    });
  }
}

void tolerate_lost_nodes(Json& pod) {
  Json& tolerations = make_object(pod, "spec")["tolerations"];
  if (!tolerations.is_array()) tolerations = Json::array();
  tolerate(tolerations, "node.kubernetes.io/not-ready");
  tolerate(tolerations, "node.kubernetes.io/unreachable");
}

void prepare_pod(Json& pod) {
  Json& spec = pod["spec"];
  set_missing(spec, "priority", 0);
  set_missing(spec, "preemptionPolicy", "PreemptLowerPriority");
  tolerate_lost_nodes(pod);
  pod["status"] = {{"phase", "Pending"}, {"qosClass", quality_of(spec)}};
}

}  // namespace cw::apiserver
