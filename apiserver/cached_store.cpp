#include "apiserver/cached_store.h"

#include <algorithm>

namespace cw::apiserver {
namespace {

// A client that asks for changes since version 1 has never listed; as in a cluster, where the first versions
// go to the server's own objects, nothing is remembered from there on.
constexpr Revision kFirstRevision = 2;
constexpr std::size_t kMaxBatchEvents = 500;  // of one WatchBatch

Error not_there() { return {Code::NotFound, "no such object"}; }

}  // namespace

// The writes of one commit, each judged on top of those before it.
class CachedStore::Batch {
 public:
  explicit Batch(const CachedStore& store, Revision revision) : store_(store), revision_(revision) {}

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

  // Only commits change the state, and there is one at a time: reading needs no lock here.
  ObjectPtr current_of(const StoreKey& key) const {
    const auto at = overlay_.find({key.resource, key.object});
    return at != overlay_.end() ? at->second : store_.find(key);
  }

  const CachedStore& store_;
  Revision revision_;
  std::map<std::pair<std::string, ObjectKey>, ObjectPtr> overlay_;
  std::vector<Change> changes_;
  std::vector<Write*> accepted_;
};

class CachedStore::Watch final : public StoreWatch {
 public:
  Watch(CachedStore& store, StoreScope scope, Revision from)
      : store_(store), scope_(std::move(scope)), reached_(from) {
    store_.hub_.add(scope_, signal_);
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() override { store_.hub_.remove(scope_, signal_); }

  Result<WatchBatch> next(std::chrono::milliseconds wait, const std::stop_token& stop) override {
    WatchBatch batch = TRY(store_.read_changes(scope_, reached_));
    if (batch.events.empty() && signal_.wait_for(wait, stop)) {
      batch = TRY(store_.read_changes(scope_, reached_));
    }
    // A version from the future: nothing is known to have been handed out until it has come.
    reached_ = std::max(reached_, batch.revision);
    batch.revision = reached_;
    return batch;
  }

 private:
  CachedStore& store_;
  StoreScope scope_;
  Revision reached_;
  WakeSignal signal_;
};

Result<std::unique_ptr<CachedStore>> CachedStore::open(std::unique_ptr<Journal> journal, const Clock& clock,
                                                       HistoryLimits limits) {
  std::unique_ptr<CachedStore> store(new CachedStore(std::move(journal), clock, limits));
  if (store->journal_) {
    store->revision_ = TRY(store->journal_->recover([&](const std::string& resource, ObjectPtr object) {
      store->take_recovered(resource, std::move(object));
    }));
  }
  store->revision_ = std::max(store->revision_, kFirstRevision);
  store->opened_at_ = store->revision_;
  for (auto& [resource, space] : store->spaces_) space.log = EventLog(store->opened_at_, limits);
  return store;
}

void CachedStore::take_recovered(const std::string& resource, ObjectPtr object) {
  auto& objects = space_of(resource).objects;
  objects.insert_or_assign(objects.end(), object->key(), object);
}

CachedStore::Space& CachedStore::space_of(const std::string& resource) {
  const auto at = spaces_.find(resource);
  if (at != spaces_.end()) return at->second;
  return spaces_.emplace(resource, Space{{}, EventLog(opened_at_, limits_)}).first->second;
}

const CachedStore::Space* CachedStore::find_space(const std::string& resource) const {
  const auto at = spaces_.find(resource);
  return at != spaces_.end() ? &at->second : nullptr;
}

ObjectPtr CachedStore::find(const StoreKey& key) const {
  const Space* space = find_space(key.resource);
  if (space == nullptr) return nullptr;
  const auto at = space->objects.find(key.object);
  return at != space->objects.end() ? at->second : nullptr;
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
  std::unique_lock lock(queue_mutex_);
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
  Batch batch(*this, revision_);
  for (Write* write : writes) batch.add(*write);
  Status outcome = Done{};
  if (journal_ && !batch.changes().empty()) outcome = journal_->append(batch.changes(), batch.last());
  if (outcome) publish(batch.changes());
  batch.answer_accepted(outcome);
}

void CachedStore::publish(const std::vector<Change>& changes) {
  const TimePoint now = clock_.now();
  {
    const std::unique_lock lock(state_mutex_);
    for (const Change& change : changes) {
      Space& space = space_of(change.resource);
      ObjectPtr& slot = space.objects[change.object->key()];
      const EventKind kind = change.removed ? EventKind::Deleted
                             : slot         ? EventKind::Modified
                                            : EventKind::Added;
      space.log.append({kind, change.object, slot}, now);
      slot = change.object;
      if (change.removed) space.objects.erase(change.object->key());
      revision_ = change.object->revision();
    }
  }
  for (const Change& change : changes) hub_.wake({change.resource, change.object->key().name_space});
}

Result<ObjectPtr> CachedStore::get(const StoreKey& key) const {
  const std::shared_lock lock(state_mutex_);
  ObjectPtr found = find(key);
  if (!found) return not_there();
  return found;
}

Result<Listing> CachedStore::list(const StoreScope& scope, std::optional<Revision> at) const {
  const std::shared_lock lock(state_mutex_);
  const Space* space = find_space(scope.resource);
  Listing listing{{}, at.value_or(revision_)};
  if (listing.revision > revision_) return Error{Code::Invalid, "the revision has not come yet"};
  if (listing.revision < (space != nullptr ? space->log.floor() : opened_at_)) {
    return Error{Code::Gone, "the revision is no longer known"};
  }
  if (space == nullptr) return listing;
  std::map<ObjectKey, ObjectPtr> past;
  const auto* objects = &space->objects;
  if (at && *at < revision_) {
    past = space->objects;
    space->log.undo_until(*at, past);
    objects = &past;
  }
  auto from = scope.name_space.empty() ? objects->begin() : objects->lower_bound({scope.name_space, {}});
  for (; from != objects->end(); ++from) {
    if (!scope.name_space.empty() && from->first.name_space != scope.name_space) break;
    listing.objects.push_back(from->second);
  }
  return listing;
}

Result<std::unique_ptr<StoreWatch>> CachedStore::watch(const StoreScope& scope, Revision from) {
  if (from < oldest_known(scope.resource)) return Error{Code::Gone, "the revision is no longer known"};
  return std::unique_ptr<StoreWatch>(std::make_unique<Watch>(*this, scope, from));
}

Result<WatchBatch> CachedStore::read_changes(const StoreScope& scope, Revision from) const {
  const std::shared_lock lock(state_mutex_);
  const Space* space = find_space(scope.resource);
  if (space == nullptr) return WatchBatch{{}, revision_};
  if (from < space->log.floor()) return Error{Code::Gone, "too far behind"};
  WatchBatch batch{{}, from};
  batch.events = space->log.after(from, scope.name_space, kMaxBatchEvents, batch.revision);
  if (batch.events.size() < kMaxBatchEvents) batch.revision = revision_;
  return batch;
}

Revision CachedStore::revision() const {
  const std::shared_lock lock(state_mutex_);
  return revision_;
}

Revision CachedStore::oldest_known(const std::string& resource) const {
  const std::shared_lock lock(state_mutex_);
  const Space* space = find_space(resource);
  return space != nullptr ? space->log.floor() : opened_at_;
}

}  // namespace cw::apiserver
