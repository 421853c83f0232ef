#include "apiserver/store_memory.h"

#include <algorithm>
#include <mutex>

namespace cw::apiserver {
namespace {

constexpr std::size_t kMaxBatchEvents = 500;  // of one WatchBatch

}  // namespace

class StoreMemory::Watch final : public StoreWatch {
 public:
  Watch(StoreMemory& memory, StoreScope scope, Revision from, std::uint64_t load)
      : memory_(memory), scope_(std::move(scope)), reached_(from), load_(load) {
    memory_.hub_.add(scope_, signal_);
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() override { memory_.hub_.remove(scope_, signal_); }

  Result<WatchBatch> next(std::chrono::milliseconds wait, const std::stop_token& stop) override {
    WatchBatch batch = TRY(memory_.read_changes(scope_, reached_, load_));
    if (batch.events.empty() && signal_.wait_for(wait, stop)) {
      batch = TRY(memory_.read_changes(scope_, reached_, load_));
    }
    // A version from the future: nothing is known to have been handed out until it has come.
    reached_ = std::max(reached_, batch.revision);
    batch.revision = reached_;
    return batch;
  }

 private:
  StoreMemory& memory_;
  StoreScope scope_;
  Revision reached_;
  const std::uint64_t load_;
  WakeSignal signal_;
};

void StoreMemory::load(StoreImage image, Revision revision) {
  {
    const std::unique_lock lock(mutex_);
    spaces_.clear();
    for (auto& [resource, objects] : image) {
      spaces_.emplace(resource, Space{std::move(objects), EventLog(revision, limits_)});
    }
    revision_ = loaded_at_ = revision;
    ++loads_;
  }
  hub_.wake_all();
}

void StoreMemory::publish(std::span<const Change> changes, Revision reached) {
  const TimePoint now = clock_.now();
  {
    const std::unique_lock lock(mutex_);
    for (const Change& change : changes) {
      Space& space = space_of(change.resource);
      ObjectPtr& slot = space.objects[change.object->key()];
      const EventKind kind = change.removed ? EventKind::Deleted
                             : slot         ? EventKind::Modified
                                            : EventKind::Added;
      space.log.append({kind, change.object, slot}, now);
      slot = change.object;
      if (change.removed) space.objects.erase(change.object->key());
    }
    revision_ = std::max(revision_, reached);
  }
  for (const Change& change : changes) hub_.wake({change.resource, change.object->key().name_space});
}

StoreMemory::Space& StoreMemory::space_of(const std::string& resource) {
  const auto at = spaces_.find(resource);
  if (at != spaces_.end()) return at->second;
  return spaces_.emplace(resource, Space{{}, EventLog(loaded_at_, limits_)}).first->second;
}

const StoreMemory::Space* StoreMemory::find_space(const std::string& resource) const {
  const auto at = spaces_.find(resource);
  return at != spaces_.end() ? &at->second : nullptr;
}

ObjectPtr StoreMemory::find(const StoreKey& key) const {
  const std::shared_lock lock(mutex_);
  const Space* space = find_space(key.resource);
  if (space == nullptr) return nullptr;
  const auto at = space->objects.find(key.object);
  return at != space->objects.end() ? at->second : nullptr;
}

Result<ObjectPtr> StoreMemory::get(const StoreKey& key) const {
  ObjectPtr found = find(key);
  if (!found) return Error{Code::NotFound, "no such object"};
  return found;
}

Result<Listing> StoreMemory::list(const StoreScope& scope, std::optional<Revision> at) const {
  const std::shared_lock lock(mutex_);
  const Space* space = find_space(scope.resource);
  Listing listing{{}, at.value_or(revision_)};
  if (listing.revision > revision_) return Error{Code::Invalid, "the revision has not come yet"};
  if (listing.revision < (space != nullptr ? space->log.floor() : loaded_at_)) {
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

Result<std::unique_ptr<StoreWatch>> StoreMemory::watch(const StoreScope& scope, Revision from) {
  std::uint64_t load = 0;
  {
    const std::shared_lock lock(mutex_);
    const Space* space = find_space(scope.resource);
    if (from < (space != nullptr ? space->log.floor() : loaded_at_)) {
      return Error{Code::Gone, "the revision is no longer known"};
    }
    load = loads_;
  }
  return std::unique_ptr<StoreWatch>(std::make_unique<Watch>(*this, scope, from, load));
}

Result<WatchBatch> StoreMemory::read_changes(const StoreScope& scope, Revision from,
                                             std::uint64_t load) const {
  const std::shared_lock lock(mutex_);
  if (load != loads_) return Error{Code::Gone, "the history has begun anew"};
  const Space* space = find_space(scope.resource);
  if (space == nullptr) return WatchBatch{{}, revision_};
  if (from < space->log.floor()) return Error{Code::Gone, "too far behind"};
  WatchBatch batch{{}, from};
  batch.events = space->log.after(from, scope.name_space, kMaxBatchEvents, batch.revision);
  if (batch.events.size() < kMaxBatchEvents) batch.revision = revision_;
  return batch;
}

Revision StoreMemory::revision() const {
  const std::shared_lock lock(mutex_);
  return revision_;
}

Revision StoreMemory::oldest_known(const std::string& resource) const {
  const std::shared_lock lock(mutex_);
  const Space* space = find_space(resource);
  return space != nullptr ? space->log.floor() : loaded_at_;
}

}  // namespace cw::apiserver
