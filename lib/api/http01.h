// The HTTP-01 half of a Solver. Data only.
// Source: cert-manager pkg/apis/acme/v1/types_issuer.go; ParentReference: Gateway API v1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/api/pod_template.h"
#include "lib/kube/fields.h"

namespace cw::api {

struct IngressTemplateMeta {
  kube::Map annotations;
  kube::Map labels;
  bool operator==(const IngressTemplateMeta&) const = default;
};

template <kube::FieldsOf<IngressTemplateMeta> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("annotations", s.annotations);
  visit("labels", s.labels);
}

struct IngressTemplate {
  IngressTemplateMeta metadata;
  bool operator==(const IngressTemplate&) const = default;
};

template <kube::FieldsOf<IngressTemplate> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("metadata"), s.metadata);
}

struct Http01Ingress {
  std::string service_type;
  std::optional<std::string> ingress_class_name;
  std::optional<std::string> class_name;
  std::string name;
  std::optional<PodTemplate> pod_template;
  std::optional<IngressTemplate> ingress_template;
  bool operator==(const Http01Ingress&) const = default;
};

template <kube::FieldsOf<Http01Ingress> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("serviceType", s.service_type);
  visit("ingressClassName", s.ingress_class_name);
  visit("class", s.class_name);
  visit("name", s.name);
  visit("podTemplate", s.pod_template);
  visit("ingressTemplate", s.ingress_template);
}

struct ParentReference {
  std::optional<std::string> group;
  std::optional<std::string> kind;
  std::optional<std::string> name_space;
  std::string name;
  std::optional<std::string> section_name;
  std::optional<std::int32_t> port;
  bool operator==(const ParentReference&) const = default;
};

template <kube::FieldsOf<ParentReference> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("group", s.group);
  visit("kind", s.kind);
  visit("namespace", s.name_space);
  visit(kube::always("name"), s.name);
  visit("sectionName", s.section_name);
  visit("port", s.port);
}

struct Http01GatewayHttpRoute {
  std::string service_type;
  kube::Map labels;
  kube::List<ParentReference> parent_refs;
  std::optional<PodTemplate> pod_template;
  bool operator==(const Http01GatewayHttpRoute&) const = default;
};

template <kube::FieldsOf<Http01GatewayHttpRoute> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("serviceType", s.service_type);
  visit("labels", s.labels);
  visit("parentRefs", s.parent_refs);
  visit("podTemplate", s.pod_template);
}

struct Http01 {
  std::optional<Http01Ingress> ingress;
  std::optional<Http01GatewayHttpRoute> gateway_http_route;
  bool operator==(const Http01&) const = default;
};

template <kube::FieldsOf<Http01> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("ingress", s.ingress);
  visit("gatewayHTTPRoute", s.gateway_http_route);
}

}  // namespace cw::api
