// The HTTP-01 half of a solver. The paths say gateway where the JSON says gatewayHTTPRoute: the field's own.
#include "webhook/rules/grammar/dns_name.h"
#include "webhook/rules/issuer_parts.h"
#include "webhook/rules/shown.h"

namespace cw::webhook {
namespace {

using api::Http01;
using api::Http01GatewayHttpRoute;
using api::Http01Ingress;
using kube::FieldErrors;
using kube::FieldPath;

FieldErrors some_way(const Http01& http01, const FieldPath& at) {
  if (http01.ingress || http01.gateway_http_route) return {};
  return {kube::required(at, "give ingress or gatewayHTTPRoute")};
}

// Required, not Forbidden: the field's own.
FieldErrors one_way(const Http01& http01, const FieldPath& at) {
  if (!http01.ingress || !http01.gateway_http_route) return {};
  return {kube::required(at, "give either ingress or gatewayHTTPRoute, not both")};
}

constexpr Rule<Http01> kRules[] = {
    {"issuer.acme.http01.some", "ACM-13; validation/issuer.go", some_way},
    {"issuer.acme.http01.one", "ACM-14; validation/issuer.go", one_way},
};

FieldErrors one_ingress_choice(const Http01Ingress& ingress, const FieldPath& at) {
  const int given =
      (ingress.class_name ? 1 : 0) + (ingress.ingress_class_name ? 1 : 0) + (ingress.name.empty() ? 0 : 1);
  if (given <= 1) return {};
  return {kube::forbidden(at, "give only one of class, ingressClassName and name")};
}

FieldErrors ingress_class_is_a_name(const Http01Ingress& ingress, const FieldPath& at) {
  if (!ingress.ingress_class_name) return {};
  std::string why;
  for (const std::string& fault : subdomain_faults(*ingress.ingress_class_name)) {
    why.append(why.empty() ? "" : "; ").append(fault);
  }
  if (why.empty()) return {};
  return {kube::invalid(at.child("ingressClassName"), kube::quoted(*ingress.ingress_class_name), why)};
}

FieldErrors service_type_is_known(const std::string& type, const FieldPath& at) {
  if (type.empty() || type == "ClusterIP" || type == "NodePort") return {};
  return {
      kube::invalid(at.child("serviceType"), shown_enum(type), "must be ClusterIP or NodePort, or left out")};
}

FieldErrors ingress_service_type(const Http01Ingress& ingress, const FieldPath& at) {
  return service_type_is_known(ingress.service_type, at);
}

constexpr Rule<Http01Ingress> kIngress[] = {
    {"issuer.acme.http01.ingress.one", "ACM-15; validation/issuer.go", one_ingress_choice},
    {"issuer.acme.http01.ingress.ingressClassName", "ACM-16; validation/issuer.go", ingress_class_is_a_name},
    {"issuer.acme.http01.ingress.serviceType", "ACM-17; validation/issuer.go", ingress_service_type},
};

FieldErrors gateway_service_type(const Http01GatewayHttpRoute& gateway, const FieldPath& at) {
  return service_type_is_known(gateway.service_type, at);
}

bool lacks_name(const api::ParentReference& ref) { return ref.kind && ref.name.empty(); }
bool lacks_kind(const api::ParentReference& ref) { return !ref.kind && !ref.name.empty(); }

// The field stops at the first reference that lacks something; so only that one is named.
FieldErrors first_incomplete(const Http01GatewayHttpRoute& gateway, const FieldPath& at,
                             std::string_view member, bool (*lacks)(const api::ParentReference&)) {
  for (std::size_t i = 0; i < gateway.parent_refs.size(); ++i) {
    const api::ParentReference& ref = gateway.parent_refs[i];
    if (lacks(ref)) return {kube::required(at.child("parentRefs").index(i).child(member), "must be given")};
    if (lacks_name(ref) || lacks_kind(ref)) break;
  }
  return {};
}

FieldErrors parents_have_names(const Http01GatewayHttpRoute& gateway, const FieldPath& at) {
  return first_incomplete(gateway, at, "name", lacks_name);
}
FieldErrors parents_have_kinds(const Http01GatewayHttpRoute& gateway, const FieldPath& at) {
  return first_incomplete(gateway, at, "kind", lacks_kind);
}

constexpr Rule<Http01GatewayHttpRoute> kGateway[] = {
    {"issuer.acme.http01.gateway.serviceType", "ACM-18; validation/issuer.go", gateway_service_type},
    {"issuer.acme.http01.gateway.parentRefs.name", "ACM-19; validation/issuer.go", parents_have_names},
    {"issuer.acme.http01.gateway.parentRefs.kind", "ACM-20; validation/issuer.go", parents_have_kinds},
};

}  // namespace

FieldErrors check_http01(const Http01& http01, const FieldPath& at) {
  FieldErrors all;
  if (http01.ingress)
    append(all, run_rules<Http01Ingress>(kIngress, *http01.ingress, at.child("ingress"), {}));
  if (http01.gateway_http_route) {
    append(all,
           run_rules<Http01GatewayHttpRoute>(kGateway, *http01.gateway_http_route, at.child("gateway"), {}));
  }
  append(all, run_rules<Http01>(kRules, http01, at, {}));
  return all;
}

void list_http01_rules(RuleList& into) {
  list_rows(into, kRules);
  list_rows(into, kIngress);
  list_rows(into, kGateway);
}

}  // namespace cw::webhook
