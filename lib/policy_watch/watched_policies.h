// WatchedPolicies: the CertificateRequestPolicies of the cluster, compiled as they come, and their list by
// name, which costs nothing to take. A policy that cannot be decoded is as good as not there: it never
// approves. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lib/kube/client.h"
#include "lib/policy/compiled_policy.h"
#include "lib/watch/watch_cache.h"

namespace cw::policy {

class WatchedPolicies {
 public:
  using List = std::shared_ptr<const std::vector<PolicyPointer>>;
  // `changed` is called with the name of a policy that may now decide otherwise.
  WatchedPolicies(const kube::KubeReader&, watch::Patience, std::function<void(const std::string&)> changed);

  struct Watched {
    PolicyPointer compiled;
  };
  watch::WatchCache<Watched>& cache() { return cache_; }
  const watch::WatchCache<Watched>& cache() const { return cache_; }

  // In the order of their names; never null.
  List list() const;
  PolicyPointer find(const std::string& name) const;

 private:
  Result<Watched> compile(const kube::Json&) const;
  void take(const std::string& name, const PolicyPointer& after);

  watch::WatchCache<Watched> cache_;
  mutable std::mutex mutex_;
  List list_ = std::make_shared<const std::vector<PolicyPointer>>();
};

}  // namespace cw::policy
