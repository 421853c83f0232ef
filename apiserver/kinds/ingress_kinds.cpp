#include "apiserver/kinds/ingress_kinds.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/kinds/kind_checks.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kClassAnnotation = "kubernetes.io/ingress.class";
constexpr std::size_t kMaxController = 250;
constexpr std::array kForbiddenInPath{"//", "/./", "/../", "%2f", "%2F"};
constexpr std::array kForbiddenPathEnds{"/..", "/."};

// A name and a kind: of a resource backend, of parameters.
void check_reference(FieldErrors& errors, const FieldPath& at, const Json& reference) {
  const Json* group = find_member(reference, "apiGroup");
  if (group != nullptr && group->is_string()) {
    const auto text = group->get<std::string>();
    add_problems(errors, at.child("apiGroup"), text, kube::subdomain_problems(text));
  }
  for (const char* member : {"kind", "name"}) {
    const std::string text = text_member(reference, member);
    if (text.empty()) errors.push_back(kube::required(at.child(member), ""));
    add_problems(errors, at.child(member), text, kube::path_segment_problems(text));
  }
}

void check_service_backend(FieldErrors& errors, const FieldPath& at, const Json& service) {
  const FieldPath in = at.child("service");
  const std::string name = text_member(service, "name");
  if (name.empty()) {
    errors.push_back(kube::required(in.child("name"), ""));
  } else {
    add_problems(errors, in.child("name"), name, kube::label_problems(name));
  }
  const Json& port = object_member(service, "port");
  const std::string port_name = text_member(port, "name");
  const bool has_number = number_member(port, "number") != 0;
  if (!port_name.empty() && has_number) {
    errors.push_back(kube::invalid(at, kube::quoted(""), "cannot set both port name & port number"));
  } else if (!port_name.empty()) {
    add_problems(errors, in.child("port").child("name"), port_name, port_name_problems(port_name));
  } else if (has_number) {
    check_port_number(errors, in.child("port").child("number"), find_member(port, "number"));
  } else {
    errors.push_back(kube::required(at, "port name or number is required"));
  }
}

void check_backend(FieldErrors& errors, const FieldPath& at, const Json& backend) {
  const Json* service = find_member(backend, "service");
  const Json* resource = find_member(backend, "resource");
  if (service != nullptr && resource != nullptr) {
    errors.push_back(kube::invalid(at, kube::quoted(""), "cannot set both resource and service backends"));
  } else if (resource != nullptr) {
    check_reference(errors, at.child("resource"), *resource);
  } else if (service != nullptr) {
    check_service_backend(errors, at, *service);
  } else {
    errors.push_back(kube::invalid(at, kube::quoted(""), "resource or service backend is required"));
  }
}

void check_exact_path(FieldErrors& errors, const FieldPath& at, const std::string& path) {
  const auto refuse = [&](std::string why) {
    errors.push_back(kube::invalid(at, kube::quoted(path), std::move(why)));
  };
  if (!path.starts_with('/')) refuse("must be an absolute path");
  for (const char* part : kForbiddenInPath) {
    if (path.find(part) != std::string::npos) refuse("must not contain '" + std::string(part) + "'");
  }
  for (const char* end : kForbiddenPathEnds) {
    if (path.ends_with(end)) refuse("cannot end with '" + std::string(end) + "'");
  }
}

void check_http_path(FieldErrors& errors, const FieldPath& at, const Json& entry) {
  const Json* type = find_member(entry, "pathType");
  if (type == nullptr || type->is_null()) {
    errors.push_back(kube::required(at.child("pathType"), "pathType must be specified"));
    return;
  }
  const std::string path = text_member(entry, "path");
  if (*type == "Exact" || *type == "Prefix") {
    check_exact_path(errors, at.child("path"), path);
  } else if (*type == "ImplementationSpecific") {
    if (!path.empty() && path.front() != '/') {
      errors.push_back(kube::invalid(at.child("path"), kube::quoted(path), "must be an absolute path"));
    }
  } else {
    errors.push_back(kube::not_supported(at.child("pathType"), kube::quoted(type->get<std::string>()),
                                         {"Exact", "ImplementationSpecific", "Prefix"}));
  }
  check_backend(errors, at.child("backend"), object_member(entry, "backend"));
}

FieldErrors check_rule_value(const FieldPath& at, const Json& rule) {
  FieldErrors errors;
  const Json* http = find_member(rule, "http");
  if (http == nullptr) return errors;
  const FieldPath paths_at = at.child("http").child("paths");
  const Json& paths = array_member(*http, "paths");
  if (paths.empty()) errors.push_back(kube::required(paths_at, ""));
  for (std::size_t i = 0; i < paths.size(); ++i) check_http_path(errors, paths_at.index(i), paths[i]);
  return errors;
}

void check_host(FieldErrors& errors, const FieldPath& at, const std::string& host) {
  if (is_ip(host)) {
    errors.push_back(kube::invalid(at, kube::quoted(host), "must be a DNS name, not an IP address"));
  }
  const bool wildcard = host.find('*') != std::string::npos;
  add_problems(errors, at, host,
               wildcard ? wildcard_subdomain_problems(host) : kube::subdomain_problems(host));
}

bool has_bad_wildcard_rule(const Json& spec) {
  for (const Json& rule : array_member(spec, "rules")) {
    const bool wildcard = text_member(rule, "host").find('*') != std::string::npos;
    if (wildcard && !check_rule_value(FieldPath(), rule).empty()) return true;
  }
  return false;
}

bool has_bad_secret_name(const Json& spec) {
  for (const Json& entry : array_member(spec, "tls")) {
    const std::string name = text_member(entry, "secretName");
    if (!name.empty() && !kube::subdomain_problems(name).empty()) return true;
  }
  return false;
}

void check_tls(FieldErrors& errors, const FieldPath& at, const Json& entry, bool any_secret_name) {
  const Json& hosts = array_member(entry, "hosts");
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const auto host = hosts[i].get<std::string>();
    const bool wildcard = host.find('*') != std::string::npos;
    add_problems(errors, at.child("hosts").index(i), host,
                 wildcard ? wildcard_subdomain_problems(host) : kube::subdomain_problems(host));
  }
  const std::string name = text_member(entry, "secretName");
  if (name.empty() || any_secret_name) return;
  add_problems(errors, at.child("secretName"), name, kube::subdomain_problems(name));
}

// What an older version let pass may stay.
FieldErrors check_spec(const Json& spec, const Json* old) {
  FieldErrors errors;
  const FieldPath at("spec");
  const Json& rules = array_member(spec, "rules");
  const Json* fallback = find_member(spec, "defaultBackend");
  if (rules.empty() && fallback == nullptr) {
    errors.push_back(kube::invalid(at, shown_json(find_member(spec, "rules")),
                                   "either `defaultBackend` or `rules` must be specified"));
  }
  if (fallback != nullptr) check_backend(errors, at.child("defaultBackend"), *fallback);
  const bool any_wildcard_rule = old != nullptr && has_bad_wildcard_rule(*old);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const FieldPath rule = at.child("rules").index(i);
    const std::string host = text_member(rules[i], "host");
    if (!host.empty()) check_host(errors, rule.child("host"), host);
    const bool wildcard = host.find('*') != std::string::npos;
    if (!wildcard || !any_wildcard_rule) append(errors, check_rule_value(rule, rules[i]));
  }
  const Json& tls = array_member(spec, "tls");
  const bool any_secret_name = old != nullptr && has_bad_secret_name(*old);
  for (std::size_t i = 0; i < tls.size(); ++i) {
    check_tls(errors, at.child("tls").index(i), tls[i], any_secret_name);
  }
  if (const Json* name = find_member(spec, "ingressClassName")) {
    const auto text = name->get<std::string>();
    add_problems(errors, at.child("ingressClassName"), text, kube::subdomain_problems(text));
  }
  return errors;
}

FieldErrors check_new_ingress(const Json& ingress) {
  const Json& spec = object_member(ingress, "spec");
  FieldErrors errors = check_spec(spec, nullptr);
  const Json* annotation = find_path(ingress, {"metadata", "annotations", kClassAnnotation});
  const Json* name = find_member(spec, "ingressClassName");
  if (annotation != nullptr && name != nullptr && *annotation != *name) {
    errors.push_back(kube::invalid(FieldPath("annotations").child(kClassAnnotation),
                                   kube::quoted(annotation->get<std::string>()),
                                   "must match `ingressClassName` when both are specified"));
  }
  return errors;
}

FieldErrors check_ingress_update(const Json& next, const Json& old) {
  return check_spec(object_member(next, "spec"), &object_member(old, "spec"));
}

FieldErrors check_ingress_status(const Json& next, const Json& /*old*/, ObjectPart /*part*/) {
  FieldErrors errors;
  const FieldPath at = FieldPath("status").child("loadBalancer").child("ingress");
  const Json& points = array_member(object_member(object_member(next, "status"), "loadBalancer"), "ingress");
  for (std::size_t i = 0; i < points.size(); ++i) check_balancer_point(errors, at.index(i), points[i]);
  return errors;
}

void drop_status(Json& object) { object["status"] = {{"loadBalancer", Json::object()}}; }
std::vector<std::string> warn_of_ingress(const Json& ingress, const Json* old) {
  constexpr std::string_view kAnnotation = "kubernetes.io/ingress.class";
  const Json* annotations = find_path(ingress, {"metadata", "annotations"});
  const bool named = find_path(ingress, {"spec", "ingressClassName"}) != nullptr;
  if (old != nullptr || named || annotations == nullptr || !annotations->contains(kAnnotation)) return {};
  return {
      "annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"};
}

// ---- IngressClass

void fill_class(Json& object) {
  const Json* parameters = find_path(object, {"spec", "parameters"});
  if (parameters == nullptr || !text_member(*parameters, "scope").empty()) return;
  object["spec"]["parameters"]["scope"] = "Cluster";
}

bool is_http_path(std::string_view path) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._~%!$&'()*+,;=:";
  return path.find_first_not_of(kAllowed) == std::string_view::npos;
}

void check_controller(FieldErrors& errors, const std::string& controller) {
  const FieldPath at = FieldPath("spec").child("controller");
  if (controller.size() > kMaxController) errors.push_back(kube::too_long(at, kMaxController));
  if (controller.empty()) {
    errors.push_back(kube::required(at, ""));
    return;
  }
  const std::size_t slash = controller.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == controller.size()) {
    errors.push_back(kube::invalid(at, kube::quoted(controller),
                                   "must be a domain-prefixed path (such as \"acme.io/foo\")"));
    return;
  }
  const std::string host = controller.substr(0, slash);
  const std::string path = controller.substr(slash + 1);
  add_problems(errors, at, host, kube::subdomain_problems(host));
  if (is_http_path(path)) return;
  errors.push_back(
      kube::invalid(at, kube::quoted(path),
                    R"(Invalid path (regex used for validation is '[A-Za-z0-9/\-._~%!$&'()*+,;=:]+'))"));
}

void check_parameters(FieldErrors& errors, const Json& parameters) {
  const FieldPath at = FieldPath("spec").child("parameters");
  check_reference(errors, at, parameters);
  const std::string scope = text_member(parameters, "scope");
  const Json* name_space = find_member(parameters, "namespace");
  check_choice(errors, at.child("scope"), scope, {"Cluster", "Namespace"});
  if (scope == "Namespace") {
    if (name_space == nullptr) {
      errors.push_back(kube::required(at.child("namespace"), "`parameters.scope` is set to 'Namespace'"));
    } else {
      const auto text = name_space->get<std::string>();
      add_problems(errors, at.child("namespace"), text, kube::label_problems(text));
    }
  } else if (scope == "Cluster" && name_space != nullptr) {
    errors.push_back(kube::forbidden(at.child("namespace"), "`parameters.scope` is set to 'Cluster'"));
  }
}

FieldErrors check_class(const Json& object) {
  FieldErrors errors;
  const Json& spec = object_member(object, "spec");
  check_controller(errors, text_member(spec, "controller"));
  if (const Json* parameters = find_member(spec, "parameters")) check_parameters(errors, *parameters);
  return errors;
}

FieldErrors check_class_update(const Json& next, const Json& old) {
  const std::string controller = text_at(next, {"spec", "controller"});
  if (controller == text_at(old, {"spec", "controller"})) return {};
  return {
      kube::invalid(FieldPath("spec").child("controller"), kube::quoted(controller), "field is immutable")};
}

}  // namespace

KindRules ingress_rules() {
  return {.prepare_create = drop_status,
          .check_create = check_new_ingress,
          .check_update = check_ingress_update,
          .check_part = check_ingress_status,
          .warn = warn_of_ingress};
}

KindRules ingress_class_rules() {
  return {.fill = fill_class, .check = check_class, .check_update = check_class_update, .update_first = true};
}

}  // namespace cw::apiserver
