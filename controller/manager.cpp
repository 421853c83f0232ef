#include "controller/manager.h"

#include <mutex>
#include <optional>
#include <thread>

#include "controller/health.h"
#include "controller/machine.h"
#include "controller/names.h"
#include "controller/runtime/events.h"
#include "controller/runtime/fenced_writer.h"
#include "controller/runtime/leader_election.h"
#include "lib/api/resources.h"
#include "lib/base/log.h"

namespace cw::controller {
namespace {

runtime::LeaderElectionOptions election_options(const ControllerOptions& options) {
  return {.name_space = options.leader_election_namespace,
          .identity = runtime::leader_identity(),
          .shard = options.shard,
          .lease_duration = options.lease_duration,
          .renew_deadline = options.renew_deadline,
          .retry_period = options.retry_period};
}

// As client-go demands it: lease > renewal > 1.2 · retry > 0.
Status check_election(const ControllerOptions& options) {
  if (!options.leader_elect) return Done{};
  if (options.retry_period.count() <= 0) {
    return Error{Code::Invalid, "leader-election-retry-period must be positive"};
  }
  if (options.lease_duration <= options.renew_deadline) {
    return Error{Code::Invalid, "leader-election-lease-duration must be longer than the renew deadline"};
  }
  if (options.renew_deadline * 10 <= options.retry_period * 12) {
    return Error{Code::Invalid,
                 "leader-election-renew-deadline must be longer than 1.2 times the retry period"};
  }
  return Done{};
}

Status check_back_off(const ControllerOptions& options) {
  const auto first = options.certificate_request_minimum_backoff.count();
  const auto last = options.certificate_request_maximum_backoff.count();
  if (first < 0 || last < 0 || (first > 0 && last > 0 && last < first)) {
    return Error{Code::Invalid,
                 "certificate-request-maximum-backoff-duration must not be shorter than "
                 "certificate-request-minimum-backoff-duration, and neither negative"};
  }
  return Done{};
}

}  // namespace

struct Manager::Impl {
  Impl(ControllerOptions given, const kube::KubeReader& reader, kube::KubeWriter& writer, const Clock& clock,
       pki::KeyMaker& key_maker)
      : options(std::move(given)),
        events(writer, api::kEvents, clock, "cert-manager-controller"),
        parts{reader, writer, clock, key_maker, events},
        lease_reader(&reader),
        lease_writer(&writer) {}

  void enter_election() {
    election.emplace(election_options(options), api::kLeases, *lease_reader, *lease_writer, parts.clock);
    fence.emplace(parts.writer, [this] { return election->may_write(); });
  }

  void run_machine() {
    const std::scoped_lock lock(mutex);
    machine->start();
  }

  void campaign(const std::stop_token& stop) {
    const auto ended = election->lead(stop, [this] { run_machine(); });
    if (ended) return;
    log::error("leadership is lost", {{"error", ended.error().message}});
    if (lost) lost(ended.error());
    machine->stop();
  }

  ControllerOptions options;
  runtime::EventRecorder events;
  Machine::Parts parts;
  const kube::KubeReader* lease_reader;
  kube::KubeWriter* lease_writer;
  std::optional<runtime::LeaderElection> election;  // none: leads from the start
  std::optional<runtime::FencedWriter> fence;       // before parts.writer, if there is an election
  std::function<void(const Error&)> lost;
  mutable std::mutex mutex;
  std::unique_ptr<Machine> machine;
  std::unique_ptr<Health> health;
  std::optional<std::jthread> campaigner;
};

Manager::Manager(ControllerOptions options, const kube::KubeReader& reader, kube::KubeWriter& writer,
                 const Clock& clock, pki::KeyMaker& key_maker)
    : impl_(std::make_unique<Impl>(std::move(options), reader, writer, clock, key_maker)) {}

Manager::~Manager() { stop(); }

void Manager::use_for_leases(const kube::KubeReader& reader, kube::KubeWriter& writer) {
  impl_->lease_reader = &reader;
  impl_->lease_writer = &writer;
}

void Manager::use_acme(const AcmeWorld& world) { impl_->parts.acme = &world; }

void Manager::on_lost(std::function<void(const Error&)> handler) { impl_->lost = std::move(handler); }

Status Manager::start() {
  TRY(check_election(impl_->options));
  TRY(check_back_off(impl_->options));
  auto on = TRY(enabled_controllers(impl_->options.controllers));
  if (!impl_->options.name_space.empty()) on.erase("clusterissuers");
  if (impl_->options.leader_elect) impl_->enter_election();
  kube::KubeWriter& writer = impl_->fence ? *impl_->fence : impl_->parts.writer;
  const auto& parts = impl_->parts;
  impl_->machine = std::make_unique<Machine>(
      impl_->options, on,
      Machine::Parts{parts.reader, writer, parts.clock, parts.key_maker, parts.events, parts.acme});
  impl_->health =
      std::make_unique<Health>(Health::Sources{*impl_->machine, impl_->election ? &*impl_->election : nullptr,
                                               impl_->parts.clock, impl_->options.lease_duration});
  TRY(impl_->health->start(impl_->options));
  impl_->events.start();
  if (impl_->options.leader_elect) {
    impl_->campaigner.emplace([this](const std::stop_token& stop) { impl_->campaign(stop); });
  } else {
    impl_->run_machine();
  }
  return Done{};
}

void Manager::stop() {
  if (!impl_->machine) return;
  impl_->campaigner.reset();
  impl_->machine->stop();
  impl_->events.stop();
  if (impl_->election) impl_->election->release();
  impl_->health.reset();
  impl_->machine.reset();
}

bool Manager::leading() const {
  return !impl_->options.leader_elect || (impl_->election && impl_->election->leading());
}

bool Manager::synced() const { return impl_->machine && leading() && impl_->machine->synced(); }

}  // namespace cw::controller
