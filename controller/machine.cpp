#include "controller/machine.h"

#include "controller/machine_impl.h"

namespace cw::controller {

Machine::Machine(const ControllerOptions& options, const std::set<std::string>& on, const Parts& parts)
    : impl_(std::make_unique<Impl>(options, on, parts)) {}

Machine::~Machine() { stop(); }

void Machine::start() {
  impl_->caches.for_each([this](auto& cache) {
    impl_->threads.emplace_back([&cache](const std::stop_token& stop) { cache.run(stop); });
  });
  impl_->policy.start_watching();
  impl_->threads.emplace_back([this](const std::stop_token& stop) { impl_->run(stop); });
}

void Machine::stop() {
  // The thread that starts the workers is the last one: it goes first.
  if (!impl_->threads.empty()) impl_->threads.pop_back();
  impl_->issuer_workers.stop();
  impl_->request_workers.stop();
  impl_->certificate_workers.stop();
  impl_->acme.stop();
  impl_->policy.stop();
  for (auto& thread : impl_->threads) thread.request_stop();
  impl_->threads.clear();
}

bool Machine::synced() const { return impl_->caches.synced(); }

Status Machine::list_once() {
  TRY(impl_->caches.list_once());
  return impl_->policy.list_once();
}

std::size_t Machine::drain(std::size_t max_passes) {
  std::size_t passes = 0;
  while (passes < max_passes) {
    if (!impl_->issuer_workers.process_next() && !impl_->request_workers.process_next() &&
        !impl_->certificate_workers.process_next() && !impl_->acme.step() && !impl_->policy.step()) {
      break;
    }
    ++passes;
  }
  return passes;
}

const watch::ObjectCache<api::Certificate>& Machine::certificates() const {
  return impl_->caches.certificates.objects();
}

const watch::ObjectCache<api::Issuer>& Machine::issuers() const { return impl_->caches.issuers.objects(); }

const watch::ObjectCache<api::Issuer>* Machine::cluster_issuers() const {
  const bool served = impl_->serves_cluster_issuers && impl_->caches.cluster_issuers;
  return served ? &impl_->caches.cluster_issuers->objects() : nullptr;
}

std::vector<Machine::NamedCounts> Machine::counts() const {
  std::vector<NamedCounts> counts;
  for (const auto* workers : {&impl_->issuer_workers, &impl_->request_workers, &impl_->certificate_workers}) {
    counts.push_back({workers->name(), workers->counts()});
  }
  for (const auto* workers : impl_->acme.workers()) counts.push_back({workers->name(), workers->counts()});
  for (const auto* workers : impl_->policy.workers()) counts.push_back({workers->name(), workers->counts()});
  return counts;
}

const watch::ObjectCache<api::Challenge>& Machine::challenges() const {
  return impl_->caches.challenges.objects();
}

const AcmeRequestMetrics* Machine::acme_requests() const { return impl_->acme.requests(); }

void Machine::write_policy_metrics(MetricsPage& page) const { impl_->policy.write_metrics(page); }

const certificates::IssuanceTimes& Machine::issuance_times() const {
  return impl_->certificate_reconciler.issuance_times();
}

}  // namespace cw::controller
