#include "controller/policy_machine.h"

#include <atomic>
#include <chrono>
#include <optional>
#include <utility>

#include "controller/policy/approval_counts.h"
#include "controller/policy/approver.h"
#include "controller/policy/policy_reconcile.h"
#include "controller/policy/releases.h"
#include "controller/policy/remembering_world.h"
#include "controller/policy/scan.h"
#include "controller/runtime/work_queue.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/base/back_off.h"
#include "lib/base/pause.h"
#include "lib/issuance/request_name.h"
#include "lib/policy_watch/cluster_world.h"
#include "lib/policy_watch/guard_world.h"

namespace cw::controller {
namespace {

using std::chrono::steady_clock;

constexpr BackOff kBackOff{.first = std::chrono::seconds(1), .last = std::chrono::minutes(1)};
constexpr std::chrono::seconds kScanRemembers{10};
constexpr unsigned kReleaseWorkers = 1;

// Rights that change reach the API server's own cache a moment after ours: it is asked again so soon, for so
// long.
constexpr std::chrono::milliseconds kFirstLook{150};
constexpr std::chrono::milliseconds kSecondLook{1000};

void wait(std::chrono::milliseconds time) { pause(std::stop_token(), time); }

// It waits because policy, or a guard, denied its last request.
bool was_denied(const api::Certificate& certificate) {
  const auto* issuing = kube::find_condition(certificate.status.conditions, api::kIssuing);
  return certificate.status.last_failure_time && issuing != nullptr &&
         issuing->status != kube::kConditionTrue && issuing->reason == api::kPolicyGroup;
}

bool is_new_denial(const api::Certificate* before, const api::Certificate& after) {
  if (!was_denied(after)) return false;
  return before == nullptr || !was_denied(*before) ||
         before->status.last_failure_time != after.status.last_failure_time;
}

policy::FindAnnotations annotations_in(const issuers::IssuerDirectory& directory) {
  using Found = std::optional<kube::Map>;
  return [&directory](const api::IssuerReference& reference, const std::string& name_space) -> Result<Found> {
    if (!api::is_built_in_group(reference)) return Found();
    const auto issuer = directory.find(reference, name_space);
    if (issuer) return Found((*issuer)->metadata.annotations);
    if (issuer.error().code == Code::NotFound) return Found();
    return issuer.error();
  };
}

}  // namespace

struct PolicyMachine::Impl {
  Impl(const ControllerOptions& options, const std::set<std::string>& on, const Parts& given)
      : parts(given),
        policy_queue(given.clock, kBackOff),
        denied_queue(given.clock, kBackOff),
        policy_workers("certificaterequestpolicies", policy_queue,
                       [this](const kube::ObjectKey& key) { return reconciler.reconcile(key); }),
        release_workers("certificates-release", denied_queue,
                        [this](const kube::ObjectKey& key) { return release(key); }),
        reconciler({.find = [this](const std::string& name) { return cluster->find_policy(name); },
                    .writer = given.writer,
                    .events = given.events,
                    .clock = given.clock,
                    .stored = [this](const kube::Json& policy) { cluster->take(policy); }}) {
    denied = given.caches.certificates.objects().add_index([](const api::Certificate& certificate) {
      if (!was_denied(certificate)) return std::vector<std::string>{};
      return std::vector<std::string>{{}, certificate.metadata.name_space};
    });
    const bool serves_policies = on.contains("certificaterequests-approver") && options.shard.owns("");
    make_world(options.policy, serves_policies);
    make_approver(options);
    follow();
  }

  void make_world(const policy::Options& options, bool serves_policies) {
    const auto annotations = annotations_in(parts.directory);
    if (!options.on) {
      guards.emplace(parts.reader, parts.clock, annotations);
      return;
    }
    reviews.emplace(parts.writer, parts.clock, std::chrono::milliseconds(0), wait);
    remembered.emplace(parts.writer, parts.clock, kScanRemembers, wait);
    cluster.emplace(policy::ClusterWorldParts{
        .reader = parts.reader, .reviews = *reviews, .issuer_annotations = annotations});
    for_scan.emplace(*cluster, *remembered);
    cluster->on_change([this, serves_policies](const policy::WorldChange& change) {
      if (serves_policies) queue_policies(change);
      world_changed(change);
    });
  }

  void make_approver(const ControllerOptions& options) {
    const policy::World& world = cluster ? static_cast<const policy::World&>(*cluster) : *guards;
    const approval::ApproverParts its{
        .world = world,
        .options = options.policy,
        .requests = options.requests,
        .causes = causes,
        .metrics = verdicts,
        .cause_changed = [this](const api::CertificateRequest& request) { wake_owner(request); },
        .rights_changed_ago = [this] { return steady_clock::now() - rights_changed.load(); }};
    if (cluster) {
      approver = std::make_unique<approval::PolicyApprover>(its);
      scan.emplace(approval::PolicyScan::Parts{.world = *for_scan,
                                               .options = options.policy,
                                               .requests = options.requests,
                                               .certificates = parts.caches.certificates.objects(),
                                               .events = parts.events});
    } else {
      approver = std::make_unique<approval::GuardApprover>(its);
    }
  }

  void follow() {
    parts.caches.requests.objects().on_change(
        [this](const kube::ObjectKey& key, const auto& before, const auto& after) {
          if (cluster) counts.change(before.get(), after.get());
          if (!after) causes.forget(key);
        });
    parts.caches.certificates.objects().on_change(
        [this](const kube::ObjectKey& key, const auto& before, const auto& after) {
          if (!after || !was_denied(*after)) releases.forget(key);
          // What changed while its denial was being written was not told to it.
          if (after && is_new_denial(before.get(), *after)) denied_queue.add(key);
          if (scan) scan->certificate_changed(key, before.get(), after.get());
        });
  }

  void queue_policies(const policy::WorldChange& change) {
    if (!change.policy.empty()) return policy_queue.add({{}, change.policy});
    if (!change.name_space.empty() || change.rights) return;
    for (const auto& policy : cluster->policies()) policy_queue.add({{}, policy->name()});
  }

  void world_changed(const policy::WorldChange& change) {
    if (change.rights) rights_changed.store(steady_clock::now());
    for (const auto& request : parts.undecided(change.name_space)) parts.wake_request(request);
    for (const auto& key : parts.caches.certificates.objects().keys_by(denied, change.name_space)) {
      denied_queue.add(key);
      if (change.rights) denied_queue.add_after(key, kSecondLook);
    }
    if (scan) scan->world_changed(change.name_space);
  }

  void wake_owner(const api::CertificateRequest& request) const {
    const auto* owner = kube::find_controller(request.metadata);
    if (owner == nullptr || owner->kind != api::kCertificates.kind) return;
    parts.wake_certificate({request.metadata.name_space, owner->name});
  }

  // Who made the request that was denied will make the next one too.
  bool would_approve(const api::Certificate& certificate) const {
    const auto revision = certificate.status.revision.value_or(0) + 1;
    const auto denied_request = parts.caches.requests.objects().find(
        {certificate.metadata.name_space, issuance::request_name(certificate.metadata.name, revision)});
    if (!denied_request) return approver->would_approve(certificate, nullptr, revision);
    const auto& spec = denied_request->spec;
    const kube::UserInfo maker{spec.username, spec.uid, spec.groups, spec.extra};
    return approver->would_approve(certificate, &maker, revision);
  }

  Result<runtime::Outcome> release(const kube::ObjectKey& key) {
    const auto certificate = parts.caches.certificates.objects().find(key);
    if (!certificate || !was_denied(*certificate)) return runtime::Outcome{};
    // Times of the API have whole seconds: what failed in this one would be taken for the answer to the next
    // try.
    const auto next_second = *certificate->status.last_failure_time + std::chrono::seconds(1);
    if (parts.clock.now() < next_second) return runtime::Outcome{.again_at = next_second};
    if (!would_approve(*certificate)) {
      const bool may_change = steady_clock::now() - rights_changed.load() < kSecondLook;
      runtime::Outcome outcome;
      if (may_change) outcome.again_after = kFirstLook;
      return outcome;
    }
    releases.note(key, parts.clock.now());
    parts.wake_certificate(key);
    return runtime::Outcome{};
  }

  Parts parts;
  runtime::WorkQueue policy_queue;
  runtime::WorkQueue denied_queue;
  runtime::Workers policy_workers;
  runtime::Workers release_workers;
  approval::PolicyReconciler reconciler;
  watch::ObjectCache<api::Certificate>::Index denied = 0;
  approval::PendingCauses causes;
  approval::VerdictMetrics verdicts;
  approval::ApprovalCounts counts;
  approval::Releases releases;
  std::atomic<steady_clock::time_point> rights_changed{steady_clock::time_point{}};
  std::optional<policy::GuardWorld> guards;    // policy off
  std::optional<rbac::AccessReviews> reviews;  // from here on: policy on
  std::optional<rbac::AccessReviews> remembered;
  std::optional<policy::ClusterWorld> cluster;
  std::optional<approval::RememberingWorld> for_scan;
  std::unique_ptr<approval::PolicyApprover> approver;
  std::optional<approval::PolicyScan> scan;
};

PolicyMachine::PolicyMachine(const ControllerOptions& options, const std::set<std::string>& on,
                             const Parts& parts)
    : impl_(std::make_unique<Impl>(options, on, parts)) {}

PolicyMachine::~PolicyMachine() { stop(); }

requests::Approver& PolicyMachine::approver() { return *impl_->approver; }

certificates::ApprovalNews PolicyMachine::news() {
  return {.pending_cause = [this](const kube::ObjectMeta& request) { return impl_->causes.find(request); },
          .released_since = [this](const kube::ObjectKey& key) { return impl_->releases.find(key); }};
}

void PolicyMachine::issuer_of_changed(const kube::ObjectKey& certificate) {
  impl_->denied_queue.add(certificate);
  if (impl_->scan) impl_->scan->look_at(certificate);
}

void PolicyMachine::start_watching() {
  if (impl_->cluster) impl_->cluster->start();
}

void PolicyMachine::start() {
  impl_->release_workers.start(kReleaseWorkers);
  if (!impl_->cluster) return;
  impl_->policy_workers.start(1);
  impl_->scan->start();
}

void PolicyMachine::stop() {
  if (impl_->scan) impl_->scan->stop();
  impl_->policy_workers.stop();
  impl_->release_workers.stop();
  if (impl_->cluster) impl_->cluster->stop();
}

bool PolicyMachine::settled() const { return !impl_->cluster || impl_->cluster->settled(); }

Status PolicyMachine::list_once() {
  if (impl_->cluster) return impl_->cluster->list_once();
  return Done{};
}

bool PolicyMachine::step() {
  return impl_->policy_workers.process_next() || impl_->release_workers.process_next();
}

std::size_t PolicyMachine::waiting() const {
  return impl_->policy_queue.waiting() + impl_->denied_queue.waiting();
}

std::vector<const runtime::Workers*> PolicyMachine::workers() const {
  if (!impl_->cluster) return {};
  return {&impl_->policy_workers, &impl_->release_workers};
}

void PolicyMachine::write_metrics(MetricsPage& page) const {
  if (!impl_->cluster) return;
  impl_->counts.write(page);
  impl_->verdicts.write(page);
  impl_->scan->write(page);
}

}  // namespace cw::controller
