#include "webhook/serve.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "lib/base/file.h"
#include "lib/base/log.h"
#include "lib/http/server.h"
#include "webhook/endpoints.h"
#include "webhook/listen_address.h"
#include "webhook/offline_approval.h"
#include "webhook/policy/access_reviews.h"
#include "webhook/policy/discovered_signers.h"
#include "webhook/serving_certificate.h"
#include "webhook/tls_options.h"

namespace cw::webhook {
namespace {

constexpr std::chrono::seconds kRefreshEvery{10};
constexpr std::chrono::seconds kRetryAfter{1};
constexpr std::size_t kMaxClientCaBytes = 1UL << 20U;

// Waits, but no longer than until the token is stopped. False: stopped.
bool wait_for(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

// What decides over approvals, whatever API server there is.
class Approvals {
 public:
  Approvals(const ServeDependencies& with, std::stop_token stop) {
    if (with.reader == nullptr || with.writer == nullptr) return;
    discovered_.emplace(*with.reader, with.clock);
    reviews_.emplace(*with.writer, with.clock,
                     [stop](std::chrono::milliseconds time) { wait_for(time, stop); });
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

Result<std::unique_ptr<ServingCertificate>> serving_certificate(const ServeOptions& options,
                                                                const ServeDependencies& with,
                                                                std::shared_ptr<http::TlsIdentity> identity) {
  const DynamicServing& dynamic = options.dynamic_serving;
  if (!options.tls_cert_file.empty()) {
    return certificate_from_files({options.tls_cert_file, options.tls_private_key_file}, std::move(identity));
  }
  if (!dynamic.configured()) {
    return Error{Code::Invalid,
                 "no certificate source: give certificate files or a Secret for a CA of our own"};
  }
  if (with.reader == nullptr || with.writer == nullptr) {
    return Error{Code::Invalid, "dynamic serving needs an API server: give a kubeconfig"};
  }
  ServingAuthority authority({.key = {dynamic.secret_namespace, dynamic.secret_name}}, *with.reader,
                             *with.writer, with.keys, with.clock);
  return certificate_from_authority({dynamic.dns_names, dynamic.leaf_duration}, std::move(authority),
                                    with.keys, with.clock, std::move(identity));
}

// True if the certificate is as it should be.
bool refresh(ServingCertificate& certificate) {
  const Status refreshed = certificate.refresh();
  if (refreshed) return true;
  log::error("the serving certificate could not be refreshed",
             {{"source", certificate.describe()}, {"error", refreshed.error().message}});
  return false;
}

void keep_fresh(ServingCertificate& certificate, bool fresh, const std::stop_token& stop) {
  while (wait_for(fresh ? kRefreshEvery : kRetryAfter, stop)) fresh = refresh(certificate);
}

Result<std::string> client_ca(const ServeOptions& options) {
  if (!options.enable_client_verification) return std::string();
  if (options.client_ca_path.empty())
    return Error{Code::Invalid, "client verification needs a client CA file"};
  return read_file(options.client_ca_path, kMaxClientCaBytes);
}

Result<http::ServerOptions> secure_options(const ServeOptions& options,
                                           const std::shared_ptr<http::TlsIdentity>& identity) {
  identity->minimum_version = TRY(parse_tls_version(options.tls_min_version));
  identity->cipher_suites = TRY(parse_cipher_suites(options.tls_cipher_suites));
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

}  // namespace

Status serve(const ServeOptions& options, const ServeDependencies& with, std::stop_token stop_token) {
  Approvals approvals(with, stop_token);
  ReviewAnswer reviews(options.rules, approvals.policy());
  Metrics metrics;
  const std::shared_ptr<http::TlsIdentity> identity = http::TlsIdentity::empty();
  const auto certificate = TRY(serving_certificate(options, with, identity));

  Listeners listeners;
  listeners.secure = std::make_unique<http::Server>(
      TRY(secure_options(options, identity)), ReviewEndpoint(reviews, metrics, options.client_subject_names));
  listeners.health = std::make_unique<http::Server>(
      plain_options(options.address, options.healthz_port), [&](const auto& request) {
        return health_response(request, [&] { return identity->has_certificate(); });
      });
  if (options.metrics_listen_address != "0") {
    const ListenAddress at = TRY(parse_listen_address(options.metrics_listen_address));
    listeners.metrics = std::make_unique<http::Server>(
        plain_options(at.host, at.port),
        [&](const auto& request) { return metrics_response(request, metrics); });
  }

  const bool fresh = refresh(*certificate);
  const ServePorts ports = TRY(start(listeners));
  if (with.on_ready) with.on_ready(ports);
  const std::jthread refresher(
      [&](const std::stop_token& stopped) { keep_fresh(*certificate, fresh, stopped); });
  while (wait_for(std::chrono::hours(1), stop_token)) {
  }
  stop(listeners, options.drain);
  return Done{};
}

}  // namespace cw::webhook
