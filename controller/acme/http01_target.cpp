#include "controller/acme/http01_target.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/base/ascii.h"
#include "lib/kube/encode.h"
#include "lib/kube/field_error.h"
#include "lib/kube/metadata.h"
#include "lib/pki/ip_address.h"

namespace cw::controller::acme {
namespace {

constexpr std::size_t kMaxToken = 512;
constexpr std::string_view kSolverAt = "spec.solver.http01";

bool is_identity(std::string_view label) {
  return label == api::kHttpDomainLabel || label == api::kHttpTokenLabel || label == api::kHttp01SolverLabel;
}

Error wrong(std::string_view at, std::string_view what) {
  return {Code::Invalid, std::string(at) + ": " + std::string(what)};
}

Status check_ingress(const api::Http01Ingress& ingress) {
  const std::string at = std::string(kSolverAt) + ".ingress";
  const bool has_class = ingress.class_name.has_value();
  if (has_class && ingress.ingress_class_name.has_value()) {
    return wrong(at, "class and ingressClassName are both set; leave one of them out");
  }
  return Done{};
}

Status check_route(const api::Http01GatewayHttpRoute& route, const Http01Options& options) {
  const std::string at = std::string(kSolverAt) + ".gatewayHTTPRoute";
  if (!options.gateway_api) {
    return wrong(at, "the controller works without the Gateway API; start it with --enable-gateway-api");
  }
  if (route.parent_refs.empty()) {
    return wrong(at + ".parentRefs", "names no Gateway, so that nothing would lead to the solver");
  }
  return Done{};
}

}  // namespace

std::uint32_t adler32(std::string_view text) {
  constexpr std::uint32_t kModulus = 65521;  // RFC 1950 §9
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char c : text) {
    a = (a + static_cast<unsigned char>(c)) % kModulus;
    b = (b + a) % kModulus;
  }
  return (b << 16U) | a;
}

bool is_token(std::string_view token) {
  return !token.empty() && token.size() <= kMaxToken && std::all_of(token.begin(), token.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_';
  });
}

bool is_ip_address(std::string_view name) { return pki::parse_ip(name).has_value(); }

std::string challenge_path(std::string_view token) {
  return "/.well-known/acme-challenge/" + std::string(token);
}

Http01Target target_of(const api::Challenge& challenge) {
  Http01Target target{.name_space = challenge.metadata.name_space,
                      .dns_name = challenge.spec.dns_name,
                      .token = challenge.spec.token,
                      .key = challenge.spec.key,
                      .owner = kube::controller_reference(api::kChallenges, challenge.metadata)};
  if (!challenge.spec.solver.http01) return target;
  const api::Http01& solver = *challenge.spec.solver.http01;
  if (solver.ingress) {
    target.ingress = &*solver.ingress;
  } else if (solver.gateway_http_route) {
    target.route = &*solver.gateway_http_route;
  }
  return target;
}

Status check_target(const Http01Target& target, const Http01Options& options) {
  if (!is_token(target.token)) {
    return wrong("spec.token", "is not base64url, but " + kube::quoted(target.token.substr(0, 40)));
  }
  if (target.ingress != nullptr) return check_ingress(*target.ingress);
  if (target.route != nullptr) return check_route(*target.route, options);
  return wrong(kSolverAt, "has neither ingress nor gatewayHTTPRoute");
}

kube::Map identity_labels(const Http01Target& target) {
  kube::Map labels;
  labels.set(api::kHttpDomainLabel, std::to_string(adler32(target.dns_name)));
  labels.set(api::kHttpTokenLabel, std::to_string(adler32(target.token)));
  labels.set(api::kHttp01SolverLabel, std::string(api::kLabelTrue));
  return labels;
}

std::string identity_selector(const Http01Target& target) {
  std::string selector;
  for (const auto& [name, text] : identity_labels(target)) {
    selector += (selector.empty() ? "" : ",") + name + "=" + text;
  }
  return selector;
}

kube::Map solver_labels(const Http01Target& target, const Http01Options& options) {
  kube::Map labels = identity_labels(target);
  add_labels(labels, options.extra_labels);
  return labels;
}

void add_labels(kube::Map& to, const kube::Map& from) {
  for (const auto& [name, text] : from) {
    if (!is_identity(name)) to.set(name, text);
  }
}

void add_annotations(kube::Map& to, const kube::Map& from) {
  for (const auto& [name, text] : from) to.set(name, text);
}

kube::Json new_object(const kube::Resource& resource, const Http01Target& target, const std::string& name,
                      const kube::Map& labels, const kube::Map& annotations) {
  kube::Json metadata{{"namespace", target.name_space},
                      {"name", name},
                      {"labels", kube::to_json(labels)},
                      {"ownerReferences", kube::Json::array({kube::to_json(target.owner)})}};
  if (!annotations.empty()) metadata["annotations"] = kube::to_json(annotations);
  return {{"apiVersion", kube::api_version(resource)},
          {"kind", resource.kind},
          {"metadata", std::move(metadata)}};
}

}  // namespace cw::controller::acme
