#include "controller/acme/dns01_publishers.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "controller/acme/dns01_settings.h"
#include "controller/acme/webhook_publisher.h"
#include "lib/dns01/acme_dns.h"
#include "lib/dns01/akamai.h"
#include "lib/dns01/azure_dns.h"
#include "lib/dns01/cloud_dns.h"
#include "lib/dns01/cloudflare.h"
#include "lib/dns01/digitalocean.h"
#include "lib/dns01/rfc2136.h"
#include "lib/dns01/route53.h"
#include "lib/kube/encode.h"

namespace cw::controller::acme {
namespace {

constexpr std::string_view kAwsAudience = "sts.amazonaws.com";

// All that a publisher is made from.
std::string key_of(const api::Dns01& dns01, const std::string& dns_name, const SolverScope& scope,
                   const Dns01Credentials& credentials) {
  return kube::to_json(dns01).dump() + "\n" + scope.resource_namespace + "\n" +
         (scope.ambient_credentials ? "ambient" : "") + "\n" + (dns01.acme_dns ? dns_name : "") + "\n" +
         credentials.fingerprint();
}

template <typename Provider, typename Settings>
Result<std::shared_ptr<dns01::TxtPublisher>> created(dns01::Wires wires, Result<Settings> settings) {
  if (!settings) return std::move(settings).error();
  return Provider::create(std::move(wires), std::move(settings).value());
}

}  // namespace

Dns01Publishers::Publisher Dns01Publishers::find(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find_if(kept_, [&](const auto& kept) { return kept.first == key; });
  if (found == kept_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found);
  return kept_.front().second;
}

void Dns01Publishers::keep(const std::string& key, const Publisher& publisher) {
  const std::scoped_lock lock(mutex_);
  kept_.emplace_front(key, publisher);
  if (kept_.size() > kMaxKept) kept_.pop_back();
}

Result<Dns01Publishers::Publisher> Dns01Publishers::make(const api::Challenge& challenge,
                                                         const SolverScope& scope) {
  const auto& solver = challenge.spec.solver;
  if (!solver.dns01) return Error{Code::Invalid, "spec.solver.dns01: it is missing"};
  const api::Dns01& dns01 = *solver.dns01;
  if (dns01.webhook) {
    return WebhookPublisher::create(
        parts_.writer, *dns01.webhook,
        {challenge.spec.dns_name, scope.resource_namespace, scope.ambient_credentials});
  }
  auto credentials = TRY(Dns01Credentials::read(parts_.reader, scope.resource_namespace, solver));
  const auto key = key_of(dns01, challenge.spec.dns_name, scope, credentials);
  if (auto kept = find(key)) return kept;
  auto built = TRY(build(dns01, challenge.spec.dns_name, scope, std::move(credentials)));
  keep(key, built);
  return built;
}

Result<Dns01Publishers::Publisher> Dns01Publishers::build_route53(const api::Dns01Route53& from,
                                                                  const SolverScope& scope,
                                                                  Dns01Credentials& credentials) {
  auto settings = TRY(route53_settings(from, scope, credentials));
  if (from.auth && from.auth->kubernetes && from.auth->kubernetes->service_account_ref) {
    if (!parts_.service_account_token) {
      return Error{Code::Invalid, "route53.auth.kubernetes: there is no cluster here to ask for a token"};
    }
    const auto& account = *from.auth->kubernetes->service_account_ref;
    std::vector<std::string> audiences(account.audiences.begin(), account.audiences.end());
    if (audiences.empty()) audiences.emplace_back(kAwsAudience);
    settings.identity_token = [token = parts_.service_account_token, scope, name = account.name, audiences] {
      return token(scope.resource_namespace, name, audiences);
    };
  }
  return dns01::Route53::create(wires(), std::move(settings));
}

Result<Dns01Publishers::Publisher> Dns01Publishers::build(const api::Dns01& dns01,
                                                          const std::string& dns_name,
                                                          const SolverScope& scope,
                                                          Dns01Credentials credentials) {
  if (dns01.route53) return build_route53(*dns01.route53, scope, credentials);
  if (dns01.cloudflare) {
    return dns01::Cloudflare::create(wires(), cloudflare_settings(*dns01.cloudflare, credentials));
  }
  if (dns01.cloud_dns) {
    return created<dns01::CloudDns>(wires(), cloud_dns_settings(*dns01.cloud_dns, scope, credentials));
  }
  if (dns01.azure_dns) {
    return created<dns01::AzureDns>(wires(), azure_dns_settings(*dns01.azure_dns, scope, credentials));
  }
  if (dns01.digitalocean) {
    return dns01::DigitalOcean::create(wires(), {.token = credentials.take("digitalocean.tokenSecretRef")});
  }
  if (dns01.akamai) return dns01::Akamai::create(wires(), akamai_settings(*dns01.akamai, credentials));
  if (dns01.acme_dns) {
    return created<dns01::AcmeDns>(wires(), acme_dns_settings(*dns01.acme_dns, dns_name, credentials));
  }
  if (dns01.rfc2136)
    return dns01::Rfc2136::create(rfc2136_settings(*dns01.rfc2136, credentials), parts_.clock);
  return Error{Code::Invalid, "spec.solver.dns01: it names no provider"};
}

}  // namespace cw::controller::acme
