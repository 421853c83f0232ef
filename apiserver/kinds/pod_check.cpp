// The checks of new Pods, but for volumes.
#include <algorithm>
#include <limits>
#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/kinds/kind_checks.h"
#include "apiserver/kinds/pod_kinds.h"
#include "apiserver/kinds/pod_volumes.h"
#include "apiserver/kinds/quantity.h"

namespace cw::apiserver {
namespace {

const FieldPath kSpec("spec");

void check_label(FieldErrors& errors, const FieldPath& at, const std::string& name) {
  if (!name.empty()) add_problems(errors, at, name, kube::label_problems(name));
}

void check_subdomain(FieldErrors& errors, const FieldPath& at, const std::string& name) {
  if (!name.empty()) add_problems(errors, at, name, kube::subdomain_problems(name));
}

void check_container_port(FieldErrors& errors, const FieldPath& at, const Json& port,
                          std::set<std::string>& names) {
  const std::string name = text_member(port, "name");
  if (!name.empty()) {
    const auto problems = port_name_problems(name);
    add_problems(errors, at.child("name"), name, problems);
    if (problems.empty() && !names.insert(name).second) {
      errors.push_back(kube::duplicate(at.child("name"), kube::quoted(name)));
    }
  }
  if (number_member(port, "containerPort") == 0) {
    errors.push_back(kube::required(at.child("containerPort"), ""));
  } else {
    check_port_number(errors, at.child("containerPort"), find_member(port, "containerPort"));
  }
  if (number_member(port, "hostPort") != 0) {
    check_port_number(errors, at.child("hostPort"), find_member(port, "hostPort"));
  }
  check_protocol(errors, at.child("protocol"), text_member(port, "protocol"));
}

// Printable characters but "=".
bool is_variable_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~' && c != '='; });
}

// Of a Pod, as the environment of its containers may have it.
void check_field_path(FieldErrors& errors, const FieldPath& at, const Json& reference) {
  static const std::vector<std::string> kUsable{
      "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
      "status.hostIP", "status.hostIPs",     "status.podIP", "status.podIPs"};
  static const std::set<std::string> kKnown{"metadata.annotations", "metadata.labels", "spec.restartPolicy",
                                            "spec.schedulerName", "status.phase"};
  const std::string path = text_member(reference, "fieldPath");
  if (path.empty()) {
    errors.push_back(kube::required(at.child("fieldPath"), ""));
    return;
  }
  if (std::find(kUsable.begin(), kUsable.end(), path) != kUsable.end()) return;
  if (path.ends_with("']")) return;  // one label or annotation
  if (kKnown.contains(path)) {
    errors.push_back(kube::not_supported(at.child("fieldPath"), kube::quoted(path), kUsable));
    return;
  }
  errors.push_back(kube::invalid(at.child("fieldPath"), kube::quoted(path),
                                 "error converting fieldPath: field label not supported: " + path));
}

void check_value_from(FieldErrors& errors, const FieldPath& at, const Json& variable) {
  const Json* from = find_member(variable, "valueFrom");
  if (from == nullptr) return;
  if (from->empty()) {
    errors.push_back(kube::invalid(at, kube::quoted(""),
                                   "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, "
                                   "`secretKeyRef` or `fileKeyRef`"));
  }
  if (!text_member(variable, "value").empty()) {
    errors.push_back(kube::invalid(at, kube::quoted(""), "may not be specified when `value` is not empty"));
  } else if (from->size() > 1) {
    errors.push_back(
        kube::invalid(at, kube::quoted(""), "may not have more than one field specified at a time"));
  }
  if (const Json* reference = find_member(*from, "fieldRef"))
    check_field_path(errors, at.child("fieldRef"), *reference);
  for (const char* source : {"secretKeyRef", "configMapKeyRef"}) {
    const Json* reference = find_member(*from, source);
    if (reference == nullptr) continue;
    const std::string name = text_member(*reference, "name");
    add_problems(errors, at.child(source).child("name"), name, kube::subdomain_problems(name));
    const std::string key = text_member(*reference, "key");
    if (key.empty()) {
      errors.push_back(kube::required(at.child(source).child("key"), ""));
    } else {
      add_problems(errors, at.child(source).child("key"), key, kube::config_key_problems(key));
    }
  }
}

void check_environment(FieldErrors& errors, const FieldPath& at, const Json& container) {
  const Json& variables = array_member(container, "env");
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const FieldPath in = at.child("env").index(i);
    const std::string name = text_member(variables[i], "name");
    if (name.empty()) {
      errors.push_back(kube::required(in.child("name"), ""));
    } else if (!is_variable_name(name)) {
      errors.push_back(kube::invalid(in.child("name"), kube::quoted(name),
                                     "a valid environment variable name must consist only of printable ASCII "
                                     "characters other than '='"));
    }
    check_value_from(errors, in.child("valueFrom"), variables[i]);
  }
}

bool is_known_amount(const std::string& name) {
  return name == "cpu" || name == "memory" || name == "ephemeral-storage" || name.starts_with("hugepages-") ||
         name.find('/') != std::string::npos;
}

void check_amounts(FieldErrors& errors, const FieldPath& at, const Json& resources) {
  const Json& limits = object_member(resources, "limits");
  const Json& requests = object_member(resources, "requests");
  const auto check_one = [&](const char* member, const std::string& name, const Json& amount) {
    const FieldPath in = at.child(member).key(name);
    add_problems(errors, in, name, kube::qualified_name_problems(name));
    if (!is_known_amount(name)) {
      for (const char* why : {"must be a standard resource type or fully qualified",
                              "must be a standard resource for containers"}) {
        errors.push_back(kube::invalid(in, kube::quoted(name), why));
      }
    }
    const auto text = amount.get<std::string>();
    if (quantity_sign(text) < 0) {
      errors.push_back(kube::invalid(in, kube::quoted(text), "must be greater than or equal to 0"));
    }
  };
  for (const auto& [name, amount] : limits.items()) check_one("limits", name, amount);
  for (const auto& [name, amount] : requests.items()) {
    check_one("requests", name, amount);
    if (!limits.contains(name)) continue;
    const auto limit = limits.at(name).get<std::string>();
    if (compare_quantities(amount.get<std::string>(), limit).value_or(0) > 0) {
      errors.push_back(kube::invalid(at.child("requests"), kube::quoted(amount.get<std::string>()),
                                     "must be less than or equal to " + name + " limit of " + limit));
    }
  }
}

void check_handler(FieldErrors& errors, const FieldPath& at, const Json& probe) {
  int handlers = 0;
  for (const char* handler : {"exec", "httpGet", "tcpSocket", "grpc"}) {
    const Json* action = find_member(probe, handler);
    if (action == nullptr) continue;
    if (++handlers > 1) {
      errors.push_back(kube::forbidden(at.child(handler), "may not specify more than 1 handler type"));
      continue;
    }
    const FieldPath in = at.child(handler);
    const std::string_view name = handler;
    if (name == "exec") {
      if (array_member(*action, "command").empty()) errors.push_back(kube::required(in.child("command"), ""));
    } else {
      check_port(errors, in.child("port"), find_member(*action, "port"));
    }
    if (name == "httpGet")
      check_choice(errors, in.child("scheme"), text_member(*action, "scheme"), {"HTTP", "HTTPS"});
  }
  if (handlers == 0) errors.push_back(kube::required(at, "must specify a handler type"));
}

void check_probe(FieldErrors& errors, const FieldPath& at, const Json* probe, bool one_success) {
  if (probe == nullptr) return;
  check_handler(errors, at, *probe);
  for (const char* member :
       {"initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"}) {
    const std::int64_t number = number_member(*probe, member);
    if (number >= 0) continue;
    errors.push_back(
        kube::invalid(at.child(member), std::to_string(number), "must be greater than or equal to 0"));
  }
  const std::int64_t successes = number_member(*probe, "successThreshold");
  if (one_success && successes != 1) {
    errors.push_back(kube::invalid(at.child("successThreshold"), std::to_string(successes), "must be 1"));
  }
}

void check_security(FieldErrors& errors, const FieldPath& at, const Json& context) {
  for (const char* member : {"runAsUser", "runAsGroup"}) {
    const Json* id = find_member(context, member);
    if (id == nullptr || (*id >= 0 && *id <= std::numeric_limits<std::int32_t>::max())) continue;
    errors.push_back(
        kube::invalid(at.child(member), id->dump(), "must be between 0 and 2147483647, inclusive"));
  }
}

void check_container(FieldErrors& errors, const FieldPath& at, const Json& container,
                     const std::set<std::string>& volumes) {
  const std::string name = text_member(container, "name");
  if (name.empty()) errors.push_back(kube::required(at.child("name"), ""));
  check_label(errors, at.child("name"), name);
  if (text_member(container, "image").empty()) errors.push_back(kube::required(at.child("image"), ""));
  check_choice(errors, at.child("terminationMessagePolicy"),
               text_member(container, "terminationMessagePolicy"), {"File", "FallbackToLogsOnError"});
  const Json& ports = array_member(container, "ports");
  std::set<std::string> names;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    check_container_port(errors, at.child("ports").index(i), ports[i], names);
  }
  check_environment(errors, at, container);
  check_mounts(errors, at, container, volumes);
  check_choice(errors, at.child("imagePullPolicy"), text_member(container, "imagePullPolicy"),
               {"Always", "IfNotPresent", "Never"});
  check_amounts(errors, at.child("resources"), object_member(container, "resources"));
  check_security(errors, at.child("securityContext"), object_member(container, "securityContext"));
}

void check_lifecycle(FieldErrors& errors, const FieldPath& at, const Json& lifecycle) {
  for (const char* moment : {"postStart", "preStop"}) {
    const Json* handler = find_member(lifecycle, moment);
    if (handler == nullptr || handler->contains("sleep")) continue;
    check_handler(errors, at.child(moment), *handler);
  }
}

void check_probes(FieldErrors& errors, const FieldPath& at, const Json& container) {
  check_probe(errors, at.child("livenessProbe"), find_member(container, "livenessProbe"), true);
  check_probe(errors, at.child("readinessProbe"), find_member(container, "readinessProbe"), false);
  check_probe(errors, at.child("startupProbe"), find_member(container, "startupProbe"), true);
  check_lifecycle(errors, at.child("lifecycle"), object_member(container, "lifecycle"));
}

void check_containers(FieldErrors& errors, const Json& spec, const std::set<std::string>& volumes) {
  std::set<std::string> names;
  const Json& containers = array_member(spec, "containers");
  if (containers.empty()) errors.push_back(kube::required(kSpec.child("containers"), ""));
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const FieldPath at = kSpec.child("containers").index(i);
    check_container(errors, at, containers[i], volumes);
    const std::string name = text_member(containers[i], "name");
    if (!names.insert(name).second) errors.push_back(kube::duplicate(at.child("name"), kube::quoted(name)));
    check_probes(errors, at, containers[i]);
  }
  const Json& first = array_member(spec, "initContainers");
  for (std::size_t i = 0; i < first.size(); ++i) {
    const FieldPath at = kSpec.child("initContainers").index(i);
    check_container(errors, at, first[i], volumes);
    const std::string name = text_member(first[i], "name");
    if (!name.empty() && !names.insert(name).second) {
      errors.push_back(kube::duplicate(at.child("name"), kube::quoted(name)));
    }
    if (text_member(first[i], "restartPolicy") == "Always") {
      check_probes(errors, at, first[i]);
      continue;
    }
    for (const char* member : {"lifecycle", "livenessProbe", "readinessProbe", "startupProbe"}) {
      if (!first[i].contains(member)) continue;
      errors.push_back(kube::forbidden(at.child(member),
                                       "may not be set for init containers without restartPolicy=Always"));
    }
  }
}

FieldErrors check_spec(const Json& spec) {
  FieldErrors errors;
  const std::set<std::string> volumes = check_volumes(errors, spec);
  check_containers(errors, spec, volumes);
  check_choice(errors, kSpec.child("restartPolicy"), text_member(spec, "restartPolicy"),
               {"Always", "OnFailure", "Never"});
  check_choice(errors, kSpec.child("dnsPolicy"), text_member(spec, "dnsPolicy"),
               {"ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"});
  check_labels_at(errors, kSpec.child("nodeSelector"), object_member(spec, "nodeSelector"));
  check_subdomain(errors, kSpec.child("serviceAccountName"), text_member(spec, "serviceAccountName"));
  check_subdomain(errors, kSpec.child("nodeName"), text_member(spec, "nodeName"));
  const Json* deadline = find_member(spec, "activeDeadlineSeconds");
  if (deadline != nullptr && (*deadline < 1 || *deadline > std::numeric_limits<std::int32_t>::max())) {
    errors.push_back(kube::invalid(kSpec.child("activeDeadlineSeconds"), deadline->dump(),
                                   "must be between 1 and 2147483647, inclusive"));
  }
  check_label(errors, kSpec.child("hostname"), text_member(spec, "hostname"));
  check_label(errors, kSpec.child("subdomain"), text_member(spec, "subdomain"));
  check_subdomain(errors, kSpec.child("priorityClassName"), text_member(spec, "priorityClassName"));
  return errors;
}

}  // namespace

FieldErrors check_new_pod(const Json& pod) { return check_spec(object_member(pod, "spec")); }

}  // namespace cw::apiserver
