// The table of the core kinds. What differs from one to the next is a column here.
#include <nlohmann/json.hpp>

#include "apiserver/core_kinds.h"
#include "apiserver/core_tables.h"
#include "apiserver/crd/definition_kind.h"
#include "apiserver/kinds/kind_rows.h"
#include "apiserver/resource_table.h"
#include "apiserver/stored_rulebook.h"
#include "apiserver/tokens/token_requests.h"
#include "apiserver/webhooks/configuration_kinds.h"

namespace cw::apiserver {
namespace {

ResourceRow namespaces() {
  ResourceRow row =
      stored_row({"", "v1", "namespaces", "Namespace", false}, "namespace", "io.k8s.api.core.v1.Namespace");
  row.short_names = {"ns"};
  row.verbs = {"create", "delete", "get", "list", "patch", "update", "watch"};
  row.sub_resources = {"finalize", "status"};
  row.names = NameRule::Label;
  row.returns_deleted = true;
  row.rules = namespace_rules();
  row.fields = {{"status.phase", {"status", "phase"}}};
  row.table = namespace_table();
  return row;
}

ResourceRow secrets() {
  ResourceRow row = stored_row({"", "v1", "secrets", "Secret"}, "secret", "io.k8s.api.core.v1.Secret");
  row.rules = secret_rules();
  row.fields = {{"type", {"type"}}};
  row.table = secret_table();
  return row;
}

ResourceRow config_maps() {
  ResourceRow row =
      stored_row({"", "v1", "configmaps", "ConfigMap"}, "configmap", "io.k8s.api.core.v1.ConfigMap");
  row.short_names = {"cm"};
  row.rules = config_map_rules();
  row.table = config_map_table();
  return row;
}

// Asked by creating one; never stored.
ResourceRow review(kube::Resource resource, std::string singular, std::string definition) {
  ResourceRow row = stored_row(resource, std::move(singular), std::move(definition));
  row.family = Family::Review;
  row.verbs = {"create"};
  return row;
}

ResourceRow bindings() {
  return review({"", "v1", "bindings", "Binding"}, "binding", "io.k8s.api.core.v1.Binding");
}

ResourceRow pods() {
  ResourceRow row = pods_row();
  ResourceRow eviction =
      review({"policy", "v1", "evictions", "Eviction"}, "eviction", "io.k8s.api.policy.v1.Eviction");
  row.asked_parts = {{"binding", std::make_shared<const ResourceRow>(bindings())},
                     {"eviction", std::make_shared<const ResourceRow>(std::move(eviction))}};
  return row;
}

ResourceRow token_requests() {
  ResourceRow row = review({"authentication.k8s.io", "v1", "tokenrequests", "TokenRequest"}, "tokenrequest",
                           "io.k8s.api.authentication.v1.TokenRequest");
  row.rules = token_request_rules();
  return row;
}

ResourceRow service_accounts() {
  ResourceRow row = stored_row({"", "v1", "serviceaccounts", "ServiceAccount"}, "serviceaccount",
                               "io.k8s.api.core.v1.ServiceAccount");
  row.short_names = {"sa"};
  row.returns_deleted = true;
  row.rules = service_account_rules();
  row.table = service_account_table();
  row.asked_parts = {{"token", std::make_shared<const ResourceRow>(token_requests())}};
  return row;
}

std::vector<SelectableField> event_fields(const std::string& object, const std::string& reporter) {
  std::vector<SelectableField> fields;
  for (const char* member :
       {"kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"}) {
    fields.push_back({object + "." + member, {object, member}});
  }
  fields.push_back({"reason", {"reason"}});
  fields.push_back({"type", {"type"}});
  fields.push_back({reporter, {reporter}});
  return fields;
}

ResourceRow events() {
  ResourceRow row = stored_row({"", "v1", "events", "Event"}, "event", "io.k8s.api.core.v1.Event");
  row.short_names = {"ev"};
  row.create_on_update = true;
  row.names = NameRule::PathSegment;  // whatever they tell of may be named like a Role
  row.rules = event_rules();
  row.fields = event_fields("involvedObject", "reportingComponent");
  row.fields.push_back({"source", {"source", "component"}});
  row.table = event_table();
  return row;
}

ResourceRow events_api() {
  ResourceRow row =
      stored_row({"events.k8s.io", "v1", "events", "Event"}, "event", "io.k8s.api.events.v1.Event");
  row.short_names = {"ev"};
  row.create_on_update = true;
  row.names = NameRule::PathSegment;
  row.stored_as = "events";
  row.rules = events_api_rules();
  row.fields = event_fields("regarding", "reportingController");
  row.table = events_api_table();
  row.conversion = &event_conversion();
  return row;
}

ResourceRow leases() {
  ResourceRow row = stored_row({"coordination.k8s.io", "v1", "leases", "Lease"}, "lease",
                               "io.k8s.api.coordination.v1.Lease");
  row.unconditional_update = false;
  row.create_on_update = true;
  row.rules = lease_rules();
  row.table = lease_table();
  return row;
}

ResourceRow rbac_kind(kube::Resource resource, std::string singular, KindRules rules, TableColumns table) {
  ResourceRow row =
      stored_row(resource, std::move(singular), "io.k8s.api.rbac.v1." + std::string(resource.kind));
  row.names = NameRule::PathSegment;
  row.create_on_update = true;
  row.grants_rights = true;
  row.rules = rules;
  row.table = std::move(table);
  return row;
}

}  // namespace

std::vector<ResourceRow> core_rows() {
  constexpr std::string_view kAuthorization = "authorization.k8s.io";
  const std::string types = "io.k8s.api.authorization.v1.";
  std::vector<ResourceRow> registration = webhook_configuration_rows();
  return {bindings(),
          config_maps(),
          endpoints_row(),
          events(),
          namespaces(),
          pods(),
          secrets(),
          service_accounts(),
          services_row(),
          review({"authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", false},
                 "selfsubjectreview", "io.k8s.api.authentication.v1.SelfSubjectReview"),
          review({"authentication.k8s.io", "v1", "tokenreviews", "TokenReview", false}, "tokenreview",
                 "io.k8s.api.authentication.v1.TokenReview"),
          review({kAuthorization, "v1", "localsubjectaccessreviews", "LocalSubjectAccessReview"},
                 "localsubjectaccessreview", types + "LocalSubjectAccessReview"),
          review({kAuthorization, "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false},
                 "selfsubjectaccessreview", types + "SelfSubjectAccessReview"),
          review({kAuthorization, "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", false},
                 "selfsubjectrulesreview", types + "SelfSubjectRulesReview"),
          review({kAuthorization, "v1", "subjectaccessreviews", "SubjectAccessReview", false},
                 "subjectaccessreview", types + "SubjectAccessReview"),
          certificate_signing_requests_row(),
          ingress_classes_row(),
          ingresses_row(),
          rbac_kind({kRbacGroup, "v1", "clusterrolebindings", "ClusterRoleBinding", false},
                    "clusterrolebinding", cluster_role_binding_rules(), role_binding_table()),
          rbac_kind({kRbacGroup, "v1", "clusterroles", "ClusterRole", false}, "clusterrole",
                    cluster_role_rules(), role_table()),
          rbac_kind({kRbacGroup, "v1", "rolebindings", "RoleBinding"}, "rolebinding", role_binding_rules(),
                    role_binding_table()),
          rbac_kind({kRbacGroup, "v1", "roles", "Role"}, "role", role_rules(), role_table()),
          std::move(registration[0]),
          std::move(registration[1]),
          definition_row(),
          leases(),
          endpoint_slices_row(),
          events_api()};
}

}  // namespace cw::apiserver
