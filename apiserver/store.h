// Store: where the API server's objects live. One revision counter over everything; optimistic writes; lists
// that are one moment's picture; watches that miss nothing or say so. Knows no kind and reads no text.
// All methods may be called from any thread. What a write answers is durable and visible to every reader.
// Implementations pass tests/contract/store_contract.h.
// Errors: NotFound, AlreadyExists, Conflict (another revision), Gone (history no longer held), Unavailable
// (storage failed: nothing has changed, or it is unknown whether it has).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "apiserver/stored_object.h"
#include "lib/base/result.h"

namespace cw::apiserver {

// An object of a resource; `resource` is the group resource: "secrets", "orders.acme.cert-manager.io".
struct StoreKey {
  std::string resource;
  ObjectKey object;
};

// A resource, in one namespace or in all (empty).
struct StoreScope {
  std::string resource;
  std::string name_space = {};
};

struct Listing {
  std::vector<ObjectPtr> objects;  // by namespace, then name
  Revision revision = 0;           // of the picture
};

enum class EventKind : std::uint8_t { Added, Modified, Deleted };

struct ObjectEvent {
  EventKind kind = EventKind::Added;
  ObjectPtr object;    // Deleted: the last state, at the revision of its removal
  ObjectPtr previous;  // null if Added
};

struct WatchBatch {
  std::vector<ObjectEvent> events;  // in the order of revisions
  Revision revision = 0;            // all up to here has been handed out
};

// One reader's place in the stream of changes. Used by one thread.
class StoreWatch {
 public:
  StoreWatch() = default;
  StoreWatch(const StoreWatch&) = delete;
  StoreWatch& operator=(const StoreWatch&) = delete;
  virtual ~StoreWatch() = default;
  // Waits for something new, at most `wait` or until `stop`; then the batch is empty. Gone: too far behind.
  virtual Result<WatchBatch> next(std::chrono::milliseconds wait, const std::stop_token& stop) = 0;
};

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // `text` as canonical_text() makes it.
  virtual Result<ObjectPtr> create(const StoreKey&, std::string text) = 0;
  // Only if the object still is at `expected`.
  virtual Result<ObjectPtr> update(const StoreKey&, std::string text, Revision expected) = 0;
  // The last state, at the revision of the removal.
  virtual Result<ObjectPtr> remove(const StoreKey&, Revision expected) = 0;

  virtual Result<ObjectPtr> get(const StoreKey&) const = 0;
  // As it is now, or as it was at `at` (Gone if that is no longer known; Invalid if it has not come yet).
  virtual Result<Listing> list(const StoreScope&, std::optional<Revision> at = std::nullopt) const = 0;
  // All changes after `from`.
  virtual Result<std::unique_ptr<StoreWatch>> watch(const StoreScope&, Revision from) = 0;
  virtual Revision revision() const = 0;
  // Of the resource: changes after it are known.
  virtual Revision oldest_known(const std::string& resource) const = 0;

  // Where several servers write to one storage: all that was written anywhere before the call is visible to
  // readers after it. Unavailable if the storage cannot be asked.
  virtual Status catch_up() { return Done{}; }
  // Gives up history and space that nobody needs. Called every few minutes, by one server of several.
  virtual Status compact() { return Done{}; }
};

}  // namespace cw::apiserver
