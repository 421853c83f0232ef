// EventLog: the recent changes of one resource, for watches and for pictures of the past. Bounded by number,
// bytes and age. Not thread-safe: the store's lock guards it.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <vector>

#include "apiserver/store.h"
#include "lib/base/clock.h"

namespace cw::apiserver {

struct HistoryLimits {
  std::size_t events = 10'000;  // of a resource
  std::size_t bytes = 8UL << 20U;
  std::chrono::seconds age = std::chrono::minutes(5);  // as long as a cluster's etcd keeps it
};

class EventLog {
 public:
  // Changes up to `floor` are unknown.
  EventLog(Revision floor, HistoryLimits limits) : floor_(floor), limits_(limits) {}

  void append(ObjectEvent, TimePoint now);
  Revision floor() const { return floor_; }
  // Those after `from` in the namespace (empty: all), at most `most`. `from` must not be below the floor.
  // `reached` becomes the revision of the last one looked at.
  std::vector<ObjectEvent> after(Revision from, const std::string& name_space, std::size_t most,
                                 Revision& reached) const;
  // Turns the objects of now back into those of revision `at`, which must not be below the floor.
  void undo_until(Revision at, std::map<ObjectKey, ObjectPtr>& objects) const;

 private:
  struct Entry {
    ObjectEvent event;
    TimePoint when;
  };
  std::size_t held_bytes(const ObjectEvent&) const;
  void trim(TimePoint now);

  std::deque<Entry> entries_;
  Revision floor_;
  std::size_t bytes_ = 0;
  HistoryLimits limits_;
};

}  // namespace cw::apiserver
