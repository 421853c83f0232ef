// RequestReconciler: approves and answers CertificateRequests. Writes their status and nothing else, in one
// write a pass. Thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/issuers/issuer_directory.h"
#include "controller/issuers/issuer_type.h"
#include "controller/requests/approver.h"
#include "controller/requests/outcome.h"
#include "controller/requests/pipeline.h"
#include "controller/requests/signer.h"
#include "controller/runtime/events.h"
#include "controller/runtime/workers.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/watch/object_cache.h"

namespace cw::controller::requests {

using RequestCache = watch::ObjectCache<api::CertificateRequest>;

class RequestReconciler {
 public:
  struct Parts {
    RequestCache& requests;
    const issuers::IssuerDirectory& directory;
    std::map<issuers::IssuerType, Signer*> signers;
    kube::KubeWriter& writer;
    runtime::EventSink& events;
    const Clock& clock;
    Duties duties;
    Approver* approver = nullptr;  // null: all are approved, and no issuer has a guard
  };
  // Adds its indexes to the cache: construct before it is filled.
  explicit RequestReconciler(Parts);

  Result<runtime::Outcome> reconcile(const kube::ObjectKey&);

  // Requests that are not finished and may go on now that this issuer, or this key Secret, has changed.
  std::vector<kube::ObjectKey> waiting_for_issuer(const kube::ObjectKey& issuer) const;
  std::vector<kube::ObjectKey> waiting_for_secret(const kube::ObjectKey& secret) const;
  // Those that are undecided, in this namespace; empty: in all. Of any issuer.
  std::vector<kube::ObjectKey> undecided(const std::string& name_space) const;

 private:
  RequestView observe(const api::CertificateRequest&) const;
  SignOutcome sign(const api::CertificateRequest&, const api::Issuer&) const;
  bool has_own_approval() const;
  std::optional<StatusChange> decide(const api::CertificateRequest&);
  Result<runtime::Outcome> finish(const api::CertificateRequest&, const StatusChange&,
                                  std::string_view field_manager);

  Parts parts_;
  Duties plan_duties_;  // without approval, if the approver has its own
  RequestCache::Index by_issuer_ = 0;
  RequestCache::Index by_key_secret_ = 0;
  RequestCache::Index undecided_ = 0;
};

}  // namespace cw::controller::requests
