// Housekeeping: what a cluster's controllers would do behind the API server: garbage collection, emptying
// namespaces that go, putting ClusterRoles together, forgetting old events. step() does what is due; a thread
// of ApiServer calls it. Not thread-safe.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "apiserver/api_parts.h"
#include "apiserver/garbage.h"
#include "apiserver/removal.h"
#include "apiserver/role_aggregation.h"
#include "apiserver/write_path.h"

namespace cw::apiserver {

class Housekeeping {
 public:
  Housekeeping(const ApiParts& parts, NamespaceGate& gate)
      : parts_(parts),
        writes_(parts, gate),
        removal_(parts, gate),
        garbage_(parts, writes_, removal_),
        roles_(parts, gate) {}

  // True if anything was done: then there may be more.
  bool step();
  // Steps until stopped, resting while nothing changes.
  void run(const std::stop_token& stop);

 private:
  bool empty_namespaces();
  bool empty_namespace(const StoredObject& name_space);
  bool remove_content(const std::string& name_space);
  void release(const StoredObject& name_space);
  void forget_events();

  ApiParts parts_;
  WritePath writes_;
  Removal removal_;
  GarbageCollector garbage_;
  RoleAggregation roles_;
  Revision namespaces_seen_ = 0;
  std::optional<TimePoint> events_looked_at_;
};

}  // namespace cw::apiserver
