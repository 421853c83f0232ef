#include "apiserver/kinds/kind_rows.h"

#include "apiserver/kinds/csr_kinds.h"
#include "apiserver/kinds/endpoint_kinds.h"
#include "apiserver/kinds/ingress_kinds.h"
#include "apiserver/kinds/pod_kinds.h"
#include "apiserver/kinds/service_kinds.h"

namespace cw::apiserver {
namespace {

const std::vector<std::string> kProxyVerbs{"create", "delete", "get", "patch", "update"};

}  // namespace

ResourceRow stored_row(kube::Resource resource, std::string singular, std::string definition) {
  return {.resource = resource,
          .singular = std::move(singular),
          .list_kind = std::string(resource.kind) + "List",
          .verbs = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"},
          .definition = std::move(definition),
          .stored_as = kube::group_resource(resource)};
}

ResourceRow services_row() {
  ResourceRow row = stored_row({"", "v1", "services", "Service"}, "service", "io.k8s.api.core.v1.Service");
  row.short_names = {"svc"};
  row.categories = {"all"};
  row.sub_resources = {"status"};
  row.connections = {{"proxy", "ServiceProxyOptions", kProxyVerbs}};
  row.names = NameRule::Label;
  row.create_on_update = true;
  row.returns_deleted = true;
  row.rules = service_rules();
  row.fields = {{"spec.clusterIP", {"spec", "clusterIP"}}, {"spec.type", {"spec", "type"}}};
  row.table = service_table();
  return row;
}

ResourceRow endpoints_row() {
  ResourceRow row =
      stored_row({"", "v1", "endpoints", "Endpoints"}, "endpoints", "io.k8s.api.core.v1.Endpoints");
  row.short_names = {"ep"};
  row.create_on_update = true;
  row.deprecated = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";
  row.rules = endpoints_rules();
  row.table = endpoints_table();
  return row;
}

ResourceRow endpoint_slices_row() {
  ResourceRow row = stored_row({"discovery.k8s.io", "v1", "endpointslices", "EndpointSlice"}, "endpointslice",
                               "io.k8s.api.discovery.v1.EndpointSlice");
  row.counts_generation = true;
  row.counts_labels = true;
  row.rules = endpoint_slice_rules();
  row.table = endpoint_slice_table();
  return row;
}

ResourceRow pods_row() {
  ResourceRow row = stored_row({"", "v1", "pods", "Pod"}, "pod", "io.k8s.api.core.v1.Pod");
  row.short_names = {"po"};
  row.categories = {"all"};
  row.sub_resources = {"ephemeralcontainers", "status"};
  row.connections = {{"attach", "PodAttachOptions", {"create", "get"}},
                     {"exec", "PodExecOptions", {"create", "get"}},
                     {"log", "Pod", {"get"}},
                     {"portforward", "PodPortForwardOptions", {"create", "get"}},
                     {"proxy", "PodProxyOptions", kProxyVerbs}};
  row.returns_deleted = true;
  row.tells_deletion = true;
  row.counts_generation = true;
  row.rules = pod_rules();
  row.fields = {{"spec.nodeName", {"spec", "nodeName"}},
                {"spec.restartPolicy", {"spec", "restartPolicy"}},
                {"spec.schedulerName", {"spec", "schedulerName"}},
                {"spec.serviceAccountName", {"spec", "serviceAccountName"}},
                {"spec.hostNetwork", {"spec", "hostNetwork"}, "false"},
                {"status.phase", {"status", "phase"}},
                {"status.podIP", {"status", "podIP"}},
                {"status.nominatedNodeName", {"status", "nominatedNodeName"}}};
  row.table = pod_table();
  return row;
}

ResourceRow ingresses_row() {
  ResourceRow row = stored_row({"networking.k8s.io", "v1", "ingresses", "Ingress"}, "ingress",
                               "io.k8s.api.networking.v1.Ingress");
  row.short_names = {"ing"};
  row.sub_resources = {"status"};
  row.counts_generation = true;
  row.rules = ingress_rules();
  row.table = ingress_table();
  return row;
}

ResourceRow ingress_classes_row() {
  ResourceRow row = stored_row({"networking.k8s.io", "v1", "ingressclasses", "IngressClass", false},
                               "ingressclass", "io.k8s.api.networking.v1.IngressClass");
  row.counts_generation = true;
  row.rules = ingress_class_rules();
  row.table = ingress_class_table();
  return row;
}

ResourceRow certificate_signing_requests_row() {
  ResourceRow row = stored_row(
      {"certificates.k8s.io", "v1", "certificatesigningrequests", "CertificateSigningRequest", false},
      "certificatesigningrequest", "io.k8s.api.certificates.v1.CertificateSigningRequest");
  row.short_names = {"csr"};
  row.sub_resources = {"approval", "status"};
  row.names = NameRule::PathSegment;
  row.reset_fields = csr_reset_fields;
  row.rules = csr_rules();
  row.fields = {{"spec.signerName", {"spec", "signerName"}}};
  row.table = csr_table();
  return row;
}

}  // namespace cw::apiserver
