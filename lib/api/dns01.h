// The DNS-01 half of a Solver: one optional member a provider. Data only.
// Source: cert-manager pkg/apis/acme/v1/types_issuer.go, field order as declared there.
#pragma once

#include <optional>
#include <string>

#include "lib/api/references.h"
#include "lib/kube/fields.h"

namespace cw::api {

struct Dns01Akamai {
  std::string service_consumer_domain;
  SecretKeySelector client_token_secret_ref;
  SecretKeySelector client_secret_secret_ref;
  SecretKeySelector access_token_secret_ref;
  bool operator==(const Dns01Akamai&) const = default;
};

template <kube::FieldsOf<Dns01Akamai> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("serviceConsumerDomain"), s.service_consumer_domain);
  visit(kube::always("clientTokenSecretRef"), s.client_token_secret_ref);
  visit(kube::always("clientSecretSecretRef"), s.client_secret_secret_ref);
  visit(kube::always("accessTokenSecretRef"), s.access_token_secret_ref);
}

struct Dns01CloudDns {
  std::optional<SecretKeySelector> service_account_secret_ref;
  std::string project;
  std::string hosted_zone_name;
  bool operator==(const Dns01CloudDns&) const = default;
};

template <kube::FieldsOf<Dns01CloudDns> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("serviceAccountSecretRef", s.service_account_secret_ref);
  visit(kube::always("project"), s.project);
  visit("hostedZoneName", s.hosted_zone_name);
}

struct Dns01Cloudflare {
  std::string email;
  std::optional<SecretKeySelector> api_key_secret_ref;
  std::optional<SecretKeySelector> api_token_secret_ref;
  bool operator==(const Dns01Cloudflare&) const = default;
};

template <kube::FieldsOf<Dns01Cloudflare> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("email", s.email);
  visit("apiKeySecretRef", s.api_key_secret_ref);
  visit("apiTokenSecretRef", s.api_token_secret_ref);
}

struct Route53KubernetesAuth {
  std::optional<ServiceAccountReference> service_account_ref;
  bool operator==(const Route53KubernetesAuth&) const = default;
};

template <kube::FieldsOf<Route53KubernetesAuth> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("serviceAccountRef"), s.service_account_ref);
}

struct Route53Auth {
  std::optional<Route53KubernetesAuth> kubernetes;
  bool operator==(const Route53Auth&) const = default;
};

template <kube::FieldsOf<Route53Auth> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("kubernetes"), s.kubernetes);
}

struct Dns01Route53 {
  std::optional<Route53Auth> auth;
  std::string access_key_id;
  std::optional<SecretKeySelector> access_key_id_secret_ref;
  SecretKeySelector secret_access_key_secret_ref;
  std::string role;
  std::string hosted_zone_id;
  std::string region;
  bool operator==(const Dns01Route53&) const = default;
};

template <kube::FieldsOf<Dns01Route53> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("auth", s.auth);
  visit("accessKeyID", s.access_key_id);
  visit("accessKeyIDSecretRef", s.access_key_id_secret_ref);
  visit("secretAccessKeySecretRef", s.secret_access_key_secret_ref);
  visit("role", s.role);
  visit("hostedZoneID", s.hosted_zone_id);
  visit("region", s.region);
}

struct AzureManagedIdentity {
  std::string client_id;
  std::string resource_id;
  std::string tenant_id;
  bool operator==(const AzureManagedIdentity&) const = default;
};

template <kube::FieldsOf<AzureManagedIdentity> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("clientID", s.client_id);
  visit("resourceID", s.resource_id);
  visit("tenantID", s.tenant_id);
}

struct Dns01AzureDns {
  std::string client_id;
  std::optional<SecretKeySelector> client_secret_secret_ref;
  std::string subscription_id;
  std::string tenant_id;
  std::string resource_group_name;
  std::string hosted_zone_name;
  std::string environment;
  std::optional<AzureManagedIdentity> managed_identity;
  std::string zone_type;
  bool operator==(const Dns01AzureDns&) const = default;
};

template <kube::FieldsOf<Dns01AzureDns> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("clientID", s.client_id);
  visit("clientSecretSecretRef", s.client_secret_secret_ref);
  visit(kube::always("subscriptionID"), s.subscription_id);
  visit("tenantID", s.tenant_id);
  visit(kube::always("resourceGroupName"), s.resource_group_name);
  visit("hostedZoneName", s.hosted_zone_name);
  visit("environment", s.environment);
  visit("managedIdentity", s.managed_identity);
  visit("zoneType", s.zone_type);
}

struct Dns01DigitalOcean {
  SecretKeySelector token_secret_ref;
  bool operator==(const Dns01DigitalOcean&) const = default;
};

template <kube::FieldsOf<Dns01DigitalOcean> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("tokenSecretRef"), s.token_secret_ref);
}

struct Dns01AcmeDns {
  std::string host;
  SecretKeySelector account_secret_ref;
  bool operator==(const Dns01AcmeDns&) const = default;
};

template <kube::FieldsOf<Dns01AcmeDns> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("host"), s.host);
  visit(kube::always("accountSecretRef"), s.account_secret_ref);
}

struct Dns01Rfc2136 {
  std::string nameserver;
  SecretKeySelector tsig_secret_secret_ref;
  std::string tsig_key_name;
  std::string tsig_algorithm;
  std::string protocol;
  bool operator==(const Dns01Rfc2136&) const = default;
};

template <kube::FieldsOf<Dns01Rfc2136> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("nameserver"), s.nameserver);
  visit("tsigSecretSecretRef", s.tsig_secret_secret_ref);
  visit("tsigKeyName", s.tsig_key_name);
  visit("tsigAlgorithm", s.tsig_algorithm);
  visit("protocol", s.protocol);
}

// config is the provider's own, any JSON.
struct Dns01Webhook {
  std::string group_name;
  std::string solver_name;
  kube::RawJson config;
  bool operator==(const Dns01Webhook&) const = default;
};

template <kube::FieldsOf<Dns01Webhook> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("groupName"), s.group_name);
  visit(kube::always("solverName"), s.solver_name);
  visit("config", s.config);
}

struct Dns01 {
  std::string cname_strategy;
  kube::List<std::string> nameservers;
  std::optional<Dns01Akamai> akamai;
  std::optional<Dns01CloudDns> cloud_dns;
  std::optional<Dns01Cloudflare> cloudflare;
  std::optional<Dns01Route53> route53;
  std::optional<Dns01AzureDns> azure_dns;
  std::optional<Dns01DigitalOcean> digitalocean;
  std::optional<Dns01AcmeDns> acme_dns;
  std::optional<Dns01Rfc2136> rfc2136;
  std::optional<Dns01Webhook> webhook;
  bool operator==(const Dns01&) const = default;
};

template <kube::FieldsOf<Dns01> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("cnameStrategy", s.cname_strategy);
  visit("nameservers", s.nameservers);
  visit("akamai", s.akamai);
  visit("cloudDNS", s.cloud_dns);
  visit("cloudflare", s.cloudflare);
  visit("route53", s.route53);
  visit("azureDNS", s.azure_dns);
  visit("digitalocean", s.digitalocean);
  visit("acmeDNS", s.acme_dns);
  visit("rfc2136", s.rfc2136);
  visit("webhook", s.webhook);
}

}  // namespace cw::api
