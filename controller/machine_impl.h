// Machine::Impl: caches, queues, reconcilers and workers, and who looks again when something changes. Private
// to the Machine.
#pragma once

#include <algorithm>
#include <thread>

#include "controller/acme_machine.h"
#include "controller/authorities.h"
#include "controller/caches.h"
#include "controller/certificates/preload.h"
#include "controller/certificates/reconcile.h"
#include "controller/issuers/reconcile.h"
#include "controller/machine.h"
#include "controller/policy_machine.h"
#include "controller/requests/ca_signer.h"
#include "controller/requests/reconcile.h"
#include "controller/requests/self_signer.h"
#include "controller/runtime/work_queue.h"
#include "controller/runtime/write_through.h"
#include "controller/rushes.h"
#include "controller/settings.h"
#include "lib/api/resources.h"
#include "lib/base/back_off.h"
#include "lib/base/pause.h"

namespace cw::controller {

inline constexpr std::size_t kMaxNextKeys = 16'384;
inline constexpr std::size_t kMaxTargets = 200'000;
inline constexpr unsigned kIssuerWorkers = 2;
inline constexpr std::size_t kFewCertificates = 50;  // their Secrets may as well be read one by one

// reference/controllers.md 0.2.
inline constexpr BackOff kCertificateBackOff{.first = std::chrono::seconds(1),
                                             .last = std::chrono::seconds(30)};
inline constexpr BackOff kDefaultBackOff{.first = std::chrono::seconds(5), .last = std::chrono::minutes(5)};

struct Machine::Impl {
  Impl(const ControllerOptions& options, const std::set<std::string>& on, const Parts& parts)
      : thread_count(std::max(options.workers, 1U)),
        scope(options.name_space),
        reader(parts.reader),
        writer(parts.writer),
        caches(options, parts.reader),
        issuer_queue(parts.clock, kDefaultBackOff),
        request_queue(parts.clock, kDefaultBackOff),
        certificate_queue(parts.clock, kCertificateBackOff),
        directory({.issuers = caches.issuers.objects(),
                   .cluster_issuers = caches.cluster_issuers ? &caches.cluster_issuers->objects() : nullptr,
                   .cluster_resource_namespace = options.cluster_resource_namespace}),
        acme(options, on,
             {.reader = parts.reader,
              .writer = writer,
              .clock = parts.clock,
              .key_maker = parts.key_maker,
              .events = parts.events,
              .directory = directory,
              .caches = caches,
              .world = parts.acme,
              .wake_request = [this](const kube::ObjectKey& key) { request_queue.add(key); },
              .wake_certificate = [this](const kube::ObjectKey& key) { certificate_queue.add(key); },
              .wake_issuer = [this](const kube::ObjectKey& key) { enqueue_issuer(key); }}),
        policy(
            options, on,
            {.reader = parts.reader,
             .writer = writer,
             .clock = parts.clock,
             .events = parts.events,
             .directory = directory,
             .caches = caches,
             .undecided =
                 [this](const std::string& name_space) { return request_reconciler.undecided(name_space); },
             .wake_request = [this](const kube::ObjectKey& key) { request_queue.add(key); },
             .wake_certificate = [this](const kube::ObjectKey& key) { certificate_queue.add(key); }}),
        ca_key_pairs(caches.secrets.objects(), parts.reader, options.pem_limits),
        issuer_reconciler({.directory = directory,
                           .key_pairs = ca_key_pairs,
                           .acme = acme.setup(),
                           .writer = writer,
                           .events = parts.events,
                           .clock = parts.clock}),
        ca_signer(directory, ca_key_pairs, options.pem_limits),
        self_signer(parts.reader, parts.events, options.pem_limits),
        request_reconciler({.requests = caches.requests.objects(),
                            .directory = directory,
                            .signers = {{issuers::IssuerType::Acme, &acme.signer()},
                                        {issuers::IssuerType::Ca, &ca_signer},
                                        {issuers::IssuerType::SelfSigned, &self_signer}},
                            .writer = writer,
                            .events = parts.events,
                            .clock = parts.clock,
                            .duties = request_duties(on),
                            .approver = &policy.approver()}),
        observer({.certificates = caches.certificates.objects(),
                  .requests = caches.requests.objects(),
                  .secrets = caches.secrets.objects(),
                  .reader = parts.reader,
                  .next_keys = next_keys,
                  .targets = targets,
                  .settings = certificate_settings(options, on),
                  .authority = authority_finder(directory, ca_key_pairs),
                  .issuer_ready_since = ready_since_finder(directory),
                  .acme_renewal = acme.renewal_finder(),
                  .approval = policy.news()}),
        certificate_reconciler(caches.certificates.objects(), observer,
                               {.reader = parts.reader,
                                .writer = writer,
                                .secrets = caches.secrets.objects(),
                                .next_keys = next_keys,
                                .targets = targets,
                                .key_maker = parts.key_maker,
                                .events = parts.events,
                                .settings = certificate_settings(options, on),
                                .ask_about_renewal = acme.renewal_asker(),
                                .forget_renewal_news = acme.renewal_forgetter()},
                               parts.clock),
        issuer_workers("issuers", issuer_queue,
                       [this](const kube::ObjectKey& key) { return issuer_reconciler.reconcile(key); }),
        request_workers("certificaterequests-approver", request_queue,
                        [this](const kube::ObjectKey& key) { return request_reconciler.reconcile(key); }),
        certificate_workers(
            "certificates-trigger", certificate_queue,
            [this](const kube::ObjectKey& key) { return certificate_reconciler.reconcile(key); }),
        serves_issuers(on.contains("issuers")),
        serves_cluster_issuers(on.contains("clusterissuers") && options.shard.owns("")),
        shard(options.shard) {
    caches.for_each([this](auto& cache) { writer.feed(cache); });
    follow_certificates();
    follow_requests();
    follow_issuers();
    follow_secrets();
  }

  // Who looks again when something changes: the one table of causes and effects.
  void follow_certificates() {
    caches.certificates.objects().on_change(
        [this](const kube::ObjectKey& key, const auto& before, const auto& after) {
          if (!after) acme.renewal_forgetter()(key);
          certificate_queue.add(key, before ? runtime::Turn::Soon : runtime::Turn::Later);
        });
  }

  void follow_requests() {
    caches.requests.objects().on_change(
        [this](const kube::ObjectKey& key, const auto& before, const auto& after) {
          if (after && !api::is_finished(*after)) request_queue.add(key);
          if (!after) observer.forget_request(key);
          const auto& request = after ? after : before;
          if (request) enqueue_owner(kube::find_controller(request->metadata), key.name_space);
        });
  }

  void follow_issuers() {
    const auto changed = [this](const kube::ObjectKey& key, const auto& before, const auto& after) {
      enqueue_issuer(key);
      for (const auto& request : request_reconciler.waiting_for_issuer(key)) request_queue.add(request);
      acme.issuer_changed(key);
      if (before && after && says_other_to_leaves(*before, *after)) {
        for (const auto& leaf : observer.users_of_issuer(key)) policy.issuer_of_changed(leaf);
        enqueue_leaves(key);
      }
    };
    caches.issuers.objects().on_change(changed);
    if (caches.cluster_issuers) caches.cluster_issuers->objects().on_change(changed);
  }

  void follow_secrets() {
    caches.secrets.objects().on_change(
        [this](const kube::ObjectKey& key, const auto& before, const auto& after) {
          if (!after) observer.forget_secret(key);
          enqueue_owner_of_key(key, before);
          enqueue_owner_of_key(key, after);
          for (const auto& user : observer.users_of_secret(key)) certificate_queue.add(user);
          for (const auto& issuer : directory.users_of_secret(key)) {
            enqueue_issuer(issuer);
            enqueue_leaves(issuer);
            acme.issuer_changed(issuer);
          }
          for (const auto& request : request_reconciler.waiting_for_secret(key)) request_queue.add(request);
        });
  }

  // Of a next private key, also of one that is one no longer. The namespace of ClusterIssuers' Secrets is in
  // the cache of every shard.
  void enqueue_owner_of_key(const kube::ObjectKey& key,
                            const std::shared_ptr<const watch::SecretMeta>& secret) {
    if (!secret || !secret->details || secret->details->controller_kind != api::kCertificates.kind) return;
    if (shard.owns(key.name_space)) certificate_queue.add({key.name_space, secret->details->controller_name});
  }

  void enqueue_owner(const kube::OwnerReference* owner, const std::string& name_space) {
    if (owner != nullptr && owner->kind == api::kCertificates.kind) {
      certificate_queue.add({name_space, owner->name});
    }
  }

  // The CA above them is, or may be, another one.
  void enqueue_leaves(const kube::ObjectKey& issuer) {
    for (const auto& leaf : observer.users_of_issuer(issuer)) certificate_queue.add(leaf);
  }

  void enqueue_issuer(const kube::ObjectKey& key) {
    if (key.name_space.empty() ? serves_cluster_issuers : serves_issuers) issuer_queue.add(key);
  }

  void run(const std::stop_token& stop) {
    while (!caches.synced() || !policy.settled()) {
      if (!pause(stop, std::chrono::milliseconds(5))) return;
    }
    if (caches.certificates.objects().size() > kFewCertificates) {
      certificates::weigh_all_targets(reader, scope, observer);
    }
    if (stop.stop_requested()) return;
    issuer_workers.start(kIssuerWorkers);
    request_workers.start(thread_count);
    certificate_workers.start(thread_count);
    acme.start(thread_count);
    policy.start();
    return_memory_after_rushes(stop,
                               {.seen = [this] { return seen(); }, .waiting = [this] { return waiting(); }});
  }

  // Secrets of others bring no pass, but news of them takes memory too.
  std::uint64_t seen() const {
    return certificate_workers.counts().calls + request_workers.counts().calls +
           caches.secrets.objects().size();
  }
  std::size_t waiting() const {
    return certificate_queue.waiting() + request_queue.waiting() + acme.waiting() + policy.waiting();
  }

  unsigned thread_count;
  std::string scope;  // the one namespace; empty: all
  const kube::KubeReader& reader;
  runtime::WriteThrough writer;
  Caches caches;
  runtime::WorkQueue issuer_queue;
  runtime::WorkQueue request_queue;
  runtime::WorkQueue certificate_queue;
  certificates::NextKeyMemory next_keys{kMaxNextKeys};
  certificates::TargetMemory targets{kMaxTargets};
  issuers::IssuerDirectory directory;
  AcmeMachine acme;
  PolicyMachine policy;
  issuers::CaKeyPairs ca_key_pairs;
  issuers::IssuerReconciler issuer_reconciler;
  requests::CaSigner ca_signer;
  requests::SelfSigner self_signer;
  requests::RequestReconciler request_reconciler;
  certificates::Observer observer;
  certificates::CertificateReconciler certificate_reconciler;
  runtime::Workers issuer_workers;
  runtime::Workers request_workers;
  runtime::Workers certificate_workers;
  bool serves_issuers;
  bool serves_cluster_issuers;
  runtime::Shard shard;
  std::vector<std::jthread> threads;
};

}  // namespace cw::controller
