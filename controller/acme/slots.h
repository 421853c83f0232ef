// Slots: how many challenges are worked on at the same time, and which. Of those that wait, the oldest goes
// first; what would disturb another one waits for it. A slot that is given to one that waits is kept for it
// until it takes it. In memory: what the stored objects say is put in at the start. Thread-safe.
// Source: reference/controllers.md 5.6.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/api/challenge.h"
#include "lib/base/clock.h"
#include "lib/kube/resource.h"

namespace cw::controller::acme {

// Challenges with the same answer to this are not worked on at once: HTTP-01 for one name, whatever its
// token; DNS-01 for one name and key only, since several values stand in one TXT set.
std::string exclusion_of(const api::ChallengeSpec&);

class Slots {
 public:
  explicit Slots(std::size_t max) : max_(max) {}

  // Before the first take: called for each that gets a slot after it had to wait, on the thread that freed
  // it.
  void on_free(std::function<void(const kube::ObjectKey&)> handler) { on_free_ = std::move(handler); }

  // Has one, or gets one; false: it waits, and on_free will name it.
  bool take(const kube::ObjectKey&, const api::Challenge&);
  // It is being worked on already, whatever the limit.
  void hold(const kube::ObjectKey&, const api::Challenge&);
  // No longer worked on, and not waiting.
  void release(const kube::ObjectKey&);

  std::size_t held() const;
  std::size_t waiting() const;

 private:
  using Age = std::pair<TimePoint, kube::ObjectKey>;
  // With mutex_ held.
  bool may_have(const std::string& exclusion) const;
  void grant(const kube::ObjectKey&, const std::string& exclusion);
  std::vector<kube::ObjectKey> grant_to_waiting();
  void stop_waiting(const kube::ObjectKey&);

  const std::size_t max_;
  std::function<void(const kube::ObjectKey&)> on_free_;
  mutable std::mutex mutex_;
  std::map<kube::ObjectKey, std::string> held_;  // with what it excludes
  std::multiset<std::string> excluded_;
  std::map<Age, std::string> waiting_;
  std::map<kube::ObjectKey, TimePoint> ages_;  // of those waiting
};

}  // namespace cw::controller::acme
