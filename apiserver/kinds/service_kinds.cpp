#include "apiserver/kinds/service_kinds.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/human_age.h"
#include "apiserver/kinds/kind_checks.h"
#include "apiserver/kinds/kind_tables.h"
#include "apiserver/kinds/service_addresses.h"
#include "apiserver/kinds/service_check.h"
#include "apiserver/kinds/service_view.h"

namespace cw::apiserver {
namespace {

constexpr int kAffinitySeconds = 10800;

// ---- defaults

void fill_affinity(Json& spec) {
  if (text_member(spec, "sessionAffinity").empty()) spec["sessionAffinity"] = "None";
  if (spec["sessionAffinity"] == "None") spec.erase("sessionAffinityConfig");
  if (spec["sessionAffinity"] != "ClientIP") return;
  const Json& client = object_member(object_member(spec, "sessionAffinityConfig"), "clientIP");
  if (client.contains("timeoutSeconds")) return;
  spec["sessionAffinityConfig"] = {{"clientIP", {{"timeoutSeconds", kAffinitySeconds}}}};
}

void fill_ports(Json& spec) {
  if (array_member(spec, "ports").empty()) return;
  for (Json& port : spec["ports"]) {
    const Json& target = port["targetPort"];
    if (target.is_null() || target == 0 || target == "") port["targetPort"] = number_member(port, "port");
  }
}

void fill_service(Json& service) {
  Json& spec = make_object(service, "spec");
  fill_affinity(spec);
  if (text_member(spec, "type").empty()) spec["type"] = "ClusterIP";
  fill_ports(spec);
  if (is_reachable_from_outside(service) && text_member(spec, "externalTrafficPolicy").empty()) {
    spec["externalTrafficPolicy"] = "Cluster";
  }
  const bool inside = needs_node_ports(service) || service_type(service) == "ClusterIP";
  if (inside && !spec.contains("internalTrafficPolicy")) spec["internalTrafficPolicy"] = "Cluster";
  if (!is_load_balancer(service)) return;
  if (!spec.contains("allocateLoadBalancerNodePorts")) spec["allocateLoadBalancerNodePorts"] = true;
  const Json* points = find_path(service, {"status", "loadBalancer", "ingress"});
  if (points == nullptr) return;
  for (Json& point : service["status"]["loadBalancer"]["ingress"]) {
    if (!text_member(point, "ip").empty() && !point.contains("ipMode")) point["ipMode"] = "VIP";
  }
}

void drop_status(Json& service) { service["status"] = {{"loadBalancer", Json::object()}}; }

// ---- what another type has no use for, as long as the client did not change it

bool is_same(const Json& next, const Json& old, const char* member) {
  const Json* after = find_member(object_member(next, "spec"), member);
  const Json* before = find_member(object_member(old, "spec"), member);
  return after == nullptr || before == nullptr ? after == before : *after == *before;
}

void drop_if_same(Json& next, const Json& old, const char* member) {
  if (is_same(next, old, member)) next["spec"].erase(member);
}

void drop_addresses(Json& next, const Json& old) {
  if (is_same(next, old, "clusterIP") && is_same(next, old, "clusterIPs")) {
    next["spec"].erase("clusterIP");
    next["spec"].erase("clusterIPs");
  }
  drop_if_same(next, old, "ipFamilies");
  drop_if_same(next, old, "ipFamilyPolicy");
}

void drop_node_ports(Json& next, const Json& old) {
  std::set<std::int64_t> before;
  for (const Json& port : service_ports(old)) before.insert(number_member(port, "nodePort"));
  const auto is_new = [&](const Json& port) {
    const std::int64_t number = number_member(port, "nodePort");
    return number != 0 && !before.contains(number);
  };
  const Json& ports = service_ports(next);
  if (ports.empty() || std::any_of(ports.begin(), ports.end(), is_new)) return;
  for (Json& port : next["spec"]["ports"]) port.erase("nodePort");
}

void drop_for_type(Json& next, const Json& old) {
  if (!is_external_name(old) && is_external_name(next)) drop_addresses(next, old);
  if (needs_node_ports(old) && !needs_node_ports(next)) drop_node_ports(next, old);
  if (needs_health_port(old) && !needs_health_port(next)) drop_if_same(next, old, "healthCheckNodePort");
  if (is_load_balancer(old) && !is_load_balancer(next)) {
    drop_if_same(next, old, "allocateLoadBalancerNodePorts");
    drop_if_same(next, old, "loadBalancerClass");
  }
  if (is_external_name(next)) next["spec"].erase("internalTrafficPolicy");
  if (is_reachable_from_outside(old) && !is_reachable_from_outside(next)) {
    drop_if_same(next, old, "externalTrafficPolicy");
  }
  if (!is_load_balancer(next)) make_object(next, "status")["loadBalancer"] = Json::object();
}

// ---- columns

std::string outside_addresses(const Json& service) {
  const std::string own = joined_texts(array_member(object_member(service, "spec"), "externalIPs"));
  if (is_external_name(service)) return text_at(service, {"spec", "externalName"});
  if (!is_load_balancer(service)) return own.empty() ? "<none>" : own;
  const std::string balanced =
      shown_balancer_points(object_member(object_member(service, "status"), "loadBalancer"));
  if (own.empty()) return balanced.empty() ? "<pending>" : balanced;
  return balanced.empty() ? own : balanced + "," + own;
}

std::string shown_ports(const Json& service) {
  std::string out;
  for (const Json& port : service_ports(service)) {
    if (!out.empty()) out += ',';
    out += std::to_string(number_member(port, "port"));
    const std::int64_t on_node = number_member(port, "nodePort");
    if (on_node > 0) out += ":" + std::to_string(on_node);
    out += "/" + text_member(port, "protocol");
  }
  return out.empty() ? "<none>" : out;
}

std::vector<Json> service_cells(const Json& service, TimePoint now) {
  const Json& addresses = cluster_ips(service);
  return {metadata_text(service, "name"),
          service_type(service),
          addresses.empty() ? Json("<none>") : addresses[0],
          outside_addresses(service),
          shown_ports(service),
          human_age(metadata_text(service, "creationTimestamp"), now),
          shown_selector(object_member(object_member(service, "spec"), "selector"))};
}

}  // namespace

KindRules service_rules() {
  return {.fill = fill_service,
          .prepare_create = drop_status,
          .prepare_update = drop_for_type,
          .check = check_service,
          .check_update = check_service_update,
          .check_part = check_service_status,
          .allocate = allocate_for_service,
          .warn = warn_of_service};
}

TableColumns service_table() {
  return {{{.name = "Name", .format = "name"},
           {.name = "Type"},
           {.name = "Cluster-IP"},
           {.name = "External-IP"},
           {.name = "Port(s)"},
           {.name = "Age"},
           {.name = "Selector", .priority = 1}},
          service_cells};
}

}  // namespace cw::apiserver
