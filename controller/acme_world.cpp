#include "controller/acme_world.h"

#include "controller/acme/self_check.h"
#include "lib/acme/http_client.h"
#include "lib/dns/server_lookup.h"

namespace cw::controller {
namespace {

namespace wire = ::cw::acme;  // what is said to ACME servers, for "acme" is a folder here

constexpr const char* kUserAgent = "cert-manager-challenges/certwright";
constexpr std::chrono::seconds kAcmeTimeout{90};  // reference/controllers.md 4.2
constexpr std::chrono::seconds kCloudTimeout{30};
constexpr std::size_t kMaxAcmeAnswer = 16UL << 20U;
constexpr std::size_t kMaxCloudAnswer = 4UL << 20U;

http::FetcherOptions cloud_options() {
  return {.user_agent = kUserAgent, .timeout = kCloudTimeout, .max_body = kMaxCloudAnswer};
}

http::FetcherOptions acme_options(const issuers::AcmeEndpoint& endpoint) {
  return {.ca_pem = endpoint.ca_bundle,
          .skip_verification = endpoint.skip_verification,
          .user_agent = kUserAgent,
          .timeout = kAcmeTimeout,
          .max_body = kMaxAcmeAnswer};
}

}  // namespace

struct SystemAcmeWorld::Impl {
  Impl(const AcmeOptions& options, const Clock& system_clock)
      : clock(system_clock), self_check(acme::self_check_fetcher(lookup, options.http01_nameservers)) {
    world = {
        .make_client = [this](const auto& endpoint, const auto& key) { return make_client(endpoint, key); },
        .cloud_apis = &cloud_apis,
        .self_check = &self_check,
        .lookup = &lookup,
        .requests = &requests};
  }

  Result<std::unique_ptr<wire::AcmeClient>> make_client(const issuers::AcmeEndpoint& endpoint,
                                                        const pki::PrivateKey& account_key) {
    wire::HttpAcmeClientOptions options;
    options.server_url = endpoint.server;
    options.account_url = endpoint.account_url;
    options.observe = [this](const wire::RequestRecord& record) {
      requests.add({.action = record.action,
                    .host = record.host,
                    .method = record.method,
                    .scheme = record.scheme,
                    .status = record.status,
                    .took = record.took});
    };
    auto client = TRY(wire::HttpAcmeClient::create(
        std::move(options), account_key, std::make_shared<http::Fetcher>(acme_options(endpoint)), clock));
    return std::unique_ptr<wire::AcmeClient>(std::move(client));
  }

  const Clock& clock;
  AcmeRequestMetrics requests;
  http::Fetcher cloud_apis{cloud_options()};
  dns::ServerLookup lookup{cloud_apis};
  http::Fetcher self_check;
  AcmeWorld world;
};

SystemAcmeWorld::SystemAcmeWorld(const AcmeOptions& options, const Clock& clock)
    : impl_(std::make_unique<Impl>(options, clock)) {}
SystemAcmeWorld::~SystemAcmeWorld() = default;

AcmeWorld& SystemAcmeWorld::world() { return impl_->world; }

}  // namespace cw::controller
