// dns01.azureDNS: a service principal (clientID, tenantID, clientSecretSecretRef) or a managed identity.
#include "webhook/rules/issuer_parts.h"
#include "webhook/rules/shown.h"

namespace cw::webhook {
namespace {

using api::Dns01AzureDns;
using kube::FieldErrors;
using kube::FieldPath;

bool is_service_principal(const Dns01AzureDns& azure) {
  return !azure.client_id.empty() || !azure.tenant_id.empty() || azure.client_secret_secret_ref.has_value();
}

bool has_secret(const Dns01AzureDns& azure) { return azure.client_secret_secret_ref.has_value(); }

constexpr RequiredField<Dns01AzureDns> kRequired[] = {
    {"issuer.acme.dns01.azureDNS.clientID.required", "DNS-12; validation/issuer.go", "clientID",
     [](const Dns01AzureDns& azure) { return is_service_principal(azure) && azure.client_id.empty(); }},
    {"issuer.acme.dns01.azureDNS.clientSecret.required", "DNS-13; validation/issuer.go",
     "clientSecretSecretRef",
     [](const Dns01AzureDns& azure) { return is_service_principal(azure) && !has_secret(azure); }},
    {"issuer.acme.dns01.azureDNS.clientSecret.name.required", "DNS-14; validation/issuer.go",
     "clientSecretSecretRef.name",
     [](const Dns01AzureDns& azure) {
       return has_secret(azure) && azure.client_secret_secret_ref->name.empty();
     }},
    {"issuer.acme.dns01.azureDNS.clientSecret.key.required", "DNS-15; validation/issuer.go",
     "clientSecretSecretRef.key",
     [](const Dns01AzureDns& azure) {
       return has_secret(azure) && azure.client_secret_secret_ref->key.empty();
     }},
    {"issuer.acme.dns01.azureDNS.tenantID.required", "DNS-16; validation/issuer.go", "tenantID",
     [](const Dns01AzureDns& azure) { return is_service_principal(azure) && azure.tenant_id.empty(); }},
    {"issuer.acme.dns01.azureDNS.subscriptionID.required", "DNS-21; validation/issuer.go", "subscriptionID",
     [](const Dns01AzureDns& azure) { return azure.subscription_id.empty(); }},
    {"issuer.acme.dns01.azureDNS.resourceGroupName.required", "DNS-22; validation/issuer.go",
     "resourceGroupName", [](const Dns01AzureDns& azure) { return azure.resource_group_name.empty(); }},
};

FieldErrors identity_excludes_principal(const Dns01AzureDns& azure, const FieldPath& at) {
  if (!is_service_principal(azure) || !azure.managed_identity) return {};
  return {kube::forbidden(at.child("managedIdentity"),
                          "leave it out when clientID, tenantID or clientSecretSecretRef is given")};
}

// The managed identity where it is what counts, else nullptr.
const api::AzureManagedIdentity* identity_of(const Dns01AzureDns& azure) {
  return !is_service_principal(azure) && azure.managed_identity ? &*azure.managed_identity : nullptr;
}

FieldErrors identity_by_client_or_resource(const Dns01AzureDns& azure, const FieldPath& at) {
  const auto* identity = identity_of(azure);
  if (identity == nullptr || identity->client_id.empty() || identity->resource_id.empty()) return {};
  return {kube::forbidden(at.child("managedIdentity"), "give either clientID or resourceID, not both")};
}

FieldErrors identity_by_tenant_or_resource(const Dns01AzureDns& azure, const FieldPath& at) {
  const auto* identity = identity_of(azure);
  if (identity == nullptr || identity->tenant_id.empty() || identity->resource_id.empty()) return {};
  return {kube::forbidden(at.child("managedIdentity"), "give either tenantID or resourceID, not both")};
}

FieldErrors tenant_needs_client(const Dns01AzureDns& azure, const FieldPath& at) {
  const auto* identity = identity_of(azure);
  if (identity == nullptr || identity->tenant_id.empty() || !identity->client_id.empty()) return {};
  return {kube::required(at.child("managedIdentity"), "tenantID needs clientID beside it")};
}

FieldErrors environment_is_known(const Dns01AzureDns& azure, const FieldPath& at) {
  const std::string& name = azure.environment;
  if (name.empty() || name == "AzurePublicCloud" || name == "AzureChinaCloud" || name == "AzureGermanCloud" ||
      name == "AzureUSGovernmentCloud") {
    return {};
  }
  return {kube::invalid(
      at.child("environment"), shown_enum(name),
      "must be AzurePublicCloud, AzureChinaCloud, AzureGermanCloud or AzureUSGovernmentCloud, or "
      "left out")};
}

constexpr Rule<Dns01AzureDns> kRules[] = {
    {"issuer.acme.dns01.azureDNS.managedIdentity.alone", "DNS-17; validation/issuer.go",
     identity_excludes_principal},
    {"issuer.acme.dns01.azureDNS.managedIdentity.client", "DNS-18; validation/issuer.go",
     identity_by_client_or_resource},
    {"issuer.acme.dns01.azureDNS.managedIdentity.tenant", "DNS-19; validation/issuer.go",
     identity_by_tenant_or_resource},
    {"issuer.acme.dns01.azureDNS.managedIdentity.clientID", "DNS-20; validation/issuer.go",
     tenant_needs_client},
    {"issuer.acme.dns01.azureDNS.environment", "DNS-23; validation/issuer.go", environment_is_known},
};

}  // namespace

FieldErrors check_azure_dns(const Dns01AzureDns& azure, const FieldPath& at) {
  FieldErrors all = run_required<Dns01AzureDns>(kRequired, azure, at);
  append(all, run_rules<Dns01AzureDns>(kRules, azure, at, {}));
  return all;
}

void list_azure_dns_rules(RuleList& into) {
  list_rows(into, kRequired);
  list_rows(into, kRules);
}

}  // namespace cw::webhook
