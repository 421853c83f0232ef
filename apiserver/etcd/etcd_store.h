// EtcdStore: objects in an etcd that several servers may share. All are in memory too, fed by a watch
// (EtcdFeed); reads are answered from there. A write is one transaction that compares the object's revision,
// and answers when the watch has brought it. Revisions are etcd's own. While etcd is away writes and
// catch_up() are Unavailable, reads of the memory go on. Layout and choices: docs/storage.md.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "apiserver/etcd/etcd_client.h"
#include "apiserver/etcd/etcd_feed.h"
#include "apiserver/etcd/etcd_keys.h"
#include "apiserver/store.h"
#include "apiserver/store_memory.h"
#include "lib/base/clock.h"

namespace cw::apiserver {

// What an object may have that no other of its resource has beside it: "clusterIP/10.96.0.1". Sorted, each
// once.
using ClaimsOf = std::vector<std::string> (*)(const StoreKey&, const std::string& text);

class EtcdStore final : public Store {
 public:
  // Reads all objects. Unavailable if etcd cannot be reached, or was written to by a newer version.
  // A write that wants a claim which another object has is a Conflict; claims are in etcd beside the objects,
  // written in the same transaction. null: there are none.
  static Result<std::unique_ptr<EtcdStore>> open(const EtcdOptions&, const Clock&, HistoryLimits limits = {},
                                                 ClaimsOf claims = nullptr);
  ~EtcdStore() override;

  Result<ObjectPtr> create(const StoreKey&, std::string text) override;
  Result<ObjectPtr> update(const StoreKey&, std::string text, Revision expected) override;
  Result<ObjectPtr> remove(const StoreKey&, Revision expected) override;

  Result<ObjectPtr> get(const StoreKey& key) const override { return memory_.get(key); }
  Result<Listing> list(const StoreScope& scope, std::optional<Revision> at) const override {
    return memory_.list(scope, at);
  }
  Result<std::unique_ptr<StoreWatch>> watch(const StoreScope& scope, Revision from) override {
    return memory_.watch(scope, from);
  }
  Revision revision() const override { return memory_.revision(); }
  Revision oldest_known(const std::string& resource) const override { return memory_.oldest_known(resource); }

  Status catch_up() override;
  // Gives up etcd's history from before the last call.
  Status compact() override;

  const EtcdClient& client() const { return *client_; }
  const EtcdKeys& keys() const { return keys_; }

 private:
  EtcdStore(std::unique_ptr<EtcdClient> client, const std::string& prefix, const Clock& clock,
            HistoryLimits limits, ClaimsOf claims);
  Status check_format();
  Result<ObjectPtr> write(const StoreKey&, std::optional<std::string> text, Revision expected);
  void add_claims(const StoreKey&, EtcdWrite&) const;
  Error refuse(const EtcdWritten&, Revision expected);
  Status catch_up_alone();

  const std::unique_ptr<EtcdClient> client_;
  const EtcdKeys keys_;
  const ClaimsOf claims_;
  StoreMemory memory_;
  EtcdFeed feed_;

  std::mutex mutex_;  // guards the rest
  std::condition_variable asked_;
  bool asking_ = false;         // somebody asks etcd how far it is
  std::uint64_t begun_ = 0;     // how often it has been asked
  std::uint64_t answered_ = 0;  // the last of them that has ended
  Status last_answer_ = Done{};
  Revision to_compact_ = 0;  // etcd's revision at the last call of compact()
};

}  // namespace cw::apiserver
