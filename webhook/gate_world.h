// GateWorld: what the gate of a running webhook knows of the cluster, and what it takes for it: with policy
// on watch caches and their threads, with policy off nothing but what the facts of advice have anyway.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "lib/base/clock.h"
#include "lib/kube/client.h"
#include "lib/policy/options.h"
#include "lib/policy_watch/cluster_world.h"
#include "lib/policy_watch/guard_world.h"
#include "lib/rbac/access_reviews.h"
#include "webhook/advice/facts.h"
#include "webhook/gate/gate.h"
#include "webhook/rules/rule_options.h"

namespace cw::webhook {

// The annotations of an issuer of ours as the facts have them.
policy::FindAnnotations annotations_from(const Facts&);

// Certificates as the API server lists them when they are asked for: that is when a policy is applied.
class ListedCertificates final : public LiveCertificates {
 public:
  explicit ListedCertificates(const kube::KubeReader& reader) : reader_(reader) {}
  void for_each(const std::function<bool(const api::Certificate&)>& visit) const override;

 private:
  const kube::KubeReader& reader_;
};

// What is referred to must outlive the GateWorld.
struct GateWorldParts {
  const kube::KubeReader& reader;
  kube::KubeWriter& writer;
  const Clock& clock;
  const Facts& facts;
  rbac::AccessReviews::Wait wait;
};

class GateWorld {
 public:
  GateWorld(policy::Options, GateWorldParts);
  GateWorld(const GateWorld&) = delete;
  GateWorld& operator=(const GateWorld&) = delete;

  GateParts parts(const RuleOptions&, GateCounter*) const;
  // Once, and at the end.
  void start();
  void stop();

 private:
  policy::Options options_;
  ListedCertificates live_;
  std::optional<rbac::AccessReviews> reviews_;   // policy on
  std::optional<policy::ClusterWorld> cluster_;  // policy on
  std::optional<policy::GuardWorld> guards_;     // policy off
};

}  // namespace cw::webhook
