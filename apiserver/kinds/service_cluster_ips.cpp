// The addresses of a Service: part of service_check.h.
#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/kinds/kind_checks.h"
#include "apiserver/kinds/service_check.h"
#include "apiserver/kinds/service_view.h"

namespace cw::apiserver {
namespace {

const FieldPath kSpec("spec");

void check_families(FieldErrors& errors, const Json& spec) {
  const Json& families = array_member(spec, "ipFamilies");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < families.size(); ++i) {
    const auto family = families[i].get<std::string>();
    const FieldPath at = kSpec.child("ipFamilies").index(i);
    check_choice(errors, at, family, {"IPv4", "IPv6"});
    if (!seen.insert(family).second) errors.push_back(kube::duplicate(at, kube::quoted(family)));
  }
  check_choice(errors, kSpec.child("ipFamilyPolicy"), text_member(spec, "ipFamilyPolicy"),
               {"PreferDualStack", "RequireDualStack", "SingleStack"});
}

void check_first_address(FieldErrors& errors, const Json& spec, const Json& addresses) {
  const FieldPath at = kSpec.child("clusterIPs");
  const std::string first = text_member(spec, "clusterIP");
  if (first.empty()) {
    if (addresses.empty()) return;
    errors.push_back(kube::invalid(at, dumped(addresses), "must be empty when `clusterIP` is not specified"));
  } else if (addresses.empty()) {
    errors.push_back(kube::required(at, ""));
  } else if (addresses[0] != first) {
    errors.push_back(kube::invalid(at, dumped(addresses), "first value must match `clusterIP`"));
  }
}

// False: they are no addresses at all.
bool check_address_texts(FieldErrors& errors, const Json& addresses) {
  const FieldPath at = kSpec.child("clusterIPs");
  bool good = true;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (i > 0 || addresses[i] != kHeadless) {
      good = check_ip(errors, at.index(i), addresses[i].get<std::string>()) && good;
    } else if (addresses.size() > 1) {
      good = false;
      errors.push_back(kube::invalid(at, dumped(addresses), "'None' must be the first and only value"));
    }
  }
  if (addresses.size() > 2) {
    errors.push_back(kube::invalid(at, dumped(addresses), "may only hold up to 2 values"));
  }
  return good;
}

void check_address_families(FieldErrors& errors, const Json& spec, const Json& addresses) {
  const FieldPath at = kSpec.child("clusterIPs");
  const auto is_v6 = [&](std::size_t i) { return is_ipv6(addresses[i].get<std::string>()); };
  if (addresses.size() > 1 && (addresses.size() > 2 || is_v6(0) == is_v6(1))) {
    errors.push_back(
        kube::invalid(at, dumped(addresses), "may specify no more than one IP for each IP family"));
  }
  const Json& families = array_member(spec, "ipFamilies");
  for (std::size_t i = 0; i < addresses.size() && i < families.size(); ++i) {
    if (addresses[i] == kHeadless || (families[i] == "IPv6") == is_v6(i)) continue;
    errors.push_back(kube::invalid(at.index(i), kube::quoted(addresses[i].get<std::string>()),
                                   "expected an " + families[i].get<std::string>() +
                                       " value as indicated by `ipFamilies[" + std::to_string(i) + "]`"));
  }
}

}  // namespace

FieldErrors check_cluster_ips(const Json& service) {
  FieldErrors errors;
  if (is_external_name(service)) return errors;
  const Json& spec = object_member(service, "spec");
  const Json& addresses = cluster_ips(service);
  check_first_address(errors, spec, addresses);
  check_families(errors, spec);
  if (check_address_texts(errors, addresses)) check_address_families(errors, spec, addresses);
  return errors;
}

}  // namespace cw::apiserver
