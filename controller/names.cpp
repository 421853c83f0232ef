#include "controller/names.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cw::controller {
namespace {

constexpr std::array<std::string_view, 18> kOnByDefault{
    "issuers",
    "clusterissuers",
    "certificates-trigger",
    "certificates-key-manager",
    "certificates-request-manager",
    "certificates-issuing",
    "certificates-readiness",
    "certificates-revision-manager",
    "certificates-metrics",
    "certificaterequests-approver",
    "certificaterequests-issuer-acme",
    "certificaterequests-issuer-ca",
    "certificaterequests-issuer-selfsigned",
    "certificaterequests-issuer-vault",
    "certificaterequests-issuer-venafi",
    "orders",
    "challenges",
    "ingress-shim",
};
constexpr std::array<std::string_view, 6> kOffByDefault{
    "gateway-shim",
    "certificatesigningrequests-issuer-acme",
    "certificatesigningrequests-issuer-ca",
    "certificatesigningrequests-issuer-selfsigned",
    "certificatesigningrequests-issuer-venafi",
    "certificatesigningrequests-issuer-vault",
};

bool is_known(std::string_view name) {
  return std::find(kOnByDefault.begin(), kOnByDefault.end(), name) != kOnByDefault.end() ||
         std::find(kOffByDefault.begin(), kOffByDefault.end(), name) != kOffByDefault.end();
}

}  // namespace

Result<std::set<std::string>> enabled_controllers(const std::vector<std::string>& wanted) {
  std::set<std::string> on;
  std::set<std::string> off;
  bool all = true;  // a list of nothing but exclusions means the rest
  for (const std::string& entry : wanted) {
    const bool excluded = entry.starts_with('-');
    const auto name = excluded ? entry.substr(1) : entry;
    if (name != "*" && !is_known(name)) {
      return Error{Code::Invalid, "controllers: \"" + entry + "\" is no known controller"};
    }
    (excluded ? off : on).insert(name);
    if (!excluded) all = false;
  }
  if (all || on.contains("*")) on.insert(kOnByDefault.begin(), kOnByDefault.end());
  on.erase("*");
  for (const auto& name : off) on.erase(name);
  return on;
}

}  // namespace cw::controller
