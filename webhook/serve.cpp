#include "webhook/serve.h"

#include <memory>
#include <optional>
#include <thread>

#include "lib/base/file.h"
#include "lib/base/log.h"
#include "lib/base/pause.h"
#include "lib/http/server.h"
#include "webhook/advice/cluster_facts.h"
#include "webhook/endpoints.h"
#include "webhook/gate_world.h"
#include "webhook/listen_address.h"
#include "webhook/offline_approval.h"
#include "webhook/policy/access_reviews.h"
#include "webhook/policy/discovered_signers.h"
#include "webhook/serving/keeper.h"
#include "webhook/serving/readiness.h"
#include "webhook/serving/round_trip.h"
#include "webhook/serving/source.h"

namespace cw::webhook {
namespace {

constexpr std::size_t kMaxClientCaBytes = 1UL << 20U;

// What decides over approvals, whatever API server there is.
class Approvals {
 public:
  Approvals(const ServeDependencies& with, std::stop_token stop) {
    if (with.reader == nullptr || with.writer == nullptr) return;
    discovered_.emplace(*with.reader, with.clock);
    reviews_.emplace(*with.writer, with.clock, [stop](std::chrono::milliseconds time) { pause(stop, time); });
  }
  ApprovalPolicy policy() {
    if (!discovered_) return {no_signers_, no_access_};
    return {*discovered_, *reviews_};
  }

 private:
  NoSigners no_signers_;
  NoAccess no_access_;
  std::optional<DiscoveredSigners> discovered_;
  std::optional<AccessReviews> reviews_;
};

// nullptr: nothing of the cluster can or shall be known.
std::unique_ptr<ClusterFacts> facts_of(const ServeOptions& options, const ServeDependencies& with) {
  const bool wanted = options.advice_lookups || options.policy.on;
  if (!wanted || with.reader == nullptr) return nullptr;
  return std::make_unique<ClusterFacts>(
      *with.reader, ClusterFactsOptions{.cluster_resource_namespace = options.cluster_resource_namespace},
      with.clock);
}

Advisor advisor_of(const ServeOptions& options, const ServeDependencies& with, const Facts* facts) {
  const bool told = facts != nullptr && options.advice_lookups;
  return {told ? facts : &kNoFacts, &with.clock, options.enforcement};
}

// nullptr: nothing to judge by.
std::unique_ptr<GateWorld> gate_of(const ServeOptions& options, const ServeDependencies& with,
                                   const Facts* facts, std::stop_token stop) {
  if (facts == nullptr || with.writer == nullptr) return nullptr;
  return std::make_unique<GateWorld>(
      options.policy, GateWorldParts{*with.reader, *with.writer, with.clock, *facts,
                                     [stop](std::chrono::milliseconds time) { pause(stop, time); }});
}

Result<std::string> client_ca(const ServeOptions& options) {
  if (!options.enable_client_verification) return std::string();
  if (options.client_ca_path.empty())
    return Error{Code::Invalid, "client verification needs a client CA file"};
  return read_file(options.client_ca_path, kMaxClientCaBytes);
}

Result<http::ServerOptions> secure_options(const ServeOptions& options,
                                           const std::shared_ptr<http::TlsIdentity>& identity) {
  http::ServerOptions server;
  server.address = options.address;
  server.port = options.secure_port;
  server.tls = identity;
  server.client_ca_pem = TRY(client_ca(options));
  server.require_client_certificate = options.enable_client_verification;
  server.error_body = refusal_response;
  return server;
}

http::ServerOptions plain_options(std::string address, int port) {
  http::ServerOptions server;
  server.address = std::move(address);
  server.port = port;
  server.max_connections = 64;
  server.max_connections_per_peer = 32;
  return server;
}

struct Listeners {
  std::unique_ptr<http::Server> secure;
  std::unique_ptr<http::Server> health;
  std::unique_ptr<http::Server> metrics;  // nullptr: off
};

Result<ServePorts> start(Listeners& listeners) {
  ServePorts ports;
  ports.secure = TRY(listeners.secure->start());
  ports.healthz = TRY(listeners.health->start());
  if (listeners.metrics) ports.metrics = TRY(listeners.metrics->start());
  return ports;
}

void stop(Listeners& listeners, std::chrono::milliseconds drain) {
  listeners.secure->stop(drain);
  listeners.health->stop(std::chrono::milliseconds(0));
  if (listeners.metrics) listeners.metrics->stop(std::chrono::milliseconds(0));
}

struct ServingTls {
  std::shared_ptr<http::TlsIdentity> identity;
  std::unique_ptr<ServingCertificate> certificate;
  std::unique_ptr<RoundTrip> round_trip;  // nullptr: nobody to ask
};

SourceDependencies source_dependencies(const ServeDependencies& with) {
  return {with.clock, with.keys, with.reader, with.writer};
}

Result<ServingTls> serving_tls(const ServeOptions& options, const ServeDependencies& with) {
  ServingTls tls;
  tls.identity = TRY(identity_of(options.tls));
  tls.certificate = TRY(certificate_of(options.tls, source_dependencies(with), tls.identity,
                                       Callers::ApiServers, options.webhook_configurations));
  if (options.tls.dynamic.configured()) {
    tls.round_trip = std::make_unique<RoundTrip>(*with.writer, options.tls.dynamic.secret_namespace);
  }
  return tls;
}

struct MetricsTls {
  std::shared_ptr<http::TlsIdentity> identity;  // nullptr: plain HTTP
  std::unique_ptr<ServingCertificate> certificate;
};

Result<MetricsTls> metrics_tls_of(const ServeOptions& options, const ServeDependencies& with) {
  MetricsTls tls;
  if (!options.metrics_tls.configured()) return tls;
  tls.identity = TRY(identity_of(options.metrics_tls));
  tls.certificate =
      TRY(certificate_of(options.metrics_tls, source_dependencies(with), tls.identity, Callers::Others));
  return tls;
}

void look_until_proven(Readiness& readiness, const std::stop_token& stop) {
  for (;;) {
    const std::chrono::milliseconds rest = readiness.look();
    if (rest.count() == 0 || !pause(stop, rest)) return;
  }
}

}  // namespace

Status serve(const ServeOptions& options, const ServeDependencies& with, std::stop_token stop_token) {
  Approvals approvals(with, stop_token);
  const std::unique_ptr<ClusterFacts> facts = facts_of(options, with);
  const std::unique_ptr<GateWorld> gate = gate_of(options, with, facts.get(), stop_token);
  Metrics metrics;
  ReviewAnswer reviews(options.rules, approvals.policy(), advisor_of(options, with, facts.get()),
                       gate ? gate->parts(options.rules, &metrics) : GateParts{});
  ServingTls tls = TRY(serving_tls(options, with));
  MetricsTls metrics_tls = TRY(metrics_tls_of(options, with));
  Readiness readiness(*tls.identity, *tls.certificate, tls.round_trip.get());

  Listeners listeners;
  listeners.secure = std::make_unique<http::Server>(
      TRY(secure_options(options, tls.identity)),
      [endpoint = ReviewEndpoint(reviews, metrics, options.client_subject_names), &tls](const auto& request) {
        if (tls.round_trip) tls.round_trip->notice(request.body);
        return endpoint(request);
      });
  listeners.health = std::make_unique<http::Server>(
      plain_options(options.address, options.healthz_port), [&](const auto& request) {
        return health_response(request, [&] { return !stop_token.stop_requested() && readiness.is_ready(); });
      });
  if (options.metrics_listen_address != "0") {
    const ListenAddress at = TRY(parse_listen_address(options.metrics_listen_address));
    http::ServerOptions server = plain_options(at.host, at.port);
    server.tls = metrics_tls.identity;
    listeners.metrics = std::make_unique<http::Server>(std::move(server), [&](const auto& request) {
      if (const auto until = tls.identity->not_after()) metrics.serving_until(*until);
      return metrics_response(request, metrics);
    });
  }

  const CertificateKeeper keeper(*tls.certificate, with.reader);
  std::optional<CertificateKeeper> metrics_keeper;
  if (metrics_tls.certificate) metrics_keeper.emplace(*metrics_tls.certificate, with.reader);
  const ServePorts ports = TRY(start(listeners));
  if (with.on_ready) with.on_ready(ports);
  // Only now: they take no time from the first answer.
  if (facts) facts->start();
  if (gate) gate->start();
  const std::jthread looker([&](const std::stop_token& stopped) { look_until_proven(readiness, stopped); });
  while (pause(stop_token, std::chrono::hours(1))) {
  }
  pause(std::stop_token(), options.linger);
  stop(listeners, options.drain);
  return Done{};
}

}  // namespace cw::webhook
