#include "apiserver/kinds/service_check.h"

#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/kinds/kind_checks.h"
#include "apiserver/kinds/service_view.h"
#include "lib/base/ascii.h"
#include "lib/pki/ip_address.h"

namespace cw::apiserver {
namespace {

const FieldPath kSpec("spec");

const Json& spec_of(const Json& service) { return object_member(service, "spec"); }

void check_external_name(FieldErrors& errors, const Json& spec) {
  for (const char* member : {"clusterIPs", "ipFamilies"}) {
    if (array_member(spec, member).empty()) continue;
    errors.push_back(kube::forbidden(kSpec.child(member), "may not be set for ExternalName services"));
  }
  if (spec.contains("ipFamilyPolicy")) {
    errors.push_back(
        kube::forbidden(kSpec.child("ipFamilyPolicy"), "may not be set for ExternalName services"));
  }
  std::string name = text_member(spec, "externalName");
  if (name.ends_with('.')) name.pop_back();
  const FieldPath at = kSpec.child("externalName");
  if (name.empty()) {
    errors.push_back(kube::required(at, ""));
  } else {
    add_problems(errors, at, name, kube::subdomain_problems(name));
  }
}

void check_by_type(FieldErrors& errors, const Json& service) {
  const std::string type = service_type(service);
  if (service_ports(service).empty() && !is_headless(service) && !is_external_name(service)) {
    errors.push_back(kube::required(kSpec.child("ports"), ""));
  }
  if (needs_node_ports(service) && is_headless(service)) {
    errors.push_back(kube::invalid(kSpec.child("clusterIPs").index(0), kube::quoted(kHeadless),
                                   "may not be set to 'None' for " + type + " services"));
  }
  if (is_external_name(service)) check_external_name(errors, spec_of(service));
}

void check_service_port(FieldErrors& errors, const FieldPath& at, const Json& port, bool needs_name,
                        std::set<std::string>& names) {
  const std::string name = text_member(port, "name");
  if (name.empty()) {
    if (needs_name) errors.push_back(kube::required(at.child("name"), ""));
  } else {
    add_problems(errors, at.child("name"), name, kube::label_problems(name));
    if (!names.insert(name).second) errors.push_back(kube::duplicate(at.child("name"), kube::quoted(name)));
  }
  check_port_number(errors, at.child("port"), find_member(port, "port"));
  check_protocol(errors, at.child("protocol"), text_member(port, "protocol"));
  check_port(errors, at.child("targetPort"), find_member(port, "targetPort"));
  if (const Json* spoken = find_member(port, "appProtocol")) {
    check_qualified_name(errors, at.child("appProtocol"), spoken->get<std::string>());
  }
}

void check_session_affinity(FieldErrors& errors, const Json& spec) {
  const std::string affinity = text_member(spec, "sessionAffinity");
  check_choice(errors, kSpec.child("sessionAffinity"), affinity, {"ClientIP", "None"});
  if (affinity != "ClientIP") return;
  constexpr int kDay = 86400;
  const FieldPath at = kSpec.child("sessionAffinityConfig").child("clientIP").child("timeoutSeconds");
  const std::int64_t seconds = number_member(
      object_member(object_member(spec, "sessionAffinityConfig"), "clientIP"), "timeoutSeconds");
  if (seconds > 0 && seconds <= kDay) return;
  errors.push_back(kube::invalid(at, std::to_string(seconds), "must be greater than 0 and less than 86400"));
}

void check_duplicate_ports(FieldErrors& errors, const Json& ports) {
  std::set<std::pair<std::string, std::int64_t>> node_ports;
  std::set<std::pair<std::string, std::int64_t>> numbers;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::int64_t number = number_member(ports[i], "nodePort");
    if (number == 0 || node_ports.emplace(text_member(ports[i], "protocol"), number).second) continue;
    errors.push_back(
        kube::duplicate(kSpec.child("ports").index(i).child("nodePort"), std::to_string(number)));
  }
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::string protocol = text_member(ports[i], "protocol");
    const std::int64_t number = number_member(ports[i], "port");
    if (numbers.emplace(protocol, number).second) continue;
    const std::string shown = R"({"Name":"","Protocol":)" + kube::quoted(protocol) +
                              R"(,"AppProtocol":null,"Port":)" + std::to_string(number) +
                              R"(,"TargetPort":0,"NodePort":0})";
    errors.push_back(kube::duplicate(kSpec.child("ports").index(i), shown));
  }
}

void check_ports(FieldErrors& errors, const Json& service) {
  const Json& ports = service_ports(service);
  std::set<std::string> names;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    check_service_port(errors, kSpec.child("ports").index(i), ports[i], ports.size() > 1, names);
  }
}

void check_unused_node_ports(FieldErrors& errors, const Json& service) {
  const Json& ports = service_ports(service);
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (service_type(service) != "ClusterIP" || number_member(ports[i], "nodePort") == 0) continue;
    errors.push_back(kube::forbidden(kSpec.child("ports").index(i).child("nodePort"),
                                     "may not be used when `type` is 'ClusterIP'"));
  }
}

void check_external_ips(FieldErrors& errors, const Json& spec) {
  const Json& addresses = array_member(spec, "externalIPs");
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const FieldPath at = kSpec.child("externalIPs").index(i);
    const auto address = addresses[i].get<std::string>();
    if (check_ip(errors, at, address)) check_endpoint_ip(errors, at, address);
  }
}

void check_load_balancer(FieldErrors& errors, const Json& service) {
  const Json& spec = spec_of(service);
  const FieldPath ranges_at = kSpec.child("LoadBalancerSourceRanges");
  const Json& ranges = array_member(spec, "loadBalancerSourceRanges");
  const bool balanced = is_load_balancer(service);
  constexpr const char* kOnlyBalanced = "may only be used when `type` is 'LoadBalancer'";
  if (!ranges.empty() && !balanced) errors.push_back(kube::forbidden(ranges_at, kOnlyBalanced));
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const std::string range(trimmed(ranges[i].get<std::string>(), " \t"));
    if (pki::parse_cidr(range)) continue;
    errors.push_back(kube::invalid(ranges_at.index(i), kube::quoted(range),
                                   "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"));
  }
  if (spec.contains("allocateLoadBalancerNodePorts") && !balanced) {
    errors.push_back(kube::forbidden(kSpec.child("allocateLoadBalancerNodePorts"), kOnlyBalanced));
  }
  const Json* balancer = find_member(spec, "loadBalancerClass");
  if (balancer == nullptr) return;
  const FieldPath at = kSpec.child("loadBalancerClass");
  if (!balanced) errors.push_back(kube::forbidden(at, kOnlyBalanced));
  check_qualified_name(errors, at, balancer->get<std::string>());
}

void check_traffic(FieldErrors& errors, const Json& service) {
  const Json& spec = spec_of(service);
  const std::string outside = text_member(spec, "externalTrafficPolicy");
  const FieldPath at = kSpec.child("externalTrafficPolicy");
  if (is_reachable_from_outside(service)) {
    check_choice(errors, at, outside, {"Cluster", "Local"});
  } else if (!outside.empty()) {
    errors.push_back(
        kube::invalid(at, kube::quoted(outside), "may only be set for externally-accessible services"));
  }
  const std::int64_t health = number_member(spec, "healthCheckNodePort");
  if (needs_health_port(service)) {
    check_port_number(errors, kSpec.child("healthCheckNodePort"), find_member(spec, "healthCheckNodePort"));
  } else if (health != 0) {
    errors.push_back(kube::invalid(
        kSpec.child("healthCheckNodePort"), std::to_string(health),
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"));
  }
  check_choice(errors, kSpec.child("internalTrafficPolicy"), text_member(spec, "internalTrafficPolicy"),
               {"Cluster", "Local"});
  check_choice(errors, kSpec.child("trafficDistribution"), text_member(spec, "trafficDistribution"),
               {"PreferClose", "PreferSameZone", "PreferSameNode"});
}

// ---- updates

void check_frozen_list(FieldErrors& errors, const Json& next, const Json& old, const char* member,
                       bool own_index) {
  const Json& before = array_member(spec_of(old), member);
  const Json& after = array_member(spec_of(next), member);
  const FieldPath at = kSpec.child(member);
  const Json* shown = find_member(spec_of(next), member);
  for (std::size_t i = 0; i < before.size() && i < after.size(); ++i) {
    if (before[i] == after[i] || (i > 0 && before.size() != after.size())) continue;
    errors.push_back(
        kube::invalid(at.index(own_index ? i : 0), shown_json(shown), "may not change once set"));
  }
  if (before.size() > after.size() && cluster_ips(next).empty()) {
    errors.push_back(kube::invalid(
        at.index(0), shown_json(shown),
        own_index ? "primary clusterIP can not be unset" : "primary ipFamily can not be unset"));
  }
}

void check_balancer_class_update(FieldErrors& errors, const Json& next, const Json& old) {
  if (!is_load_balancer(next) || !is_load_balancer(old)) return;
  const Json* before = find_member(spec_of(old), "loadBalancerClass");
  const Json* after = find_member(spec_of(next), "loadBalancerClass");
  const bool same = before == nullptr || after == nullptr ? before == after : *before == *after;
  if (same) return;
  errors.push_back(
      kube::invalid(kSpec.child("loadBalancerClass"), shown_json(after), "may not change once set"));
}

}  // namespace

FieldErrors check_service(const Json& service) {
  const Json& spec = spec_of(service);
  FieldErrors errors;
  check_by_type(errors, service);
  check_ports(errors, service);
  check_labels_at(errors, kSpec.child("selector"), object_member(spec, "selector"));
  check_session_affinity(errors, spec);
  append(errors, check_cluster_ips(service));
  check_external_ips(errors, spec);
  check_choice(errors, kSpec.child("type"), service_type(service),
               {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"});
  check_unused_node_ports(errors, service);
  check_duplicate_ports(errors, service_ports(service));
  check_load_balancer(errors, service);
  check_traffic(errors, service);
  return errors;
}

FieldErrors check_service_update(const Json& next, const Json& old) {
  FieldErrors errors;
  const bool named = is_external_name(next) || is_external_name(old);
  if (!named && !(is_headless(next) && is_headless(old))) {
    check_frozen_list(errors, next, old, "clusterIPs", true);
    if (is_headless(next) == is_headless(old)) check_frozen_list(errors, next, old, "ipFamilies", false);
  }
  check_balancer_class_update(errors, next, old);
  const bool health_moves = needs_health_port(next) && needs_health_port(old) &&
                            number_member(spec_of(next), "healthCheckNodePort") !=
                                number_member(spec_of(old), "healthCheckNodePort");
  if (health_moves) {
    errors.push_back(kube::forbidden(kSpec.child("healthCheckNodePort"), "field is immutable"));
  }
  return errors;
}

FieldErrors check_service_status(const Json& next, const Json& /*old*/, ObjectPart /*part*/) {
  FieldErrors errors;
  const FieldPath at = FieldPath("status").child("loadBalancer").child("ingress");
  const Json& points = array_member(object_member(object_member(next, "status"), "loadBalancer"), "ingress");
  if (!points.empty() && !is_load_balancer(next)) {
    errors.push_back(kube::forbidden(at, "may only be used when `spec.type` is 'LoadBalancer'"));
    return errors;
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    check_balancer_point(errors, at.index(i), points[i]);
    const FieldPath mode_at = at.index(i).child("ipMode");
    const bool has_ip = !text_member(points[i], "ip").empty();
    const std::string mode = text_member(points[i], "ipMode");
    if (has_ip) check_choice(errors, mode_at, mode, {"Proxy", "VIP"});
    if (has_ip || mode.empty()) continue;
    errors.push_back(kube::forbidden(mode_at, "may not be specified when `ip` is not set"));
  }
  return errors;
}

std::vector<std::string> warn_of_service(const Json& service, const Json* /*old*/) {
  const Json& spec = spec_of(service);
  const bool has_external_ips = !array_member(spec, "externalIPs").empty();
  std::vector<std::string> warnings;
  if (is_headless(service)) {
    if (spec.contains("loadBalancerIP")) {
      warnings.emplace_back("spec.loadBalancerIP is ignored for headless services");
    }
    if (has_external_ips) warnings.emplace_back("spec.externalIPs is ignored for headless services");
    if (text_member(spec, "sessionAffinity") != "None") {
      warnings.emplace_back("spec.SessionAffinity is ignored for headless services");
    }
  }
  if (has_external_ips && !is_headless(service) && !is_external_name(service)) {
    warnings.emplace_back("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  }
  if (has_external_ips && is_external_name(service)) {
    warnings.emplace_back("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
  }
  if (!is_external_name(service) && spec.contains("externalName")) {
    warnings.emplace_back("spec.externalName is ignored when spec.type is not \"ExternalName\"");
  }
  if (text_member(spec, "trafficDistribution") == "PreferClose") {
    warnings.emplace_back("spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"");
  }
  return warnings;
}

}  // namespace cw::apiserver
