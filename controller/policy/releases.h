// Releases: Certificates whose request was denied, and which would be approved now that policy, rights,
// labels or a guard are others: since when. So they need not wait for their back-off. Bounded. Thread-safe.
// Source: reference/policy.md 3.6.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>

#include "lib/base/clock.h"
#include "lib/kube/resource.h"

namespace cw::controller::approval {

class Releases {
 public:
  void note(const kube::ObjectKey& certificate, TimePoint since) {
    const std::scoped_lock lock(mutex_);
    if (released_.size() >= kMax) released_.erase(released_.begin());
    released_.insert_or_assign(certificate, since);
  }
  void forget(const kube::ObjectKey& certificate) {
    const std::scoped_lock lock(mutex_);
    released_.erase(certificate);
  }
  std::optional<TimePoint> find(const kube::ObjectKey& certificate) const {
    const std::scoped_lock lock(mutex_);
    const auto found = released_.find(certificate);
    return found != released_.end() ? std::optional(found->second) : std::nullopt;
  }

 private:
  static constexpr std::size_t kMax = 10'000;
  mutable std::mutex mutex_;
  std::map<kube::ObjectKey, TimePoint> released_;
};

}  // namespace cw::controller::approval
