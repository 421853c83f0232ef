#include "apiserver/cached_store.h"

#include <algorithm>
#include <map>
#include <utility>

namespace cw::apiserver {
namespace {

// A client that asks for changes since version 1 has never listed; as in a cluster, where the first versions
// go to the server's own objects, nothing is remembered from there on.
constexpr Revision kFirstRevision = 2;

Error not_there() { return {Code::NotFound, "no such object"}; }

}  // namespace

// The writes of one commit, each judged on top of those before it.
class CachedStore::Batch {
 public:
  explicit Batch(const StoreMemory& memory) : memory_(memory), revision_(memory.revision()) {}

  // Sets the answer at once if the write cannot be; the changes are those that can.
  void add(Write& write) {
    const ObjectPtr current = current_of(write.key);
    if (write.kind == WriteKind::Create && current) {
      write.answer = Error{Code::AlreadyExists, "the object exists"};
    } else if (write.kind != WriteKind::Create && !current) {
      write.answer = not_there();
    } else if (write.kind != WriteKind::Create && current->revision() != write.expected) {
      write.answer = Error{Code::Conflict, "the object is at another revision"};
    } else {
      accept(write, current);
    }
  }

  const std::vector<Change>& changes() const { return changes_; }
  Revision last() const { return revision_; }
  void answer_accepted(const Status& outcome) {
    for (std::size_t i = 0; i < accepted_.size(); ++i) {
      if (outcome) {
        accepted_[i]->answer = changes_[i].object;
      } else {
        accepted_[i]->answer = outcome.error();
      }
    }
  }

 private:
  void accept(Write& write, const ObjectPtr& current) {
    const bool removed = write.kind == WriteKind::Remove;
    auto object = std::make_shared<const StoredObject>(write.key.object, ++revision_,
                                                       removed ? current->text() : std::move(write.text));
    overlay_[{write.key.resource, write.key.object}] = removed ? nullptr : object;
    changes_.push_back({write.key.resource, std::move(object), removed});
    accepted_.push_back(&write);
  }

  ObjectPtr current_of(const StoreKey& key) const {
    const auto at = overlay_.find({key.resource, key.object});
    return at != overlay_.end() ? at->second : memory_.find(key);
  }

  const StoreMemory& memory_;
  Revision revision_;
  std::map<std::pair<std::string, ObjectKey>, ObjectPtr> overlay_;
  std::vector<Change> changes_;
  std::vector<Write*> accepted_;
};

Result<std::unique_ptr<CachedStore>> CachedStore::open(std::unique_ptr<Journal> journal, const Clock& clock,
                                                       HistoryLimits limits) {
  std::unique_ptr<CachedStore> store(new CachedStore(std::move(journal), clock, limits));
  StoreImage image;
  Revision revision = 0;
  if (store->journal_) {
    revision = TRY(store->journal_->recover([&](const std::string& resource, ObjectPtr object) {
      auto& objects = image[resource];
      objects.insert_or_assign(objects.end(), object->key(), object);
    }));
  }
  store->memory_.load(std::move(image), std::max(revision, kFirstRevision));
  return store;
}

Result<ObjectPtr> CachedStore::create(const StoreKey& key, std::string text) {
  Write write{WriteKind::Create, key, std::move(text)};
  return submit(write);
}

Result<ObjectPtr> CachedStore::update(const StoreKey& key, std::string text, Revision expected) {
  Write write{WriteKind::Update, key, std::move(text), expected};
  return submit(write);
}

Result<ObjectPtr> CachedStore::remove(const StoreKey& key, Revision expected) {
  Write write{WriteKind::Remove, key, {}, expected};
  return submit(write);
}

// Group commit: the queue gathers while a commit is under way; its next leader takes all of it.
Result<ObjectPtr> CachedStore::submit(Write& write) {
  std::unique_lock lock(mutex_);
  queue_.push_back(&write);
  committed_.wait(lock, [&] { return write.done || !committing_; });
  if (write.done) return *std::move(write.answer);
  committing_ = true;
  const std::vector<Write*> batch = std::exchange(queue_, {});
  lock.unlock();
  commit(batch);
  lock.lock();
  for (Write* committed : batch) committed->done = true;
  committing_ = false;
  lock.unlock();
  committed_.notify_all();
  return *std::move(write.answer);
}

void CachedStore::commit(const std::vector<Write*>& writes) {
  Batch batch(memory_);
  for (Write* write : writes) batch.add(*write);
  Status outcome = Done{};
  if (journal_ && !batch.changes().empty()) outcome = journal_->append(batch.changes(), batch.last());
  if (outcome) memory_.publish(batch.changes(), batch.last());
  batch.answer_accepted(outcome);
}

// Takes the turn of a commit: the journal is for one thread at a time.
Status CachedStore::compact() {
  if (!journal_) return Done{};
  std::unique_lock lock(mutex_);
  committed_.wait(lock, [&] { return !committing_; });
  committing_ = true;
  lock.unlock();
  Status outcome = journal_->compact();
  lock.lock();
  committing_ = false;
  lock.unlock();
  committed_.notify_all();
  return outcome;
}

}  // namespace cw::apiserver
