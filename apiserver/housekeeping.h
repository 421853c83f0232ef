// Housekeeping: what a cluster's controllers would do behind the API server: garbage collection, emptying
// namespaces that go, putting ClusterRoles together, forgetting old events. step() does what is due; a thread
// of ApiServer calls it. Not thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "apiserver/api_parts.h"
#include "apiserver/garbage.h"
#include "apiserver/removal.h"
#include "apiserver/role_aggregation.h"
#include "apiserver/tokens/account_keeper.h"
#include "apiserver/write_path.h"

namespace cw::apiserver {

struct HouseOptions {
  // Whether it is for this server to do so; empty: it is the only one.
  std::function<bool()> leads = {};
  AccountControllers accounts = {};
  std::string ca_pem = {};  // of the server's certificate, for its clients; empty: it is not published
};

class Housekeeping {
 public:
  Housekeeping(const ApiParts& parts, NamespaceGate& gate, const HouseOptions& options)
      : parts_(parts),
        writes_(parts, gate),
        removal_(parts, gate),
        garbage_(parts, writes_, removal_),
        roles_(parts, gate),
        accounts_(parts, writes_, removal_, options.accounts, options.ca_pem) {}

  // True if anything was done: then there may be more.
  bool step();

 private:
  bool empty_namespaces();
  bool empty_namespace(const StoredObject& name_space);
  bool remove_content(const std::string& name_space);
  void release(const StoredObject& name_space);
  void forget_events();
  void end_pods();

  ApiParts parts_;
  WritePath writes_;
  Removal removal_;
  GarbageCollector garbage_;
  RoleAggregation roles_;
  AccountKeeper accounts_;
  Revision namespaces_seen_ = 0;
  TimePoint try_again_at_ = TimePoint::max();  // with a namespace of which something could not be removed
  std::optional<TimePoint> events_looked_at_;
  TimePoint pods_looked_at_{};
};

// Steps until stopped, resting while nothing changes; compacts the store every few minutes.
void keep_house(const ApiParts&, NamespaceGate&, const HouseOptions&, const std::stop_token& stop);

}  // namespace cw::apiserver
