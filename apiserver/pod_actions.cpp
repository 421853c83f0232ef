#include "apiserver/pod_actions.h"

#include <functional>

#include <nlohmann/json.hpp>

#include "apiserver/api_response.h"
#include "apiserver/json_access.h"
#include "apiserver/object_form.h"
#include "apiserver/removal.h"
#include "apiserver/write_path.h"
#include "lib/base/time_text.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr int kAttempts = 30;  // under concurrent writers
constexpr kube::Resource kPods{"", "v1", "pods", "Pod"};

Json done() {
  return {{"kind", "Status"},
          {"apiVersion", "v1"},
          {"metadata", Json::object()},
          {"status", "Success"},
          {"code", 201}};
}

// Adds the condition, or changes the one of its type.
void set_condition(Json& pod, Json condition, TimePoint now) {
  Json& conditions = make_object(pod, "status")["conditions"];
  if (!conditions.is_array()) conditions = Json::array();
  condition["lastProbeTime"] = nullptr;
  condition["lastTransitionTime"] = format_time(now);
  for (Json& known : conditions) {
    if (known["type"] != condition["type"]) continue;
    if (known["status"] == condition["status"]) condition["lastTransitionTime"] = known["lastTransitionTime"];
    known = std::move(condition);
    return;
  }
  conditions.push_back(std::move(condition));
}

// Past the rules for what clients write: nobody owns what it changes.
Outcome<Done> change_pod(const ApiParts& parts, const ObjectKey& key, bool dry_run,
                         const std::function<Outcome<Done>(Json& pod)>& change) {
  const StoreKey at{"pods", key};
  if (const Status known = parts.store.catch_up(); !known) return StatusError(known.error());
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const Result<ObjectPtr> stored = parts.store.get(at);
    if (!stored && stored.error().code == Code::NotFound) return kube::not_found(kPods, key.name);
    if (!stored) return StatusError(stored.error());
    Json pod = parse_object(**stored);
    TRY(change(pod));
    if (dry_run) return Done{};
    const Result<ObjectPtr> updated = parts.store.update(at, canonical_text(pod), (*stored)->revision());
    if (updated) return Done{};
    if (updated.error().code != Code::Conflict) return StatusError(updated.error());
  }
  return kube::conflict(kPods, key.name, kModified);
}

StatusError not_bound(const std::string& pod, const std::string& why) {
  kube::Resource binding = kPods;
  binding.plural = "pods/binding";
  return kube::conflict(binding, pod, why);
}

Outcome<Done> check_binding(const Json& binding) {
  const Json& target = object_member(binding, "target");
  FieldErrors errors;
  const kube::FieldPath at("target");
  const std::string kind = text_member(target, "kind");
  if (!kind.empty() && kind != "Node") {
    errors.push_back(kube::not_supported(at.child("kind"), kube::quoted(kind), {"Node", "<empty>"}));
  }
  if (text_member(target, "name").empty()) errors.push_back(kube::required(at.child("name"), ""));
  if (errors.empty()) return Done{};
  std::string message;
  for (const kube::StatusCause& cause : kube::causes_of(errors)) {
    message += (message.empty() ? "" : ", ") + cause.field + ": " + cause.message;
  }
  return StatusError(kube::Reason::None, errors.size() > 1 ? "[" + message + "]" : message);
}

Outcome<Done> put_on_node(Json& pod, const Json& binding, TimePoint now) {
  const std::string name = metadata_text(pod, "name");
  if (!metadata_text(pod, "deletionTimestamp").empty()) {
    return not_bound(name, "pod " + name + " is being deleted, cannot be assigned to a host");
  }
  Json& spec = make_object(pod, "spec");
  const std::string node = text_member(spec, "nodeName");
  if (!node.empty())
    return not_bound(name, "pod " + name + " is already assigned to node " + kube::quoted(node));
  if (!array_member(spec, "schedulingGates").empty()) {
    return not_bound(name, "pod " + name + " has non-empty .spec.schedulingGates");
  }
  spec["nodeName"] = text_at(binding, {"target", "name"});
  make_object(pod, "status").erase("nominatedNodeName");
  for (const char* member : {"annotations", "labels"}) {
    const Json& given = object_member(object_member(binding, "metadata"), member);
    if (!given.empty()) make_object(pod["metadata"], member).update(given);
  }
  set_condition(pod, {{"type", "PodScheduled"}, {"status", "True"}}, now);
  return Done{};
}

constexpr const char* kContainerLists[] = {"initContainers", "containers", "ephemeralContainers"};

// "a b"
std::string container_names(const Json& spec) {
  std::string names;
  for (const char* list : kContainerLists) {
    for (const Json& container : array_member(spec, list)) {
      names += (names.empty() ? "" : " ") + text_member(container, "name");
    }
  }
  return names;
}

Outcome<Done> check_container(const Json& pod, const std::string& asked) {
  const Json& spec = object_member(pod, "spec");
  const std::string name = metadata_text(pod, "name");
  if (asked.empty()) {
    if (array_member(spec, "containers").size() == 1) return Done{};
    return kube::bad_request("a container name must be specified for pod " + name + ", choose one of: [" +
                             container_names(spec) + "]");
  }
  for (const char* list : kContainerLists) {
    for (const Json& container : array_member(spec, list)) {
      if (text_member(container, "name") == asked) return Done{};
    }
  }
  return kube::bad_request("container " + asked + " is not valid for pod " + name);
}

bool has_port(const Json& service, const std::string& port) {
  for (const Json& one : array_member(object_member(service, "spec"), "ports")) {
    if (text_member(one, "name") == port || dumped(one.at("port")) == port) return true;
  }
  return false;
}

}  // namespace

ConnectionTarget parse_target(const std::string& text) {
  const std::size_t first = text.find(':');
  if (first == std::string::npos) return {text};
  const std::size_t second = text.find(':', first + 1);
  if (second == std::string::npos) return {text.substr(0, first), text.substr(first + 1)};
  return {text.substr(first + 1, second - first - 1), text.substr(second + 1)};
}

Outcome<Json> PodActions::bind(const ObjectKey& pod, const Json& binding, bool dry_run) const {
  if (metadata_text(binding, "name") != pod.name) {
    return kube::bad_request("name in URL does not match name in Binding object");
  }
  TRY(check_binding(binding));
  TRY(change_pod(parts_, pod, dry_run, [&](Json& stored) -> Outcome<Done> {
    const std::string uid = metadata_text(binding, "uid");
    if (!uid.empty() && uid != metadata_text(stored, "uid")) {
      return kube::conflict(kPods, pod.name,
                            "Precondition failed: UID in precondition: " + uid +
                                ", UID in object meta: " + metadata_text(stored, "uid"));
    }
    return put_on_node(stored, binding, parts_.clock.now());
  }));
  return done();
}

Outcome<Json> PodActions::evict(const ObjectKey& pod, const Json& eviction, const kube::UserInfo& user,
                                bool dry_run) const {
  if (metadata_text(eviction, "name") != pod.name) {
    return kube::bad_request("name in URL does not match name in Eviction object");
  }
  const Json* given = find_member(eviction, "deleteOptions");
  DeleteOptions options = TRY(read_delete_options({}, given != nullptr ? *given : Json()));
  options.dry_run = options.dry_run || dry_run;
  TRY(change_pod(parts_, pod, options.dry_run, [&](Json& stored) -> Outcome<Done> {
    set_condition(stored,
                  {{"type", "DisruptionTarget"},
                   {"status", "True"},
                   {"reason", "EvictionByEvictionAPI"},
                   {"message", "Eviction API: evicting"}},
                  parts_.clock.now());
    return Done{};
  }));
  const RowPtr pods = parts_.resources.find("", "v1", "pods");
  TRY(Removal(parts_, gate_).remove({.row = *pods, .key = pod, .options = options, .user = user}));
  return done();
}

Outcome<http::Response> connect(const ResourceRow& row, const std::string& connection, const Json& object,
                                const ConnectionTarget& target, const http::Request& request) {
  const std::string name = metadata_text(object, "name");
  if (row.resource.plural != "pods") {
    if (target.port.empty() || has_port(object, target.port)) return kube::not_found(row.resource, name);
    return StatusError(kube::Reason::ServiceUnavailable,
                       "no service port " + target.port + " found for service " + kube::quoted(name));
  }
  if (connection == "proxy") return kube::bad_request("address not allowed");
  if (connection != "portforward") TRY(check_container(object, std::string(request.parameter("container"))));
  const std::string node = text_at(object, {"spec", "nodeName"});
  if (!node.empty()) return kube::not_found(row.resource, node);
  if (connection != "log") return kube::bad_request("pod " + name + " does not have a host assigned");
  http::Response empty;
  empty.status = 204;
  empty.content_type.clear();
  return empty;
}

}  // namespace cw::apiserver
