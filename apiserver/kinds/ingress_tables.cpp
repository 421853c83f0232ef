// The columns of ingress_kinds.h.
#include <nlohmann/json.hpp>

#include "apiserver/human_age.h"
#include "apiserver/json_access.h"
#include "apiserver/kinds/ingress_kinds.h"
#include "apiserver/kinds/kind_tables.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kDefaultClass = "ingressclass.kubernetes.io/is-default-class";

Json age_of(const Json& object, TimePoint now) {
  return human_age(metadata_text(object, "creationTimestamp"), now);
}

std::string shown_hosts(const Json& rules) {
  constexpr std::size_t kShown = 3;
  Json hosts = Json::array();
  bool more = false;
  for (const Json& rule : rules) {
    more = more || hosts.size() == kShown;
    const std::string host = text_member(rule, "host");
    if (!more && !host.empty()) hosts.push_back(host);
  }
  if (hosts.empty()) return "*";
  std::string out = joined_texts(hosts);
  if (more) out += " + " + std::to_string(rules.size() - kShown) + " more...";
  return out;
}

std::vector<Json> ingress_cells(const Json& ingress, TimePoint now) {
  const Json& spec = object_member(ingress, "spec");
  const Json* name = find_member(spec, "ingressClassName");
  return {metadata_text(ingress, "name"),
          name != nullptr ? *name : Json("<none>"),
          shown_hosts(array_member(spec, "rules")),
          shown_balancer_points(object_member(object_member(ingress, "status"), "loadBalancer")),
          array_member(spec, "tls").empty() ? "80" : "80, 443",
          age_of(ingress, now)};
}

std::vector<Json> class_cells(const Json& object, TimePoint now) {
  const Json& spec = object_member(object, "spec");
  std::string name = metadata_text(object, "name");
  if (text_at(object, {"metadata", "annotations", kDefaultClass}) == "true") name += " (default)";
  std::string shown = "<none>";
  if (const Json* parameters = find_member(spec, "parameters")) {
    shown = text_member(*parameters, "kind");
    if (!text_member(*parameters, "apiGroup").empty()) shown += "." + text_member(*parameters, "apiGroup");
    shown += "/" + text_member(*parameters, "name");
  }
  return {name, text_member(spec, "controller"), shown, age_of(object, now)};
}

}  // namespace

TableColumns ingress_table() {
  return {{{.name = "Name", .format = "name"},
           {.name = "Class"},
           {.name = "Hosts"},
           {.name = "Address"},
           {.name = "Ports"},
           {.name = "Age"}},
          ingress_cells};
}

TableColumns ingress_class_table() {
  return {
      {{.name = "Name", .format = "name"}, {.name = "Controller"}, {.name = "Parameters"}, {.name = "Age"}},
      class_cells};
}

}  // namespace cw::apiserver
