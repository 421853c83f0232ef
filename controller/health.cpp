#include "controller/health.h"

#include <charconv>

#include "controller/metrics.h"

namespace cw::controller {
namespace {

constexpr std::chrono::minutes kMaxDrift{5};
constexpr std::chrono::seconds kLeaseGrace{20};  // --internal-healthz-leader-election-timeout
constexpr std::size_t kMaxHeaderBytes = 1U << 20U;

http::Response text(int status, std::string body) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(body)};
}

Result<http::ServerOptions> listener(std::string_view address) {
  const auto colon = address.rfind(':');
  int port = -1;
  if (colon != std::string_view::npos) {
    const auto digits = address.substr(colon + 1);
    const auto [stop, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (problem != std::errc{} || stop != digits.data() + digits.size()) port = -1;
  }
  constexpr int kLastPort = 65535;
  if (port < 0 || port > kLastPort) {
    return Error{Code::Invalid, "\"" + std::string(address) + "\" is no host:port to listen on"};
  }
  http::ServerOptions options;
  options.address = std::string(address.substr(0, colon));
  options.port = port;
  options.max_header_bytes = kMaxHeaderBytes;
  return options;
}

}  // namespace

bool ClockHealth::healthy() const {
  const auto wall = clock_.now() - wall_;
  const auto steady =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - steady_);
  return std::chrono::abs(wall - steady) <= kMaxDrift;
}

Status Health::start(const ControllerOptions& options) {
  if (!options.healthz_listen_address.empty()) {
    TRY(listen(options.healthz_listen_address,
               [this](const http::Request& request) { return live(request); }));
  }
  if (!options.metrics_listen_address.empty()) {
    TRY(listen(options.metrics_listen_address,
               [this](const http::Request& request) { return metrics(request); }));
  }
  return Done{};
}

http::Response Health::live(const http::Request& request) const {
  struct Check {
    std::string_view name;
    bool healthy;
  };
  std::string report;
  bool all_healthy = true;
  bool known = request.path == "/livez" || request.path == "/livez/";
  for (const Check& check :
       {Check{"leaderElection", election_healthy()}, Check{"clockHealth", clock_health_.healthy()}}) {
    const bool asked_for = request.path == "/livez/" + std::string(check.name);
    if (!asked_for && request.path.starts_with("/livez/") && request.path.size() > sizeof("/livez/") - 1) {
      continue;
    }
    known = known || asked_for;
    all_healthy = all_healthy && check.healthy;
    report +=
        (check.healthy ? "[+]" : "[-]") + std::string(check.name) + (check.healthy ? " ok\n" : " failed\n");
  }
  if (!known) return text(404, "not found\n");
  constexpr int kInternalError = 500;
  if (!all_healthy) return text(kInternalError, report);
  return text(200, request.query.contains("verbose") ? report : "ok");
}

http::Response Health::metrics(const http::Request& request) const {
  if (request.path != "/metrics") return text(404, "not found\n");
  return {.status = 200,
          .content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = metrics_text(sources_.machine, sources_.clock.now())};
}

Status Health::listen(std::string_view address, http::Handler handler) {
  const auto options = TRY(listener(address));
  servers_.push_back(std::make_unique<http::Server>(options, std::move(handler)));
  TRY(servers_.back()->start());
  return Done{};
}

// Leads, but the lease has run out: some thread hangs.
bool Health::election_healthy() const {
  if (sources_.election == nullptr || !sources_.election->leading()) return true;
  return sources_.election->since_renewal() <= sources_.lease_duration + kLeaseGrace;
}

}  // namespace cw::controller
