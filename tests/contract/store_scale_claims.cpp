// Sizes, numbers and threads: what a store must bear without losing or mixing anything.
#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "tests/contract/store_claims.h"

namespace cw::contract {
namespace {

using apiserver::EventKind;
using apiserver::Listing;
using apiserver::ObjectEvent;
using apiserver::ObjectPtr;
using apiserver::Revision;
using apiserver::Store;
using apiserver::StoreScope;
using apiserver::StoreWatch;
using apiserver::WatchBatch;

const StoreScope kThings{"things.example.com"};

void run_together(int count, const std::function<void(int)>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
}

std::vector<ObjectEvent> all_events(StoreWatch& watch) {
  std::vector<ObjectEvent> events;
  for (;;) {
    WatchBatch batch = must(watch.next(kNoWait, {}));
    if (batch.events.empty()) return events;
    for (ObjectEvent& event : batch.events) events.push_back(std::move(event));
  }
}

using Picture = std::map<std::string, std::string>;

Picture picture_of(const Listing& listing) {
  Picture picture;
  for (const ObjectPtr& object : listing.objects) picture[object->key().name] = object->text();
  return picture;
}

// Twelve changes of three objects, and what was there after each.
std::map<Revision, Picture> write_history(Store& store) {
  std::map<Revision, Picture> history;
  Picture now;
  std::map<std::string, ObjectPtr> last;
  const auto note = [&](const std::string& name, const ObjectPtr& object, bool there) {
    last[name] = there ? object : nullptr;
    now.erase(name);
    if (there) now[name] = object->text();
    history[object->revision()] = now;
  };
  for (int round = 0; round < 3; ++round) {
    for (const std::string name : {"a", "b", "c"}) {
      const std::string text = thing_text(name, round);
      note(name,
           last[name] ? must(store.update(thing_key(name), text, last[name]->revision()))
                      : must(store.create(thing_key(name), text)),
           true);
    }
    note("b", must(store.remove(thing_key("b"), last["b"]->revision())), false);
  }
  return history;
}

void each_moment_can_be_seen_again(Store& store) {
  const Revision before = store.revision();
  const auto history = write_history(store);
  REQUIRE(history.size() == 12);
  for (const auto& [revision, picture] : history) {
    INFO("revision " << revision);
    CHECK(picture_of(must(store.list(kThings, revision))) == picture);
  }
  CHECK(picture_of(must(store.list(kThings, before))).empty());
}

void changes_lead_from_any_moment_to_now(Store& store) {
  const auto history = write_history(store);
  for (const auto& [revision, picture] : history) {
    INFO("from revision " << revision);
    Picture replayed = picture;
    const auto watch = must(store.watch(kThings, revision));
    for (const ObjectEvent& event : all_events(*watch)) {
      const std::string name = event.object->key().name;
      CHECK((event.previous ? event.previous->text() : "") == replayed[name]);
      CHECK((event.kind == EventKind::Added) == (event.previous == nullptr));
      replayed.erase(name);
      if (event.kind != EventKind::Deleted) replayed[name] = event.object->text();
    }
    CHECK(replayed == history.rbegin()->second);
  }
}

void one_of_many_creators_wins(Store& store) {
  constexpr int kThreads = 8;
  constexpr int kNames = 10;
  std::atomic<int> made = 0;
  std::atomic<int> refused = 0;
  run_together(kThreads, [&](int thread) {
    for (int i = 0; i < kNames; ++i) {
      const std::string name = "x" + std::to_string(i);
      const auto outcome = store.create(thing_key(name), thing_text(name, thread));
      if (outcome) ++made;
      if (!outcome && outcome.error().code == Code::AlreadyExists && store.get(thing_key(name))) ++refused;
    }
  });
  CHECK(made == kNames);
  CHECK(refused == kNames * (kThreads - 1));
}

void large_values_are_kept_whole(Store& store) {
  const std::string large(1'000'000, 'x');
  const Revision from = store.revision();
  const ObjectPtr made = must(store.create(thing_key("large"), thing_text("large", large + "1")));
  const ObjectPtr changed =
      must(store.update(thing_key("large"), thing_text("large", large + "2"), made->revision()));
  CHECK(must(store.get(thing_key("large")))->text() == thing_text("large", large + "2"));
  const auto watch = must(store.watch(kThings, from));
  const auto events = all_events(*watch);
  REQUIRE(events.size() == 2);
  CHECK(events[0].object->text() == thing_text("large", large + "1"));
  CHECK(events[1].object->text() == changed->text());
}

void many_are_listed_in_order(Store& store) {
  constexpr int kCount = 1200;
  const Revision from = store.revision();
  create_many(store, "m", kCount);
  const auto listed = names_of(must(store.list(kThings)));
  CHECK(listed.size() == kCount);
  CHECK(std::is_sorted(listed.begin(), listed.end()));
  CHECK(must(store.list({"things.example.com", "n3"})).objects.size() == kCount / 5);
  std::set<Revision> revisions;
  const auto watch = must(store.watch(kThings, from));
  for (const ObjectEvent& event : all_events(*watch)) {
    CHECK((revisions.empty() || event.object->revision() > *revisions.rbegin()));
    revisions.insert(event.object->revision());
  }
  CHECK(revisions.size() == kCount);
}

void readers_never_see_half_of_it(Store& store) {
  std::atomic<bool> done = false;
  std::atomic<int> broken = 0;
  const auto look = [&] {
    Revision last = 0;
    while (!done) {
      const Listing listing = *store.list(kThings);
      if (listing.revision < last) ++broken;
      last = listing.revision;
      for (const ObjectPtr& object : listing.objects) {
        if (object->revision() > listing.revision) ++broken;
      }
    }
  };
  std::thread reader(look);
  create_many(store, "r", 100);
  done = true;
  reader.join();
  CHECK(broken == 0);
}

constexpr StoreClaim kScaleClaims[] = {
    {"each moment of the history can be seen again", each_moment_can_be_seen_again},
    {"the changes since any moment lead to now", changes_lead_from_any_moment_to_now},
    {"of many creators of one object one wins, and the others see what it made", one_of_many_creators_wins},
    {"a value of a megabyte is kept whole", large_values_are_kept_whole},
    {"many objects by many threads are listed in order, and each is one change", many_are_listed_in_order},
    {"a list is never older than one before, nor of two moments", readers_never_see_half_of_it},
};

}  // namespace

std::span<const StoreClaim> store_scale_claims() { return kScaleClaims; }

void create_many(Store& store, const std::string& prefix, int count) {
  constexpr int kThreads = 16;
  std::atomic<int> failed = 0;
  run_together(kThreads, [&](int thread) {
    for (int i = thread; i < count; i += kThreads) {
      const std::string name = prefix + std::to_string(i);
      if (!store.create(thing_key(name, "n" + std::to_string(i % 5)), thing_text(name, i))) ++failed;
    }
  });
  REQUIRE(failed == 0);
}

}  // namespace cw::contract
