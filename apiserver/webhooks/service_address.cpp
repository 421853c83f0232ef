#include "apiserver/webhooks/service_address.h"

#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/random.h"

namespace cw::apiserver::webhooks {
namespace {

using Addresses = std::vector<std::string>;

std::string joined(const std::string& host, std::int64_t port) {
  const bool ipv6 = host.find(':') != std::string::npos;
  return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::int64_t number_of(const Json& object, std::string_view name) {
  const Json* value = find_member(object, name);
  return value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : 0;
}

// The one of that name; a Service with a single port may leave the name out.
std::int64_t port_named(const Json& ports, const std::string& name) {
  for (const Json& port : ports) {
    if (text_member(port, "name") == name) return number_of(port, "port");
  }
  return 0;
}

bool is_ready(const Json& endpoint) {
  const Json* ready = find_path(endpoint, {"conditions", "ready"});
  return ready == nullptr || *ready != false;
}

Addresses of_slices(const Store& store, const ServicePort& wanted, const std::string& port_name) {
  Addresses addresses;
  const Result<Listing> slices = store.list({"endpointslices.discovery.k8s.io", wanted.name_space});
  if (!slices) return addresses;
  for (const ObjectPtr& stored : slices->objects) {
    const std::string* service = stored->head().labels.find("kubernetes.io/service-name");
    if (service == nullptr || *service != wanted.name) continue;
    const Json slice = parse_object(*stored);
    const std::int64_t port = port_named(array_member(slice, "ports"), port_name);
    if (port == 0) continue;
    for (const Json& endpoint : array_member(slice, "endpoints")) {
      const Json& own = array_member(endpoint, "addresses");
      if (!own.empty() && own[0].is_string() && is_ready(endpoint)) {
        addresses.push_back(joined(own[0].get<std::string>(), port));
      }
    }
  }
  return addresses;
}

Addresses of_endpoints(const Store& store, const ServicePort& wanted, const std::string& port_name) {
  Addresses addresses;
  const Result<ObjectPtr> stored = store.get({"endpoints", {wanted.name_space, wanted.name}});
  if (!stored) return addresses;
  const Json endpoints = parse_object(**stored);
  for (const Json& subset : array_member(endpoints, "subsets")) {
    const std::int64_t port = port_named(array_member(subset, "ports"), port_name);
    if (port == 0) continue;
    for (const Json& address : array_member(subset, "addresses")) {
      addresses.push_back(joined(text_member(address, "ip"), port));
    }
  }
  return addresses;
}

const std::string& any_of(const Addresses& addresses) {
  return addresses[static_cast<unsigned char>(random_bytes(1)[0]) % addresses.size()];
}

}  // namespace

Result<std::string> service_address(const Store& store, const ServicePort& wanted) {
  const Result<ObjectPtr> stored = store.get({"services", {wanted.name_space, wanted.name}});
  const std::string shown = "service \"" + wanted.name + "\"";
  if (!stored) return Error{stored.error().code, shown + " not found"};
  const Json service = parse_object(**stored);
  const Json& spec = object_member(service, "spec");
  if (text_member(spec, "type") == "ExternalName") {
    return joined(text_member(spec, "externalName"), wanted.port);
  }
  const Json* port = nullptr;
  for (const Json& one : array_member(spec, "ports")) {
    if (number_of(one, "port") == wanted.port) port = &one;
  }
  if (port == nullptr) {
    return Error{Code::NotFound, "no service port " + std::to_string(wanted.port) + " found for " + shown};
  }
  Addresses addresses = of_slices(store, wanted, text_member(*port, "name"));
  if (addresses.empty()) addresses = of_endpoints(store, wanted, text_member(*port, "name"));
  if (!addresses.empty()) return any_of(addresses);
  const std::string own = text_member(spec, "clusterIP");
  if (!own.empty() && own != "None") return joined(own, wanted.port);
  return Error{Code::Unavailable, "no endpoints available for " + shown};
}

}  // namespace cw::apiserver::webhooks
