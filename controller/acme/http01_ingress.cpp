#include "controller/acme/http01_ingress.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lib/api/resources.h"
#include "lib/kube/encode.h"
#include "lib/kube/json_access.h"

namespace cw::controller::acme {
namespace {

using kube::Json;

constexpr std::string_view kClassAnnotation = "kubernetes.io/ingress.class";
constexpr std::string_view kSourceRange = "nginx.ingress.kubernetes.io/whitelist-source-range";

Json path_item(const Http01Target& target, const Http01Options& options, const std::string& service) {
  return {{"path", challenge_path(target.token)},
          {"pathType", options.path_type_exact ? "Exact" : "ImplementationSpecific"},
          {"backend", {{"service", {{"name", service}, {"port", {{"number", kSolverPort}}}}}}}};
}

// An address is no host of a rule: a rule without one is for all.
std::string host_of(const Http01Target& target) {
  return is_ip_address(target.dns_name) ? std::string() : std::string(target.dns_name);
}

Json new_rule(const Http01Target& target, Json item) {
  Json rule{{"http", {{"paths", Json::array({std::move(item)})}}}};
  if (const std::string host = host_of(target); !host.empty()) rule["host"] = host;
  return rule;
}

// "nginx.ingress.kubernetes.io/whitelist-source-range" under this prefix or another, by either of its names.
bool limits_sources(const kube::Map& annotations) {
  return std::any_of(annotations.begin(), annotations.end(), [](const auto& entry) {
    return entry.first.ends_with("/whitelist-source-range") ||
           entry.first.ends_with("/allowlist-source-range");
  });
}

kube::Map ingress_annotations(const api::Http01Ingress& wanted) {
  kube::Map annotations;
  if (wanted.class_name) annotations.set(kClassAnnotation, *wanted.class_name);
  const kube::Map own = wanted.ingress_template ? wanted.ingress_template->metadata.annotations : kube::Map();
  // The CA asks from anywhere, whatever the controller's own default allows.
  if (!limits_sources(own)) annotations.set(kSourceRange, "0.0.0.0/0,::/0");
  add_annotations(annotations, own);
  return annotations;
}

Json& rules_of(Json& ingress) {
  Json& spec = kube::make_object(ingress, "spec");
  if (!spec.contains("rules") || !spec["rules"].is_array()) spec["rules"] = Json::array();
  return spec["rules"];
}

Json& paths_of(Json& rule) {
  Json& http = kube::make_object(rule, "http");
  if (!http.contains("paths") || !http["paths"].is_array()) http["paths"] = Json::array();
  return http["paths"];
}

auto find_item(Json& paths, const std::string& path) {
  return std::find_if(paths.begin(), paths.end(),
                      [&](const Json& item) { return kube::text_member(item, "path") == path; });
}

}  // namespace

Json solver_ingress(const Http01Target& target, const Http01Options& options, const std::string& name,
                    const std::string& service) {
  const api::Http01Ingress& wanted = *target.ingress;
  kube::Map labels = solver_labels(target, options);
  if (wanted.ingress_template) add_labels(labels, wanted.ingress_template->metadata.labels);
  Json ingress = new_object(api::kIngresses, target, name, labels, ingress_annotations(wanted));
  ingress["spec"] = {{"rules", Json::array({new_rule(target, path_item(target, options, service))})}};
  if (wanted.ingress_class_name) ingress["spec"]["ingressClassName"] = *wanted.ingress_class_name;
  return ingress;
}

bool add_path(Json& ingress, const Http01Target& target, const Http01Options& options,
              const std::string& service) {
  Json item = path_item(target, options, service);
  const std::string host = host_of(target);
  Json& rules = rules_of(ingress);
  for (Json& rule : rules) {
    if (kube::text_member(rule, "host") != host) continue;
    Json& paths = paths_of(rule);
    const auto found = find_item(paths, challenge_path(target.token));
    if (found == paths.end()) {
      paths.insert(paths.begin(), std::move(item));
    } else if (*found == item) {
      return false;
    } else {
      *found = std::move(item);
    }
    return true;
  }
  rules.push_back(new_rule(target, std::move(item)));
  return true;
}

bool remove_path(Json& ingress, const Http01Target& target) {
  const std::string path = challenge_path(target.token);
  Json& rules = rules_of(ingress);
  bool removed = false;
  for (std::size_t i = rules.size(); i-- > 0;) {
    const bool is_ours = kube::text_member(rules[i], "host") == host_of(target) &&
                         !kube::array_member(kube::object_member(rules[i], "http"), "paths").empty();
    if (!is_ours) continue;
    Json& paths = paths_of(rules[i]);
    const auto found = find_item(paths, path);
    if (found == paths.end()) continue;
    paths.erase(found);
    removed = true;
    if (paths.empty()) rules.erase(i);
  }
  return removed;
}

Json solver_route(const Http01Target& target, const Http01Options& options, const std::string& name,
                  const std::string& service) {
  const api::Http01GatewayHttpRoute& wanted = *target.route;
  kube::Map labels = solver_labels(target, options);
  add_labels(labels, wanted.labels);
  Json match{{"path", {{"type", "Exact"}, {"value", challenge_path(target.token)}}}};
  Json backend{{"group", ""},         {"kind", "Service"},
               {"name", service},     {"namespace", target.name_space},
               {"port", kSolverPort}, {"weight", 1}};
  Json rule{{"matches", Json::array({std::move(match)})}, {"backendRefs", Json::array({std::move(backend)})}};
  Json route = new_object(api::kHttpRoutes, target, name, labels, {});
  route["spec"] = {{"parentRefs", kube::to_json(wanted.parent_refs)},
                   {"rules", Json::array({std::move(rule)})}};
  if (const std::string host = host_of(target); !host.empty()) {
    route["spec"]["hostnames"] = Json::array({host});
  }
  return route;
}

}  // namespace cw::controller::acme
