// Snapshots: the webhooks of all configurations that the store holds, in the order in which they are asked:
// by the configuration's name, then as it lists them. Read anew when a configuration has changed, so that a
// write that was answered counts at once. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "apiserver/store.h"
#include "apiserver/webhooks/configuration.h"

namespace cw::apiserver::webhooks {

struct Snapshot {
  std::vector<Webhook> mutating;
  std::vector<Webhook> validating;
  // What they were read from.
  std::vector<ObjectPtr> mutating_from;
  std::vector<ObjectPtr> validating_from;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

class Snapshots {
 public:
  // The environment, of the conditions, must outlive it, and the store too.
  Snapshots(const Store& store, const cel::Environment& environment)
      : store_(store), environment_(environment) {}

  // Null: there are no configurations. Unavailable: the store cannot tell.
  Result<SnapshotPtr> now() const;

 private:
  const Store& store_;
  const cel::Environment& environment_;
  mutable std::mutex mutex_;
  mutable SnapshotPtr last_;
};

}  // namespace cw::apiserver::webhooks
