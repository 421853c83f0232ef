// Where a port of a Service leads: to one of its endpoints that are ready, else to the Service's own address.
// Reads the store. Source: kube-aggregator pkg/apiserver/resolvers.go, k8s.io/apiserver pkg/util/proxy.
#pragma once

#include <string>

#include "apiserver/store.h"
#include "lib/base/result.h"

namespace cw::apiserver::webhooks {

struct ServicePort {
  std::string name_space;
  std::string name;
  int port = 443;
};

// "10.0.0.7:8443", "[fd00::1]:443". NotFound, Unavailable: there is none, with the reason.
Result<std::string> service_address(const Store&, const ServicePort&);

}  // namespace cw::apiserver::webhooks
