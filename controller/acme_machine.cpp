#include "controller/acme_machine.h"

#include <cstdlib>
#include <thread>

#include "controller/acme/challenge_reconcile.h"
#include "controller/acme/dns01_publishers.h"
#include "controller/acme/dns01_solver.h"
#include "controller/acme/http01_cluster_solver.h"
#include "controller/acme/order_reconcile.h"
#include "controller/renewal_info.h"
#include "controller/requests/acme_signer.h"
#include "controller/runtime/work_queue.h"
#include "controller/service_account_tokens.h"
#include "lib/api/resources.h"

namespace cw::controller {
namespace {

// reference/controllers.md 0.2.
constexpr BackOff kAcmeBackOff{.first = std::chrono::seconds(5), .last = std::chrono::minutes(30)};
constexpr BackOff kRenewalBackOff{.first = std::chrono::seconds(5), .last = std::chrono::minutes(5)};
constexpr unsigned kRenewalWorkers = 2;
// They wait for name servers and web servers most of the time.
constexpr unsigned kChallengeWorkers = 4;  // for each thread of other controllers

constexpr const char* kHttp01 = "HTTP-01";
constexpr const char* kDns01 = "DNS-01";

std::string environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nobody sets any
  return value != nullptr ? value : "";
}

// For a controller that was given no world: what asks for one is told so.
class NoFetch final : public http::HttpFetch {
 public:
  Result<http::ClientResponse> fetch(const http::FetchRequest& /*request*/) override {
    return Error{Code::Unavailable, "this controller has no way out of the cluster"};
  }
};
class NoLookup final : public dns::DnsLookup {
 public:
  Result<dns::DnsAnswer> ask(const dns::Question& /*question*/, const std::string& /*server*/) override {
    return Error{Code::Unavailable, "this controller asks no name servers"};
  }
};

AcmeWorld world_of(const AcmeWorld* given, http::HttpFetch& no_fetch, dns::DnsLookup& no_lookup) {
  AcmeWorld world = given != nullptr ? *given : AcmeWorld{};
  if (world.cloud_apis == nullptr) world.cloud_apis = &no_fetch;
  if (world.self_check == nullptr) world.self_check = &no_fetch;
  if (world.lookup == nullptr) world.lookup = &no_lookup;
  if (!world.make_client) {
    world.make_client =
        [](const issuers::AcmeEndpoint& /*endpoint*/,
           const pki::PrivateKey& /*key*/) -> Result<std::unique_ptr<::cw::acme::AcmeClient>> {
      return Error{Code::Invalid, "this controller does not serve issuers of type acme"};
    };
  }
  return world;
}

acme::TlsAlpn01 tls_alpn01_of(const AcmeWorld& world) {
  if (world.tls_alpn01 == nullptr) return acme::TlsAlpn01::Never;
  return world.prefer_tls_alpn01 ? acme::TlsAlpn01::Always : acme::TlsAlpn01::IfAnnotated;
}

}  // namespace

struct AcmeMachine::Impl {
  Impl(const ControllerOptions& options, const std::set<std::string>& on, const Parts& parts)
      : world(world_of(parts.world, no_fetch, no_lookup)),
        orders_on(on.contains("orders")),
        challenges_on(on.contains("challenges")),
        order_queue(parts.clock, kAcmeBackOff),
        challenge_queue(parts.clock, kAcmeBackOff),
        renewal_queue(parts.clock, kRenewalBackOff),
        setup({.directory = parts.directory,
               .reader = parts.reader,
               .writer = parts.writer,
               .key_maker = parts.key_maker,
               .clients = clients,
               .make_client = world.make_client,
               .clock = parts.clock,
               .limits = options.pem_limits}),
        renewals({.certificates = parts.caches.certificates.objects(),
                  .reader = parts.reader,
                  .directory = parts.directory,
                  .clients = clients,
                  .events = parts.events,
                  .clock = parts.clock,
                  .enabled = options.acme.renewal_information,
                  .limits = options.pem_limits}),
        signer({.orders = parts.caches.orders.objects(),
                .writer = parts.writer,
                .replaced_certificate =
                    [this, &parts_caches = parts.caches](const api::CertificateRequest& request) {
                      return replaced_by(request, parts_caches);
                    },
                .limits = options.pem_limits}),
        self_check(*world.self_check, options.acme.http01_check_port),
        http01(parts.reader, parts.writer, self_check, parts.clock, options.acme.http01),
        publishers({.reader = parts.reader,
                    .writer = parts.writer,
                    .fetch = *world.cloud_apis,
                    .clock = parts.clock,
                    .environment = environment_variable,
                    .pause = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); },
                    .service_account_token = service_account_tokens(parts.writer)}),
        dns01([this](const auto& challenge, const auto& scope) { return publishers.make(challenge, scope); },
              *world.lookup, parts.clock,
              {.recursive_nameservers = options.acme.recursive_nameservers,
               .recursive_nameservers_only = options.acme.recursive_nameservers_only,
               .authoritative_port = options.acme.authoritative_port}),
        orders({.orders = parts.caches.orders.objects(),
                .challenges = parts.caches.challenges.objects(),
                .directory = parts.directory,
                .clients = clients,
                .writer = parts.writer,
                .events = parts.events,
                .clock = parts.clock,
                .pace = world.pace.value_or(acme::OrderReconciler::Parts::kPace),
                .tls_alpn01 = tls_alpn01_of(world)}),
        challenges({.challenges = parts.caches.challenges.objects(),
                    .directory = parts.directory,
                    .clients = clients,
                    .solvers = {{kHttp01, world.http01 != nullptr ? world.http01 : &http01},
                                {kDns01, world.dns01 != nullptr ? world.dns01 : &dns01},
                                {std::string(acme::kTlsAlpn01Solver), world.tls_alpn01}},
                    .writer = parts.writer,
                    .events = parts.events,
                    .clock = parts.clock,
                    .max_concurrent = options.acme.max_concurrent_challenges,
                    .options = {.check_retry_period = options.acme.check_retry_period,
                                .cluster_resource_namespace = options.cluster_resource_namespace,
                                .issuer_ambient_credentials = options.acme.issuer_ambient_credentials,
                                .cluster_issuer_ambient_credentials =
                                    options.acme.cluster_issuer_ambient_credentials},
                    .pace = world.pace.value_or(acme::Pace{}),
                    .enqueue = [this](const kube::ObjectKey& key) { challenge_queue.add(key); }}),
        order_workers("orders", order_queue,
                      [this](const kube::ObjectKey& key) { return orders.reconcile(key); }),
        challenge_workers("challenges", challenge_queue,
                          [this](const kube::ObjectKey& key) { return challenges.reconcile(key); }),
        renewal_workers("certificates-renewal-information", renewal_queue,
                        [this](const kube::ObjectKey& key) { return ask(key); }),
        wake_request(parts.wake_request),
        wake_certificate(parts.wake_certificate) {
    follow(parts.caches);
    clients.on_doubt(parts.wake_issuer);
    clients.on_new([this](const kube::ObjectKey& issuer) { wake_for_issuer(issuer); });
  }

  void follow(Caches& caches) {
    caches.orders.objects().on_change(
        [this](const kube::ObjectKey& key, const auto& before, const auto& after) {
          if (orders_on) order_queue.add(key);
          const auto& order = after ? after : before;
          const auto* owner = order ? kube::find_controller(order->metadata) : nullptr;
          const bool is_requests = owner != nullptr && owner->kind == api::kCertificateRequests.kind;
          if (is_requests) wake_request({key.name_space, owner->name});
        });
    caches.challenges.objects().on_change(
        [this](const kube::ObjectKey& key, const auto& before, const auto& after) {
          if (challenges_on) challenge_queue.add(key);
          const auto& challenge = after ? after : before;
          const auto order = challenge ? acme::OrderReconciler::order_of(*challenge) : std::nullopt;
          if (order && orders_on) order_queue.add(*order);
        });
  }

  void wake_for_issuer(const kube::ObjectKey& issuer) {
    for (const auto& order : orders.waiting_for_issuer(issuer)) order_queue.add(order);
    for (const auto& challenge : challenges.waiting_for_issuer(issuer)) challenge_queue.add(challenge);
  }

  Result<runtime::Outcome> ask(const kube::ObjectKey& certificate) {
    if (TRY(renewals.ask(certificate))) wake_certificate(certificate);
    return runtime::Outcome{};
  }

  // Of a renewal: which certificate its order replaces.
  std::string replaced_by(const api::CertificateRequest& request, const Caches& caches) const {
    const auto* owner = kube::find_controller(request.metadata);
    if (owner == nullptr || owner->kind != api::kCertificates.kind) return {};
    const auto certificate = caches.certificates.objects().find({request.metadata.name_space, owner->name});
    if (!certificate || certificate->metadata.uid != owner->uid) return {};
    return renewals.replaced_certificate(*certificate);
  }

  NoFetch no_fetch;
  NoLookup no_lookup;
  const AcmeWorld world;
  bool orders_on;
  bool challenges_on;
  runtime::WorkQueue order_queue;
  runtime::WorkQueue challenge_queue;
  runtime::WorkQueue renewal_queue;
  issuers::AcmeClients clients;
  issuers::AcmeSetup setup;
  RenewalInfoSource renewals;
  requests::AcmeSigner signer;
  acme::SelfCheck self_check;
  acme::Http01ClusterSolver http01;
  acme::Dns01Publishers publishers;
  acme::Dns01Solver dns01;
  acme::OrderReconciler orders;
  acme::ChallengeReconciler challenges;
  runtime::Workers order_workers;
  runtime::Workers challenge_workers;
  runtime::Workers renewal_workers;
  std::function<void(const kube::ObjectKey&)> wake_request;
  std::function<void(const kube::ObjectKey&)> wake_certificate;
};

AcmeMachine::AcmeMachine(const ControllerOptions& options, const std::set<std::string>& on,
                         const Parts& parts)
    : impl_(std::make_unique<Impl>(options, on, parts)) {}

AcmeMachine::~AcmeMachine() = default;

issuers::AcmeSetup& AcmeMachine::setup() { return impl_->setup; }
requests::Signer& AcmeMachine::signer() { return impl_->signer; }

certificates::FindAcmeRenewal AcmeMachine::renewal_finder() {
  return [&renewals = impl_->renewals](const api::Certificate& certificate) {
    return renewals.find(certificate);
  };
}

certificates::AskAboutRenewal AcmeMachine::renewal_asker() {
  return [&queue = impl_->renewal_queue](const kube::ObjectKey& certificate) { queue.add(certificate); };
}

void AcmeMachine::issuer_changed(const kube::ObjectKey& issuer) { impl_->wake_for_issuer(issuer); }

certificates::ForgetRenewalNews AcmeMachine::renewal_forgetter() {
  return [&renewals = impl_->renewals](const kube::ObjectKey& certificate) { renewals.forget(certificate); };
}

void AcmeMachine::start(unsigned threads) {
  if (impl_->orders_on) impl_->order_workers.start(threads);
  if (impl_->challenges_on) impl_->challenge_workers.start(threads * kChallengeWorkers);
  impl_->renewal_workers.start(kRenewalWorkers);
}

void AcmeMachine::stop() {
  impl_->order_workers.stop();
  impl_->challenge_workers.stop();
  impl_->renewal_workers.stop();
}

bool AcmeMachine::step() {
  return impl_->order_workers.process_next() || impl_->challenge_workers.process_next() ||
         impl_->renewal_workers.process_next();
}

std::size_t AcmeMachine::waiting() const {
  return impl_->order_queue.waiting() + impl_->challenge_queue.waiting();
}

std::vector<const runtime::Workers*> AcmeMachine::workers() const {
  return {&impl_->order_workers, &impl_->challenge_workers};
}

const AcmeRequestMetrics* AcmeMachine::requests() const { return impl_->world.requests; }

}  // namespace cw::controller
