// What of a new Pod is good enough but should be told.
// Source: k8s.io/kubernetes pkg/api/pod/warnings.go, pkg/registry/core/pod/strategy.go.
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/kinds/kind_checks.h"
#include "apiserver/kinds/pod_kinds.h"

namespace cw::apiserver {
namespace {

using Warnings = std::vector<std::string>;

const FieldPath kSpec("spec");

void warn_of_name(Warnings& warnings, const std::string& name) {
  std::string problems;
  for (const std::string& problem : kube::label_problems(name))
    problems += (problems.empty() ? "" : " ") + problem;
  if (problems.empty()) return;
  warnings.push_back(
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS "
      "label is "
      "recommended: [" +
      problems + "]");
}

void warn_of_node_labels(Warnings& warnings, const Json& selector) {
  static const std::map<std::string, std::pair<std::string, std::string>> kOld{
      {"beta.kubernetes.io/arch", {"v1.14", "kubernetes.io/arch"}},
      {"beta.kubernetes.io/os", {"v1.14", "kubernetes.io/os"}},
      {"beta.kubernetes.io/instance-type", {"v1.17", "node.kubernetes.io/instance-type"}},
      {"failure-domain.beta.kubernetes.io/region", {"v1.17", "topology.kubernetes.io/region"}},
      {"failure-domain.beta.kubernetes.io/zone", {"v1.17", "topology.kubernetes.io/zone"}}};
  for (const auto& [label, value] : selector.items()) {
    const auto old = kOld.find(label);
    if (old == kOld.end()) continue;
    warnings.push_back(kSpec.child("nodeSelector").key(label).text() + ": deprecated since " +
                       old->second.first + "; use " + kube::quoted(old->second.second) + " instead");
  }
}

// What stands twice by one of its members.
void warn_of_repeated(Warnings& warnings, const Json& spec, const char* list, const char* member) {
  const Json& items = array_member(spec, list);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string value = text_member(items[i], member);
    if (seen.insert(value).second) continue;
    warnings.push_back(kSpec.child(list).index(i).child(member).text() + ": duplicate " + member + " " +
                       kube::quoted(value));
  }
}

void warn_of_empty_secrets(Warnings& warnings, const Json& spec) {
  const Json& secrets = array_member(spec, "imagePullSecrets");
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    if (!text_member(secrets[i], "name").empty()) continue;
    warnings.push_back(kSpec.child("imagePullSecrets").index(i).child("name").text() +
                       ": invalid empty name \"\"");
  }
}

template <typename Visit>
void each_container(const Json& spec, const Visit& visit) {
  for (const char* list : {"initContainers", "containers", "ephemeralContainers"}) {
    const Json& containers = array_member(spec, list);
    for (std::size_t i = 0; i < containers.size(); ++i) visit(containers[i], kSpec.child(list).index(i));
  }
}

void warn_of_environment(Warnings& warnings, const Json& container, const FieldPath& at) {
  const Json& variables = array_member(container, "env");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const std::string name = text_member(variables[i], "name");
    if (seen.insert(name).second) continue;
    const std::string value = text_member(variables[i], "value");
    const std::string reference = "$(" + name + ")";
    const bool extends = !variables[i].contains("valueFrom") && value != reference &&
                         value.find(reference) != std::string::npos;
    if (extends) continue;
    warnings.push_back(at.child("env").index(i).text() + ": hides previous definition of " +
                       kube::quoted(name) + ", which may be dropped when using apply");
  }
}

// Of one protocol and number.
std::string port_conflict(const Json& port, const Json& other) {
  const std::string ip = text_member(port, "hostIP");
  const std::string other_ip = text_member(other, "hostIP");
  const std::int64_t host = number_member(port, "hostPort");
  const std::int64_t other_host = number_member(other, "hostPort");
  if (ip == other_ip && host == other_host) return "duplicate";
  if (host == 0 || other_host == 0) return "overlapping";
  return host == other_host && ip.empty() != other_ip.empty() ? "dangerously ambiguous" : std::string();
}

void warn_of_ports(Warnings& warnings, const Json& spec) {
  struct Known {
    const Json* port;
    std::string at;
  };
  std::map<std::string, std::vector<Known>> known;
  Warnings names;
  std::map<std::string, std::string> named;
  each_container(spec, [&](const Json& container, const FieldPath& in) {
    const Json& ports = array_member(container, "ports");
    for (std::size_t i = 0; i < ports.size(); ++i) {
      const std::string at = in.child("ports").index(i).text();
      auto& others = known[std::to_string(number_member(ports[i], "containerPort")) + "/" +
                           text_member(ports[i], "protocol")];
      for (const Known& other : others) {
        const std::string conflict = port_conflict(ports[i], *other.port);
        if (!conflict.empty()) warnings.push_back(at + ": " + conflict + " port definition with " + other.at);
      }
      others.push_back({&ports[i], at});
      const std::string name = text_member(ports[i], "name");
      if (name.empty()) continue;
      const auto [first, is_new] = named.emplace(name, at);
      if (is_new) continue;
      names.push_back(at + ": duplicate port name " + kube::quoted(name) + " with " + first->second +
                      ", services and probes that select ports by name will use " + first->second);
    }
  });
  warnings.insert(warnings.end(), names.begin(), names.end());
}

}  // namespace

std::vector<std::string> warn_of_pod(const Json& pod, const Json* old) {
  Warnings warnings;
  if (old != nullptr) return warnings;
  const Json& spec = object_member(pod, "spec");
  warn_of_name(warnings, metadata_text(pod, "name"));
  warn_of_node_labels(warnings, object_member(spec, "nodeSelector"));
  warn_of_repeated(warnings, spec, "hostAliases", "ip");
  warn_of_repeated(warnings, spec, "imagePullSecrets", "name");
  warn_of_empty_secrets(warnings, spec);
  each_container(spec, [&](const Json& container, const FieldPath& at) {
    warn_of_environment(warnings, container, at);
  });
  warn_of_ports(warnings, spec);
  return warnings;
}

}  // namespace cw::apiserver
