// What a Service says of itself, asked by defaults, checks and address handling alike. Pure.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {

inline constexpr const char* kHeadless = "None";

inline std::string service_type(const Json& service) { return text_at(service, {"spec", "type"}); }
inline bool is_external_name(const Json& service) { return service_type(service) == "ExternalName"; }
inline bool is_load_balancer(const Json& service) { return service_type(service) == "LoadBalancer"; }
inline bool needs_node_ports(const Json& service) {
  return is_load_balancer(service) || service_type(service) == "NodePort";
}
inline bool is_reachable_from_outside(const Json& service) {
  const bool with_addresses = service_type(service) == "ClusterIP" &&
                              !array_member(object_member(service, "spec"), "externalIPs").empty();
  return needs_node_ports(service) || with_addresses;
}
inline bool needs_health_port(const Json& service) {
  return is_load_balancer(service) && text_at(service, {"spec", "externalTrafficPolicy"}) == "Local";
}
inline const Json& cluster_ips(const Json& service) {
  return array_member(object_member(service, "spec"), "clusterIPs");
}
inline bool is_headless(const Json& service) {
  const Json& addresses = cluster_ips(service);
  return addresses.size() == 1 && addresses[0] == kHeadless;
}
inline const Json& service_ports(const Json& service) {
  return array_member(object_member(service, "spec"), "ports");
}

}  // namespace cw::apiserver
