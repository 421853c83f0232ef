#include "controller/acme/dns01_settings.h"

namespace cw::controller::acme {

Result<dns01::Route53Settings> route53_settings(const api::Dns01Route53& from, const SolverScope& scope,
                                                Dns01Credentials& credentials) {
  dns01::Route53Settings settings{
      .region = from.region,
      .hosted_zone_id = from.hosted_zone_id,
      .keys = {.access_key_id = from.access_key_id,
               .secret_access_key = credentials.take("route53.secretAccessKeySecretRef"),
               .session_token = {}},
      .role = from.role};
  const SecretBytes id = credentials.take("route53.accessKeyIDSecretRef");
  if (!id.empty() && !from.access_key_id.empty()) {
    return Error{Code::Invalid, "route53: accessKeyID and accessKeyIDSecretRef cannot stand together"};
  }
  if (!id.empty()) settings.keys.access_key_id = id.reveal();
  const bool has_id = !settings.keys.access_key_id.empty();
  if (has_id != !settings.keys.secret_access_key.empty()) {
    return Error{Code::Invalid,
                 has_id ? "route53.secretAccessKeySecretRef: it is missing beside the access key ID"
                        : "route53.accessKeyID: it is missing beside the secret access key"};
  }
  const bool by_service_account =
      from.auth && from.auth->kubernetes && from.auth->kubernetes->service_account_ref;
  settings.ambient = scope.ambient_credentials && !has_id && !by_service_account;
  return settings;
}

dns01::CloudflareSettings cloudflare_settings(const api::Dns01Cloudflare& from,
                                              Dns01Credentials& credentials) {
  return {.token = credentials.take("cloudflare.apiTokenSecretRef"),
          .email = from.email,
          .key = credentials.take("cloudflare.apiKeySecretRef")};
}

Result<dns01::CloudDnsSettings> cloud_dns_settings(const api::Dns01CloudDns& from, const SolverScope& scope,
                                                   Dns01Credentials& credentials) {
  dns01::CloudDnsSettings settings{.project = from.project, .managed_zone = from.hosted_zone_name};
  const SecretBytes account = credentials.take("cloudDNS.serviceAccountSecretRef");
  if (account.empty() && !scope.ambient_credentials) {
    return Error{
        Code::Invalid,
        "cloudDNS.serviceAccountSecretRef: it is missing, and the issuer may not use ambient credentials"};
  }
  if (account.empty()) return settings;
  auto parsed = dns01::parse_google_service_account(account.reveal());
  if (!parsed) {
    return Error{Code::Invalid, "cloudDNS.serviceAccountSecretRef: " + parsed.error().message};
  }
  settings.account = std::move(parsed).value();
  return settings;
}

Result<dns01::AzureDnsSettings> azure_dns_settings(const api::Dns01AzureDns& from, const SolverScope& scope,
                                                   Dns01Credentials& credentials) {
  dns01::AzureDnsSettings settings{
      .subscription_id = from.subscription_id,
      .resource_group = from.resource_group_name,
      .zone = from.hosted_zone_name,
      .environment = from.environment,
      .identity = {.client_id = from.client_id,
                   .tenant_id = from.tenant_id,
                   .client_secret = credentials.take("azureDNS.clientSecretSecretRef"),
                   .ambient = scope.ambient_credentials}};
  if (from.zone_type == "AzurePrivateZone") {
    settings.zone_type = dns01::AzureDnsSettings::ZoneType::Private;
  } else if (!from.zone_type.empty() && from.zone_type != "AzurePublicZone") {
    return Error{Code::Invalid, "azureDNS.zoneType: it has to be AzurePublicZone or AzurePrivateZone"};
  }
  if (from.managed_identity) {
    settings.identity.managed_client_id = from.managed_identity->client_id;
    settings.identity.managed_resource_id = from.managed_identity->resource_id;
    settings.identity.managed_tenant_id = from.managed_identity->tenant_id;
  }
  return settings;
}

dns01::AkamaiSettings akamai_settings(const api::Dns01Akamai& from, Dns01Credentials& credentials) {
  return {.host = from.service_consumer_domain,
          .keys = {.client_token = credentials.take("akamai.clientTokenSecretRef"),
                   .client_secret = credentials.take("akamai.clientSecretSecretRef"),
                   .access_token = credentials.take("akamai.accessTokenSecretRef")}};
}

Result<dns01::AcmeDnsSettings> acme_dns_settings(const api::Dns01AcmeDns& from, const std::string& domain,
                                                 Dns01Credentials& credentials) {
  const SecretBytes accounts = credentials.take("acmeDNS.accountSecretRef");
  return dns01::AcmeDnsSettings{.host = from.host,
                                .accounts = TRY(dns01::parse_acme_dns_accounts(accounts.reveal())),
                                .domain = domain.starts_with("*.") ? domain.substr(2) : domain};
}

dns01::Rfc2136Settings rfc2136_settings(const api::Dns01Rfc2136& from, Dns01Credentials& credentials) {
  return {.nameserver = from.nameserver,
          .key_name = from.tsig_key_name,
          .secret = credentials.take("rfc2136.tsigSecretSecretRef"),
          .algorithm = from.tsig_algorithm,
          .protocol = from.protocol};
}

}  // namespace cw::controller::acme
