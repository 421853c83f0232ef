#include "apiserver/event_log.h"

#include <algorithm>

namespace cw::apiserver {

// Superseded text is what the log alone keeps alive.
std::size_t EventLog::held_bytes(const ObjectEvent& event) const {
  constexpr std::size_t kEntryBytes = 256;
  return kEntryBytes + (event.previous ? event.previous->text().size() : 0);
}

void EventLog::append(ObjectEvent event, TimePoint now) {
  bytes_ += held_bytes(event);
  entries_.push_back({std::move(event), now});
  trim(now);
}

void EventLog::trim(TimePoint now) {
  // However large they are, a few stay: a watcher must be able to read what it has just been woken for.
  constexpr std::size_t kAlwaysHeld = 64;
  const auto is_too_much = [&] {
    return entries_.size() > limits_.events || now - entries_.front().when > limits_.age ||
           (bytes_ > limits_.bytes && entries_.size() > kAlwaysHeld);
  };
  while (!entries_.empty() && is_too_much()) {
    floor_ = entries_.front().event.object->revision();
    bytes_ -= held_bytes(entries_.front().event);
    entries_.pop_front();
  }
}

std::vector<ObjectEvent> EventLog::after(Revision from, const std::string& name_space, std::size_t most,
                                         Revision& reached) const {
  std::vector<ObjectEvent> found;
  auto at = std::upper_bound(
      entries_.begin(), entries_.end(), from,
      [](Revision revision, const Entry& entry) { return revision < entry.event.object->revision(); });
  for (; at != entries_.end() && found.size() < most; ++at) {
    reached = at->event.object->revision();
    if (name_space.empty() || at->event.object->key().name_space == name_space) found.push_back(at->event);
  }
  return found;
}

void EventLog::undo_until(Revision at, std::map<ObjectKey, ObjectPtr>& objects) const {
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    const ObjectEvent& event = entry->event;
    if (event.object->revision() <= at) return;
    if (event.previous) {
      objects[event.object->key()] = event.previous;
    } else {
      objects.erase(event.object->key());
    }
  }
}

}  // namespace cw::apiserver
