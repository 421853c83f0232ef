// CachedStore: all objects in memory, changes through a Journal if there is one (SQLite), else memory alone.
// Writers that come at the same time share one commit: whoever finds no commit under way makes it for all
// that wait. Readers see a change once it is durable.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "apiserver/event_log.h"
#include "apiserver/journal.h"
#include "apiserver/store.h"
#include "apiserver/watch_hub.h"
#include "lib/base/clock.h"

namespace cw::apiserver {

class CachedStore final : public Store {
 public:
  // Without a journal nothing outlives the store. Unavailable if the journal cannot be read.
  static Result<std::unique_ptr<CachedStore>> open(std::unique_ptr<Journal>, const Clock&,
                                                   HistoryLimits limits = {});

  Result<ObjectPtr> create(const StoreKey&, std::string text) override;
  Result<ObjectPtr> update(const StoreKey&, std::string text, Revision expected) override;
  Result<ObjectPtr> remove(const StoreKey&, Revision expected) override;

  Result<ObjectPtr> get(const StoreKey&) const override;
  Result<Listing> list(const StoreScope&, std::optional<Revision> at) const override;
  Result<std::unique_ptr<StoreWatch>> watch(const StoreScope&, Revision from) override;
  Revision revision() const override;
  Revision oldest_known(const std::string& resource) const override;

 private:
  enum class WriteKind : std::uint8_t { Create, Update, Remove };
  struct Write {
    WriteKind kind;
    const StoreKey& key;
    std::string text;
    Revision expected = 0;
    std::optional<Result<ObjectPtr>> answer = {};
    bool done = false;  // the answer may be read; guarded by queue_mutex_
  };
  struct Space {  // of one resource
    std::map<ObjectKey, ObjectPtr> objects;
    EventLog log;
  };
  class Batch;
  class Watch;

  CachedStore(std::unique_ptr<Journal> journal, const Clock& clock, HistoryLimits limits)
      : journal_(std::move(journal)), clock_(clock), limits_(limits) {}

  Result<ObjectPtr> submit(Write&);
  void commit(const std::vector<Write*>&);
  void publish(const std::vector<Change>&);
  void take_recovered(const std::string& resource, ObjectPtr);
  Space& space_of(const std::string& resource);
  const Space* find_space(const std::string& resource) const;
  ObjectPtr find(const StoreKey&) const;
  Result<WatchBatch> read_changes(const StoreScope&, Revision from) const;

  std::unique_ptr<Journal> journal_;
  const Clock& clock_;
  HistoryLimits limits_;
  WatchHub hub_;

  mutable std::shared_mutex state_mutex_;  // guards the next three
  std::map<std::string, Space> spaces_;
  Revision revision_ = 0;
  Revision opened_at_ = 0;  // nothing before is in any log

  std::mutex queue_mutex_;  // guards the next two
  std::condition_variable committed_;
  std::vector<Write*> queue_;
  bool committing_ = false;
};

}  // namespace cw::apiserver
