#include "apiserver/kinds/endpoint_kinds.h"

#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/human_age.h"
#include "apiserver/json_access.h"
#include "apiserver/kinds/kind_checks.h"
#include "apiserver/kinds/kind_tables.h"

namespace cw::apiserver {
namespace {

constexpr std::size_t kMaxEndpoints = 1000;
constexpr std::size_t kMaxAddresses = 100;
constexpr std::size_t kMaxHints = 8;

kube::FieldError too_many(const FieldPath& at, std::size_t count, std::size_t limit) {
  return {kube::FieldErrorKind::TooMany,
          at.text(),
          std::to_string(count),
          "must have at most " + std::to_string(limit) + " items",
          {}};
}

void check_label(FieldErrors& errors, const FieldPath& at, const Json* value) {
  if (value == nullptr || !value->is_string() || value->empty()) return;
  const auto text = value->get<std::string>();
  if (!text.empty()) add_problems(errors, at, text, kube::label_problems(text));
}

void check_node_name(FieldErrors& errors, const FieldPath& at, const Json* value) {
  if (value == nullptr) return;
  const auto name = value->get<std::string>();
  add_problems(errors, at, name, kube::subdomain_problems(name));
}

void check_spoken(FieldErrors& errors, const FieldPath& at, const Json& port) {
  const Json* spoken = find_member(port, "appProtocol");
  if (spoken != nullptr) check_qualified_name(errors, at.child("appProtocol"), spoken->get<std::string>());
}

// ---- Endpoints

void fill_endpoints(Json& object) {
  if (array_member(object, "subsets").empty()) return;
  for (Json& subset : object["subsets"]) {
    if (array_member(subset, "ports").empty()) continue;
    for (Json& port : subset["ports"]) {
      if (text_member(port, "protocol").empty()) port["protocol"] = "TCP";
    }
  }
}

void check_address(FieldErrors& errors, const FieldPath& at, const Json& address) {
  const std::string ip = text_member(address, "ip");
  check_ip(errors, at.child("ip"), ip);
  check_label(errors, at.child("hostname"), find_member(address, "hostname"));
  check_node_name(errors, at.child("nodeName"), find_member(address, "nodeName"));
  check_endpoint_ip(errors, at.child("ip"), ip);
}

void check_subset_port(FieldErrors& errors, const FieldPath& at, const Json& port, bool needs_name) {
  const std::string name = text_member(port, "name");
  if (name.empty() && needs_name) errors.push_back(kube::required(at.child("name"), ""));
  check_label(errors, at.child("name"), find_member(port, "name"));
  check_port_number(errors, at.child("port"), find_member(port, "port"));
  check_protocol(errors, at.child("protocol"), text_member(port, "protocol"));
  check_spoken(errors, at, port);
}

FieldErrors check_subsets(const Json& object) {
  FieldErrors errors;
  const Json& subsets = array_member(object, "subsets");
  for (std::size_t i = 0; i < subsets.size(); ++i) {
    const FieldPath at = FieldPath("subsets").index(i);
    const Json& ready = array_member(subsets[i], "addresses");
    const Json& others = array_member(subsets[i], "notReadyAddresses");
    if (ready.empty() && others.empty()) {
      errors.push_back(kube::required(at, "must specify `addresses` or `notReadyAddresses`"));
    }
    for (std::size_t j = 0; j < ready.size(); ++j) {
      check_address(errors, at.child("addresses").index(j), ready[j]);
    }
    for (std::size_t j = 0; j < others.size(); ++j) {
      check_address(errors, at.child("notReadyAddresses").index(j), others[j]);
    }
    const Json& ports = array_member(subsets[i], "ports");
    for (std::size_t j = 0; j < ports.size(); ++j) {
      check_subset_port(errors, at.child("ports").index(j), ports[j], ports.size() > 1);
    }
  }
  return errors;
}

// What was let pass before may stay.
FieldErrors check_endpoints_update(const Json& next, const Json& old) {
  return array_member(next, "subsets") == array_member(old, "subsets") ? FieldErrors() : check_subsets(next);
}

std::string with_port(const std::string& ip, const Json& port) {
  const bool v6 = ip.find(':') != std::string::npos;
  return (v6 ? "[" + ip + "]" : ip) + ":" + std::to_string(number_member(port, "port"));
}

std::vector<Json> endpoints_cells(const Json& object, TimePoint now) {
  ShortList list;
  for (const Json& subset : array_member(object, "subsets")) {
    const Json& addresses = array_member(subset, "addresses");
    const Json& ports = array_member(subset, "ports");
    for (const Json& address : addresses) {
      if (ports.empty()) list.add(text_member(address, "ip"));
    }
    for (const Json& port : ports) {
      for (const Json& address : addresses) list.add(with_port(text_member(address, "ip"), port));
    }
  }
  return {metadata_text(object, "name"), list.shown(),
          human_age(metadata_text(object, "creationTimestamp"), now)};
}

// ---- EndpointSlice

void fill_slice(Json& slice) {
  // Of an older version of the kind; a client cannot set it.
  if (!array_member(slice, "endpoints").empty()) {
    for (Json& endpoint : slice["endpoints"]) endpoint.erase("deprecatedTopology");
  }
  if (array_member(slice, "ports").empty()) return;
  for (Json& port : slice["ports"]) {
    if (!port.contains("name")) port["name"] = "";
    if (!port.contains("protocol")) port["protocol"] = "TCP";
  }
}

void check_slice_address(FieldErrors& errors, const FieldPath& all, std::size_t index,
                         const std::string& address, const std::string& type) {
  const FieldPath at = all.index(index);
  if (type == "FQDN") {
    if (address.empty()) errors.push_back(kube::required(at, ""));
    std::string name = address;
    if (name.ends_with('.')) name.pop_back();
    if (!name.empty()) add_problems(errors, at, name, kube::subdomain_problems(name));
    if (!name.empty() && kube::subdomain_problems(name).empty() && name.find('.') == std::string::npos) {
      errors.push_back(kube::invalid(at, kube::quoted(name),
                                     "should be a domain with at least two segments separated by dots"));
    }
    return;
  }
  if ((type != "IPv4" && type != "IPv6") || !check_ip(errors, at, address)) return;
  if (is_ipv6(address) != (type == "IPv6")) {
    errors.push_back(kube::invalid(all, kube::quoted(address), "must be an " + type + " address"));
  }
  check_endpoint_ip(errors, at, address);
}

void check_hints(FieldErrors& errors, const FieldPath& at, const Json& hints, const char* member,
                 kube::Problems (*problems)(std::string_view)) {
  const Json& list = array_member(hints, member);
  if (list.size() > kMaxHints) {
    errors.push_back(too_many(at.child(member), list.size(), kMaxHints));
    return;
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const FieldPath name_at = at.child(member).index(i).child("name");
    const std::string name = text_member(list[i], "name");
    if (!seen.insert(name).second) errors.push_back(kube::duplicate(name_at, kube::quoted(name)));
    add_problems(errors, name_at, name, problems(name));
  }
}

void check_endpoint(FieldErrors& errors, const FieldPath& at, const Json& endpoint, const std::string& type) {
  const Json& addresses = array_member(endpoint, "addresses");
  const FieldPath addresses_at = at.child("addresses");
  if (addresses.empty()) errors.push_back(kube::required(addresses_at, "must contain at least 1 address"));
  if (addresses.size() > kMaxAddresses) {
    errors.push_back(too_many(addresses_at, addresses.size(), kMaxAddresses));
  }
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    check_slice_address(errors, addresses_at, i, addresses[i].get<std::string>(), type);
  }
  check_node_name(errors, at.child("nodeName"), find_member(endpoint, "nodeName"));
  if (const Json* host = find_member(endpoint, "hostname")) {
    const auto name = host->get<std::string>();
    add_problems(errors, at.child("hostname"), name, kube::label_problems(name));
  }
  const Json* hints = find_member(endpoint, "hints");
  if (hints == nullptr) return;
  check_hints(errors, at.child("hints"), *hints, "forZones", kube::label_value_problems);
  check_hints(errors, at.child("hints"), *hints, "forNodes", kube::subdomain_problems);
}

void check_slice_endpoints(FieldErrors& errors, const Json& slice) {
  const FieldPath at("endpoints");
  const Json& endpoints = array_member(slice, "endpoints");
  if (endpoints.size() > kMaxEndpoints) {
    errors.push_back(too_many(at, endpoints.size(), kMaxEndpoints));
    return;
  }
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    check_endpoint(errors, at.index(i), endpoints[i], text_member(slice, "addressType"));
  }
}

FieldErrors check_slice_head(const Json& slice) {
  FieldErrors errors;
  const std::string type = text_member(slice, "addressType");
  if (type.empty()) errors.push_back(kube::required(FieldPath("addressType"), ""));
  check_choice(errors, FieldPath("addressType"), type, {"FQDN", "IPv4", "IPv6"});
  const Json& ports = array_member(slice, "ports");
  std::set<std::string> names;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const FieldPath at = FieldPath("ports").index(i);
    const std::string name = text_member(ports[i], "name");
    if (!name.empty()) add_problems(errors, at.child("name"), name, kube::label_problems(name));
    if (!names.insert(name).second) errors.push_back(kube::duplicate(at.child("name"), kube::quoted(name)));
    check_choice(errors, at.child("protocol"), text_member(ports[i], "protocol"), {"SCTP", "TCP", "UDP"});
    check_spoken(errors, at, ports[i]);
  }
  return errors;
}

FieldErrors check_new_slice(const Json& slice) {
  FieldErrors errors = check_slice_head(slice);
  check_slice_endpoints(errors, slice);
  return errors;
}

FieldErrors check_slice_update(const Json& next, const Json& old) {
  FieldErrors errors = check_slice_head(next);
  if (array_member(next, "endpoints") != array_member(old, "endpoints")) check_slice_endpoints(errors, next);
  const std::string type = text_member(next, "addressType");
  if (type != text_member(old, "addressType")) {
    errors.push_back(kube::invalid(FieldPath("addressType"), kube::quoted(type), "field is immutable"));
  }
  return errors;
}

std::vector<std::string> warn_of_slice(const Json& slice, const Json* old) {
  if (old != nullptr || text_member(slice, "addressType") != "FQDN") return {};
  return {"spec.addressType: FQDN endpoints are deprecated"};
}

std::vector<Json> slice_cells(const Json& slice, TimePoint now) {
  ShortList ports;
  for (const Json& port : array_member(slice, "ports")) {
    ports.add(port.contains("port")   ? std::to_string(number_member(port, "port"))
              : port.contains("name") ? text_member(port, "name")
                                      : "*");
  }
  ShortList endpoints;
  for (const Json& endpoint : array_member(slice, "endpoints")) {
    for (const Json& address : array_member(endpoint, "addresses")) {
      endpoints.add(address.get<std::string>());
    }
  }
  const auto shown = [](const ShortList& list) { return list.empty() ? "<unset>" : list.shown(); };
  return {metadata_text(slice, "name"), text_member(slice, "addressType"), shown(ports), shown(endpoints),
          human_age(metadata_text(slice, "creationTimestamp"), now)};
}

}  // namespace

KindRules endpoints_rules() {
  return {.fill = fill_endpoints, .check_create = check_subsets, .check_update = check_endpoints_update};
}

KindRules endpoint_slice_rules() {
  return {.fill = fill_slice,
          .check_create = check_new_slice,
          .check_update = check_slice_update,
          .warn = warn_of_slice};
}

TableColumns endpoints_table() {
  return {{{.name = "Name", .format = "name"}, {.name = "Endpoints"}, {.name = "Age"}}, endpoints_cells};
}

TableColumns endpoint_slice_table() {
  return {{{.name = "Name", .format = "name"},
           {.name = "AddressType"},
           {.name = "Ports"},
           {.name = "Endpoints"},
           {.name = "Age"}},
          slice_cells};
}

}  // namespace cw::apiserver
