#include "apiserver/kinds/service_addresses.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "apiserver/kinds/address_pool.h"
#include "apiserver/kinds/kind_checks.h"
#include "apiserver/kinds/service_check.h"
#include "apiserver/kinds/service_view.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr kube::Resource kServices{"", "v1", "services", "Service"};
constexpr const char* kTaken = "provided port is already allocated";
const FieldPath kSpec("spec");

StatusError refused(const Json& service, FieldErrors errors) {
  return kube::invalid("Service", "", metadata_text(service, "name"), errors);
}

StatusError refused(const Json& service, const FieldPath& at, std::string shown, std::string why) {
  return refused(service, {kube::invalid(at, std::move(shown), std::move(why))});
}

std::vector<std::int64_t> node_ports_of(const Json& service) {
  std::vector<std::int64_t> numbers;
  for (const Json& port : service_ports(service)) {
    if (const std::int64_t number = number_member(port, "nodePort"); number != 0) numbers.push_back(number);
  }
  return numbers;
}

bool has(const std::vector<std::int64_t>& numbers, std::int64_t number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

// ---- what a client left out in an update

void keep_node_ports(Json& next, const Json& old) {
  std::map<std::string, std::int64_t> by_name;
  for (const Json& port : service_ports(old)) {
    by_name[text_member(port, "name")] = number_member(port, "nodePort");
  }
  const auto given = node_ports_of(next);
  if (service_ports(next).empty()) return;
  for (Json& port : next["spec"]["ports"]) {
    const std::int64_t before = by_name[text_member(port, "name")];
    if (number_member(port, "nodePort") == 0 && before != 0 && !has(given, before)) port["nodePort"] = before;
  }
}

void keep_allocated(Json& next, const Json& old) {
  const Json& before = object_member(old, "spec");
  Json& spec = next["spec"];
  if (!is_external_name(old) && !is_external_name(next)) {
    if (text_member(spec, "clusterIP").empty()) copy_member(spec, before, "clusterIP");
    if (array_member(spec, "clusterIPs").empty()) copy_member(spec, before, "clusterIPs");
  }
  if (needs_node_ports(old) && needs_node_ports(next)) keep_node_ports(next, old);
  if (needs_health_port(old) && needs_health_port(next) && number_member(spec, "healthCheckNodePort") == 0) {
    copy_member(spec, before, "healthCheckNodePort");
  }
}

// clusterIP is the old form of clusterIPs; who gives one alone means both.
void match_address_forms(Json& next, const Json* old) {
  Json& spec = next["spec"];
  const std::string first = text_member(spec, "clusterIP");
  if (old == nullptr) {
    if (!first.empty() && cluster_ips(next).empty()) spec["clusterIPs"] = Json::array({first});
    return;
  }
  const std::string before = text_at(*old, {"spec", "clusterIP"});
  if (first == before) {
    if (cluster_ips(next).empty()) copy_member(spec, object_member(*old, "spec"), "clusterIPs");
  } else if (cluster_ips(next) == cluster_ips(*old)) {
    if (first.empty()) {
      spec.erase("clusterIPs");
    } else {
      spec["clusterIPs"] = Json::array({first});
    }
  }
}

// ---- families

void set_policy(Json& next, const Json* old) {
  Json& spec = next["spec"];
  if (spec.contains("ipFamilyPolicy")) return;
  if (old != nullptr && object_member(*old, "spec").contains("ipFamilyPolicy")) {
    copy_member(spec, object_member(*old, "spec"), "ipFamilyPolicy");
    return;
  }
  const bool headless_without_selector =
      text_member(spec, "clusterIP") == kHeadless && object_member(spec, "selector").empty();
  spec["ipFamilyPolicy"] = headless_without_selector ? "RequireDualStack" : "SingleStack";
}

// Whether one family is asked for where there are two values; families of the addresses given.
FieldErrors infer_families(Json& next) {
  FieldErrors errors;
  Json& spec = next["spec"];
  const std::string policy = text_member(spec, "ipFamilyPolicy");
  for (const auto& [member, what] : {std::pair{"clusterIPs", "cluster IPs"}, {"ipFamilies", "IP families"}}) {
    if (policy != "SingleStack" || array_member(spec, member).size() != 2) continue;
    errors.push_back(kube::invalid(kSpec.child("ipFamilyPolicy"), kube::quoted(policy),
                                   "must be 'RequireDualStack' or 'PreferDualStack' when multiple " +
                                       std::string(what) + " are specified"));
  }
  const Json addresses = cluster_ips(next);
  for (std::size_t i = 0; i < addresses.size() && addresses[i] != kHeadless; ++i) {
    if (i < array_member(spec, "ipFamilies").size()) continue;
    if (is_ipv6(addresses[i].get<std::string>())) {
      errors.push_back(kube::invalid(kSpec.child("clusterIPs").index(i), dumped(addresses),
                                     "IPv6 is not configured on this cluster"));
    } else {
      spec["ipFamilies"].push_back("IPv4");
    }
  }
  return errors;
}

void fill_headless_families(Json& spec) {
  Json& families = spec["ipFamilies"];
  if (!families.is_array() || families.empty()) families = Json::array({"IPv4"});
  if (families.size() == 1 && text_member(spec, "ipFamilyPolicy") != "SingleStack") {
    families.push_back(families[0] == "IPv4" ? "IPv6" : "IPv4");
  }
}

Outcome<Done> set_families(Json& next, const Json* old) {
  if (is_external_name(next)) return Done{};
  set_policy(next, old);
  if (FieldErrors errors = check_cluster_ips(next); !errors.empty()) return refused(next, errors);
  if (FieldErrors errors = infer_families(next); !errors.empty()) return refused(next, errors);
  Json& spec = next["spec"];
  if (text_member(spec, "clusterIP") == kHeadless && object_member(spec, "selector").empty()) {
    fill_headless_families(spec);
    return Done{};
  }
  FieldErrors errors;
  const std::string policy = text_member(spec, "ipFamilyPolicy");
  if (policy == "RequireDualStack") {
    errors.push_back(kube::invalid(kSpec.child("ipFamilyPolicy"), kube::quoted(policy),
                                   "this cluster is not configured for dual-stack services"));
  }
  const Json& families = array_member(spec, "ipFamilies");
  for (std::size_t i = 0; i < families.size(); ++i) {
    if (families[i] == "IPv4") continue;
    errors.push_back(kube::invalid(kSpec.child("ipFamilies").index(i),
                                   kube::quoted(families[i].get<std::string>()),
                                   "not configured on this cluster"));
  }
  if (!errors.empty()) return refused(next, errors);
  if (families.empty()) spec["ipFamilies"] = Json::array({"IPv4"});
  return Done{};
}

// ---- addresses and ports

Outcome<Done> give_address(Json& next, const Json* old, AddressPool& pool) {
  const bool keeps = old != nullptr && !is_external_name(*old);
  if (is_external_name(next) || keeps || is_headless(next)) return Done{};
  Json& spec = next["spec"];
  const FieldPath at = kSpec.child("clusterIPs");
  if (cluster_ips(next).empty()) {
    const std::string address = pool.any_address();
    if (address.empty()) return kube::internal_error("failed to allocate a serviceIP: range is full");
    spec["clusterIPs"] = Json::array({address});
    spec["clusterIP"] = address;
    return Done{};
  }
  const auto address = cluster_ips(next)[0].get<std::string>();
  const auto refuse = [&](const std::string& why) {
    return refused(next, at, dumped(cluster_ips(next)), "failed to allocate IP " + address + ": " + why);
  };
  if (!AddressPool::in_range(address)) {
    return refuse("the provided network does not match the current range");
  }
  if (!pool.take_address(address)) return refuse("provided IP is already allocated");
  return Done{};
}

Outcome<Done> give_node_port(Json& service, std::size_t index, const std::vector<std::int64_t>& before,
                             AddressPool& pool) {
  Json& port = service["spec"]["ports"][index];
  const std::int64_t wanted = number_member(port, "nodePort");
  if (wanted == 0) {
    // Ports that differ in the protocol alone share one.
    for (const Json& other : service_ports(service)) {
      const bool same = number_member(other, "port") == number_member(port, "port");
      if (same && number_member(other, "nodePort") != 0) port["nodePort"] = other["nodePort"];
    }
    if (number_member(port, "nodePort") != 0) return Done{};
    const std::int64_t any = pool.any_port();
    if (any == 0) return kube::internal_error("failed to allocate a nodePort: range is full");
    port["nodePort"] = any;
    return Done{};
  }
  if (has(before, wanted)) return Done{};
  const FieldPath at = kSpec.child("ports").index(index).child("nodePort");
  if (!AddressPool::in_port_range(wanted)) {
    return refused(service, at, std::to_string(wanted),
                   "provided port is not in the valid range. The range of valid ports is 30000-32767");
  }
  for (std::size_t i = 0; i < index; ++i) {
    if (number_member(service_ports(service)[i], "nodePort") == wanted) return Done{};
  }
  if (!pool.take_port(wanted)) return refused(service, at, std::to_string(wanted), kTaken);
  return Done{};
}

Outcome<Done> give_node_ports(Json& next, const Json* old, AddressPool& pool) {
  if (!needs_node_ports(next)) return Done{};
  const Json* wants = find_path(next, {"spec", "allocateLoadBalancerNodePorts"});
  const bool only_given = is_load_balancer(next) && wants != nullptr && *wants == false;
  const auto before = old != nullptr ? node_ports_of(*old) : std::vector<std::int64_t>();
  for (std::size_t i = 0; i < service_ports(next).size(); ++i) {
    if (only_given && number_member(service_ports(next)[i], "nodePort") == 0) continue;
    TRY(give_node_port(next, i, before, pool));
  }
  return Done{};
}

Outcome<Done> give_health_port(Json& next, const Json* old, AddressPool& pool) {
  if (!needs_health_port(next) || (old != nullptr && needs_health_port(*old))) return Done{};
  Json& spec = next["spec"];
  const std::int64_t wanted = number_member(spec, "healthCheckNodePort");
  if (wanted == 0) {
    spec["healthCheckNodePort"] = pool.any_port();
  } else if (!AddressPool::in_port_range(wanted) || !pool.take_port(wanted)) {
    return kube::internal_error("failed to allocate requested HealthCheck NodePort " +
                                std::to_string(wanted) + ": " + kTaken);
  }
  return Done{};
}

}  // namespace

Outcome<std::shared_ptr<void>> allocate_for_service(Json& next, const Json* old, const Store& store) {
  make_object(next, "spec");
  if (old != nullptr) keep_allocated(next, *old);
  match_address_forms(next, old);
  TRY(set_families(next, old));
  AddressPool pool(store);
  TRY(give_address(next, old, pool));
  TRY(give_node_ports(next, old, pool));
  TRY(give_health_port(next, old, pool));
  return pool.reservation();
}

Status keep_kubernetes_service(const kube::KubeReader& reader, kube::KubeWriter& writer, int port) {
  const Json ports =
      Json::array({{{"name", "https"}, {"port", 443}, {"protocol", "TCP"}, {"targetPort", port}}});
  const Result<Json> present = reader.get(kServices, {"default", "kubernetes"});
  if (present) {
    if (service_ports(*present) == ports) return Done{};
    Json next = *present;
    next["spec"]["ports"] = ports;
    const auto updated = writer.update(kServices, kube::Part::Object, next, {});
    return updated ? Status(Done{}) : Status(updated.error());
  }
  const Json service{{"apiVersion", "v1"},
                     {"kind", "Service"},
                     {"metadata",
                      {{"name", "kubernetes"},
                       {"namespace", "default"},
                       {"labels", {{"component", "apiserver"}, {"provider", "kubernetes"}}}}},
                     {"spec", {{"clusterIP", kFirstServiceAddress}, {"ports", ports}}}};
  const auto made = writer.create(kServices, service, {});
  return made || made.error().code == Code::AlreadyExists ? Status(Done{}) : Status(made.error());
}

}  // namespace cw::apiserver
