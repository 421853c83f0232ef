// KnownZones: a provider's own identifiers of the zones that it was asked for, so that it is not asked each
// time. Bounded. Thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "lib/dns01/publisher.h"

namespace cw::dns01 {

class KnownZones {
 public:
  std::optional<std::string> find(const TxtRecord& record) const {
    const std::scoped_lock lock(mutex_);
    const auto found = ids_.find(key_of(record));
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
  }
  void keep(const TxtRecord& record, const std::string& id) {
    const std::scoped_lock lock(mutex_);
    if (ids_.size() >= kMax) ids_.clear();
    ids_[key_of(record)] = id;
  }
  void forget(const TxtRecord& record) {
    const std::scoped_lock lock(mutex_);
    ids_.erase(key_of(record));
  }

 private:
  static constexpr std::size_t kMax = 1000;
  static const std::string& key_of(const TxtRecord& record) {
    return record.zone.empty() ? record.name : record.zone;
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::string> ids_;
};

}  // namespace cw::dns01
