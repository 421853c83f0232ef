// CachedStore: all objects in memory, changes through a Journal if there is one (SQLite), else memory alone.
// Writers that come at the same time share one commit: whoever finds no commit under way makes it for all
// that wait. Readers see a change once it is durable.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "apiserver/journal.h"
#include "apiserver/store.h"
#include "apiserver/store_memory.h"
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

  Result<ObjectPtr> get(const StoreKey& key) const override { return memory_.get(key); }
  Result<Listing> list(const StoreScope& scope, std::optional<Revision> at) const override {
    return memory_.list(scope, at);
  }
  Result<std::unique_ptr<StoreWatch>> watch(const StoreScope& scope, Revision from) override {
    return memory_.watch(scope, from);
  }
  Revision revision() const override { return memory_.revision(); }
  Revision oldest_known(const std::string& resource) const override { return memory_.oldest_known(resource); }
  Status compact() override;

 private:
  enum class WriteKind : std::uint8_t { Create, Update, Remove };
  struct Write {
    WriteKind kind;
    const StoreKey& key;
    std::string text;
    Revision expected = 0;
    std::optional<Result<ObjectPtr>> answer = {};
    bool done = false;  // the answer may be read; guarded by mutex_
  };
  class Batch;

  CachedStore(std::unique_ptr<Journal> journal, const Clock& clock, HistoryLimits limits)
      : journal_(std::move(journal)), memory_(clock, limits) {}

  Result<ObjectPtr> submit(Write&);
  void commit(const std::vector<Write*>&);

  std::unique_ptr<Journal> journal_;
  StoreMemory memory_;

  std::mutex mutex_;  // guards the next two
  std::condition_variable committed_;
  std::vector<Write*> queue_;
  bool committing_ = false;
};

}  // namespace cw::apiserver
