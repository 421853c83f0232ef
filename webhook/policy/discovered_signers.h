// SignerResources by discovery: what the API server says that it serves. Our own two kinds are known without
// asking. Thread-safe; look-ups of the network run outside the lock. Source: reference/admission.md 3.2.2
// step 2; caches bounded, which the field's are not.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "lib/base/clock.h"
#include "lib/kube/client.h"
#include "webhook/policy/approval.h"

namespace cw::webhook {

class DiscoveredSigners final : public SignerResources {
 public:
  DiscoveredSigners(const kube::KubeReader& reader, const Clock& clock) : reader_(reader), clock_(clock) {}
  Result<std::optional<SignerResource>> find(std::string_view group, std::string_view kind) override;

 private:
  using Key = std::pair<std::string, std::string>;
  // Found: kept for good. Not found in a group that there is: kept for half a minute.
  struct Entry {
    std::optional<SignerResource> resource;
    TimePoint good_until;
  };
  struct Discovered {
    std::optional<SignerResource> resource;
    bool group_exists = false;
  };

  std::optional<Entry> cached(const Key&);
  void remember(const Key&, const Discovered&);
  Result<Discovered> discover(const Key&) const;

  const kube::KubeReader& reader_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<Key, Entry> cache_;
};

}  // namespace cw::webhook
