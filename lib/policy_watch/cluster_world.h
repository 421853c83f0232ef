// ClusterWorld: a policy::World from watch caches: CertificateRequestPolicies compiled as they come,
// Namespaces as labels, roles and bindings only as far as they speak of policies. Issuers' annotations come
// from whoever caches issuers. Owns its caches and threads. What there is no right to read, or no CRD for,
// stays unknown: then nothing is approved. Thread-safe but for start and stop.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/kube/client.h"
#include "lib/policy/decide.h"
#include "lib/rbac/access_reviews.h"

namespace cw::policy {

struct ClusterWorldParts {
  const kube::KubeReader& reader;
  rbac::AccessReviews& reviews;  // time to live 0 for approval, 10 s for admission
  // As World::issuer_annotations.
  std::function<Result<std::optional<kube::Map>>(const api::IssuerReference&, const std::string& name_space)>
      issuer_annotations;
};

// What has changed: policies and cluster-wide RBAC concern every namespace.
struct WorldChange {
  std::string name_space = {};  // empty: all
  std::string policy = {};      // if it is one policy
  bool rights = false;          // of RBAC: the API server itself may learn of it a moment later than we do
};

class ClusterWorld final : public World {
 public:
  explicit ClusterWorld(ClusterWorldParts);
  ~ClusterWorld() override;

  // Before the start. Called, for all namespaces, once everything is synced too. Called on the thread that
  // brought the change, with no lock held; not for status-only changes of policies that leave their readiness
  // as it is.
  void on_change(std::function<void(const WorldChange&)>);
  void start();
  void stop();
  // Everything was listed once. Before that verdicts are Error.
  bool synced() const;
  // Everything was listed, or it is known that it is not to be had: waiting longer would not help. Whatever
  // is learnt later is told as a change.
  bool settled() const;
  // For a Machine that is stepped by a test: list everything once, on this thread.
  // What is not served or may not be read is no failure.
  Status list_once();
  // The answer to a write of a policy, so that it is known before the watch tells of it.
  void take(const kube::Json& policy);

  std::vector<PolicyPointer> policies() const override;
  PolicyPointer find_policy(const std::string& name) const;
  std::vector<std::string> namespaces() const;
  Result<std::optional<kube::Map>> namespace_labels(const std::string& name) const override;
  Result<std::optional<kube::Map>> issuer_annotations(const api::IssuerReference&,
                                                      const std::string& name_space) const override;
  Result<bool> may_use(const kube::UserInfo&, const std::string& policy,
                       const std::string& name_space) const override;
  std::vector<Result<bool>> may_use_each(const kube::UserInfo&, std::span<const std::string> policies,
                                         const std::string& name_space) const override;
  bool probably_may_use(const kube::UserInfo&, const std::string& policy,
                        const std::string& name_space) const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cw::policy
