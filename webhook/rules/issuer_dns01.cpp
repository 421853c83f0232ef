// The DNS-01 half of a solver: which provider, and the providers with few rules. akamai and acmeDNS may stand
// beside others: the field never asks for them whether another is there.
#include "webhook/rules/grammar/doh_url.h"
#include "webhook/rules/grammar/host_port.h"
#include "webhook/rules/issuer_parts.h"
#include "webhook/rules/shown.h"

namespace cw::webhook {
namespace {

using api::Dns01;
using kube::FieldErrors;
using kube::FieldPath;

FieldErrors cname_strategy_is_known(const Dns01& dns01, const FieldPath& at) {
  const std::string& strategy = dns01.cname_strategy;
  if (strategy.empty() || strategy == "None" || strategy == "Follow") return {};
  return {
      kube::invalid(at.child("cnameStrategy"), shown_enum(strategy), "must be None or Follow, or left out")};
}

bool is_https(std::string_view text) { return text.starts_with(kHttpsPrefix); }

// One error for each name server that `refused` says yes to.
FieldErrors refuse_nameservers(const Dns01& dns01, const FieldPath& at, bool (*refused)(std::string_view),
                               std::string_view detail) {
  FieldErrors errors;
  for (std::size_t i = 0; i < dns01.nameservers.size(); ++i) {
    const std::string& server = dns01.nameservers[i];
    if (!refused(server)) continue;
    errors.push_back(
        kube::invalid(at.child("nameservers").index(i), kube::quoted(server), std::string(detail)));
  }
  return errors;
}

FieldErrors doh_urls_parse(const Dns01& dns01, const FieldPath& at) {
  return refuse_nameservers(
      dns01, at, [](std::string_view server) { return is_https(server) && !is_doh_url(server); },
      "must be a URL for DNS over HTTPS, such as https://dns.example.com/dns-query");
}

FieldErrors addresses_have_ports(const Dns01& dns01, const FieldPath& at) {
  return refuse_nameservers(
      dns01, at,
      [](std::string_view server) {
        return !is_https(server) && !std::holds_alternative<HostPort>(split_host_port(server));
      },
      "must be host:port, such as 192.0.2.1:53 or [2001:db8::1]:53");
}

constexpr Rule<Dns01> kRules[] = {
    {"issuer.acme.dns01.cnameStrategy", "DNS-01; validation/issuer.go", cname_strategy_is_known},
    {"issuer.acme.dns01.nameservers.doh", "DNS-02; validation/util ValidDNS01Nameserver", doh_urls_parse},
    {"issuer.acme.dns01.nameservers.address", "DNS-03; validation/util ValidDNS01Nameserver",
     addresses_have_ports},
};

// The paths lack the ending SecretRef of the JSON names: the field's own.
constexpr RequiredField<api::Dns01Akamai> kAkamai[] = {
    {"issuer.acme.dns01.akamai.accessToken.name.required", "DNS-04; validation/issuer.go", "accessToken.name",
     [](const api::Dns01Akamai& akamai) { return akamai.access_token_secret_ref.name.empty(); }},
    {"issuer.acme.dns01.akamai.accessToken.key.required", "DNS-05; validation/issuer.go", "accessToken.key",
     [](const api::Dns01Akamai& akamai) { return akamai.access_token_secret_ref.key.empty(); }},
    {"issuer.acme.dns01.akamai.clientSecret.name.required", "DNS-06; validation/issuer.go",
     "clientSecret.name",
     [](const api::Dns01Akamai& akamai) { return akamai.client_secret_secret_ref.name.empty(); }},
    {"issuer.acme.dns01.akamai.clientSecret.key.required", "DNS-07; validation/issuer.go", "clientSecret.key",
     [](const api::Dns01Akamai& akamai) { return akamai.client_secret_secret_ref.key.empty(); }},
    {"issuer.acme.dns01.akamai.clientToken.name.required", "DNS-08; validation/issuer.go", "clientToken.name",
     [](const api::Dns01Akamai& akamai) { return akamai.client_token_secret_ref.name.empty(); }},
    {"issuer.acme.dns01.akamai.clientToken.key.required", "DNS-09; validation/issuer.go", "clientToken.key",
     [](const api::Dns01Akamai& akamai) { return akamai.client_token_secret_ref.key.empty(); }},
    {"issuer.acme.dns01.akamai.serviceConsumerDomain.required", "DNS-10; validation/issuer.go",
     "serviceConsumerDomain",
     [](const api::Dns01Akamai& akamai) { return akamai.service_consumer_domain.empty(); }},
};

constexpr RequiredField<api::Dns01CloudDns> kCloudDns[] = {
    {"issuer.acme.dns01.cloudDNS.serviceAccount.name.required", "DNS-25; validation/issuer.go",
     "serviceAccountSecretRef.name",
     [](const api::Dns01CloudDns& dns) {
       return dns.service_account_secret_ref && dns.service_account_secret_ref->name.empty();
     }},
    {"issuer.acme.dns01.cloudDNS.serviceAccount.key.required", "DNS-26; validation/issuer.go",
     "serviceAccountSecretRef.key",
     [](const api::Dns01CloudDns& dns) {
       return dns.service_account_secret_ref && dns.service_account_secret_ref->key.empty();
     }},
    {"issuer.acme.dns01.cloudDNS.project.required", "DNS-27; validation/issuer.go", "project",
     [](const api::Dns01CloudDns& dns) { return dns.project.empty(); }},
};

constexpr RequiredField<api::Dns01Route53> kRoute53[] = {
    {"issuer.acme.dns01.route53.accessKeyIDSecretRef.name.required", "DNS-38; validation/issuer.go",
     "accessKeyIDSecretRef.name",
     [](const api::Dns01Route53& aws) {
       return aws.access_key_id_secret_ref && aws.access_key_id_secret_ref->name.empty();
     }},
    {"issuer.acme.dns01.route53.accessKeyIDSecretRef.key.required", "DNS-39; validation/issuer.go",
     "accessKeyIDSecretRef.key",
     [](const api::Dns01Route53& aws) {
       return aws.access_key_id_secret_ref && aws.access_key_id_secret_ref->key.empty();
     }},
};

// Required, although it excludes: the field's own.
FieldErrors one_access_key(const api::Dns01Route53& aws, const FieldPath& at) {
  if (aws.access_key_id.empty() || !aws.access_key_id_secret_ref) return {};
  return {kube::required(at, "give either accessKeyID or accessKeyIDSecretRef, not both")};
}

constexpr Rule<api::Dns01Route53> kRoute53Rules[] = {
    {"issuer.acme.dns01.route53.accessKeyID.alone", "DNS-37; validation/issuer.go", one_access_key},
};

constexpr RequiredField<api::Dns01AcmeDns> kAcmeDns[] = {
    {"issuer.acme.dns01.acmeDNS.account.name.required", "DNS-40; validation/issuer.go",
     "accountSecretRef.name",
     [](const api::Dns01AcmeDns& dns) { return dns.account_secret_ref.name.empty(); }},
    {"issuer.acme.dns01.acmeDNS.account.key.required", "DNS-41; validation/issuer.go", "accountSecretRef.key",
     [](const api::Dns01AcmeDns& dns) { return dns.account_secret_ref.key.empty(); }},
    {"issuer.acme.dns01.acmeDNS.host.required", "DNS-42; validation/issuer.go", "host",
     [](const api::Dns01AcmeDns& dns) { return dns.host.empty(); }},
};

constexpr RequiredField<api::Dns01DigitalOcean> kDigitalOcean[] = {
    {"issuer.acme.dns01.digitalocean.token.name.required", "DNS-44; validation/issuer.go",
     "tokenSecretRef.name",
     [](const api::Dns01DigitalOcean& ocean) { return ocean.token_secret_ref.name.empty(); }},
    {"issuer.acme.dns01.digitalocean.token.key.required", "DNS-45; validation/issuer.go",
     "tokenSecretRef.key",
     [](const api::Dns01DigitalOcean& ocean) { return ocean.token_secret_ref.key.empty(); }},
};

constexpr RequiredField<api::Dns01Webhook> kWebhook[] = {
    {"issuer.acme.dns01.webhook.solverName.required", "DNS-54; validation/issuer.go", "solverName",
     [](const api::Dns01Webhook& webhook) { return webhook.solver_name.empty(); }},
};

FieldErrors check_route53(const api::Dns01Route53& aws, const FieldPath& at) {
  FieldErrors all = run_rules<api::Dns01Route53>(kRoute53Rules, aws, at, {});
  append(all, run_required<api::Dns01Route53>(kRoute53, aws, at));
  return all;
}

constexpr Alternative<Dns01> kProviders[] = {
    {"", "", "akamai", [](const Dns01& d) { return d.akamai.has_value(); },
     [](const Dns01& d, const FieldPath& at) {
       return run_required<api::Dns01Akamai>(kAkamai, *d.akamai, at);
     }},
    {"issuer.acme.dns01.azureDNS.alone", "DNS-11; validation/issuer.go", "azureDNS",
     [](const Dns01& d) { return d.azure_dns.has_value(); },
     [](const Dns01& d, const FieldPath& at) { return check_azure_dns(*d.azure_dns, at); }},
    {"issuer.acme.dns01.cloudDNS.alone", "DNS-24; validation/issuer.go", "cloudDNS",
     [](const Dns01& d) { return d.cloud_dns.has_value(); },
     [](const Dns01& d, const FieldPath& at) {
       return run_required<api::Dns01CloudDns>(kCloudDns, *d.cloud_dns, at);
     }},
    {"issuer.acme.dns01.cloudflare.alone", "DNS-28; validation/issuer.go", "cloudflare",
     [](const Dns01& d) { return d.cloudflare.has_value(); },
     [](const Dns01& d, const FieldPath& at) { return check_cloudflare(*d.cloudflare, at); }},
    {"issuer.acme.dns01.route53.alone", "DNS-36; validation/issuer.go", "route53",
     [](const Dns01& d) { return d.route53.has_value(); },
     [](const Dns01& d, const FieldPath& at) { return check_route53(*d.route53, at); }},
    {"", "", "acmeDNS", [](const Dns01& d) { return d.acme_dns.has_value(); },
     [](const Dns01& d, const FieldPath& at) {
       return run_required<api::Dns01AcmeDns>(kAcmeDns, *d.acme_dns, at);
     }},
    {"issuer.acme.dns01.digitalocean.alone", "DNS-43; validation/issuer.go", "digitalocean",
     [](const Dns01& d) { return d.digitalocean.has_value(); },
     [](const Dns01& d, const FieldPath& at) {
       return run_required<api::Dns01DigitalOcean>(kDigitalOcean, *d.digitalocean, at);
     }},
    {"issuer.acme.dns01.rfc2136.alone", "DNS-46; validation/issuer.go", "rfc2136",
     [](const Dns01& d) { return d.rfc2136.has_value(); },
     [](const Dns01& d, const FieldPath& at) { return check_rfc2136(*d.rfc2136, at); }},
    {"issuer.acme.dns01.webhook.alone", "DNS-53; validation/issuer.go", "webhook",
     [](const Dns01& d) { return d.webhook.has_value(); },
     [](const Dns01& d, const FieldPath& at) {
       return run_required<api::Dns01Webhook>(kWebhook, *d.webhook, at);
     }},
};

FieldErrors has_a_provider(const Dns01& dns01, const FieldPath& at) {
  for (const Alternative<Dns01>& provider : kProviders) {
    if (provider.present(dns01)) return {};
  }
  return {kube::required(at, "give a DNS provider")};
}

constexpr Rule<Dns01> kProviderRules[] = {
    {"issuer.acme.dns01.provider.required", "DNS-55; validation/issuer.go", has_a_provider},
};

}  // namespace

FieldErrors check_dns01(const Dns01& dns01, const FieldPath& at) {
  std::size_t present = 0;
  FieldErrors all = run_rules<Dns01>(kRules, dns01, at, {});
  append(all, run_alternatives<Dns01>(kProviders, dns01, at, "a solver has one DNS provider only", present));
  append(all, run_rules<Dns01>(kProviderRules, dns01, at, {}));
  return all;
}

void list_dns01_rules(RuleList& into) {
  list_rows(into, kRules);
  list_rows(into, kAkamai);
  list_rows(into, kCloudDns);
  list_rows(into, kRoute53);
  list_rows(into, kRoute53Rules);
  list_rows(into, kAcmeDns);
  list_rows(into, kDigitalOcean);
  list_rows(into, kWebhook);
  list_rows(into, kProviders);
  list_rows(into, kProviderRules);
}

}  // namespace cw::webhook
