#include "tests/contract/store_contract.h"

#include <string>
#include <thread>
#include <vector>

#include "tests/contract/store_claims.h"

namespace cw::contract {
namespace {

using apiserver::EventKind;
using apiserver::Listing;
using apiserver::ObjectPtr;
using apiserver::Revision;
using apiserver::Store;
using apiserver::WatchBatch;

void writes_are_numbered(Store& store) {
  const Revision before = store.revision();
  const ObjectPtr made = must(store.create(thing_key("a"), thing_text("a", 1)));
  CHECK(made->revision() == before + 1);
  CHECK(must(store.get(thing_key("a")))->text() == thing_text("a", 1));
  const ObjectPtr changed = must(store.update(thing_key("a"), thing_text("a", 2), made->revision()));
  CHECK(changed->revision() == before + 2);
  const ObjectPtr gone = must(store.remove(thing_key("a"), changed->revision()));
  CHECK(gone->revision() == before + 3);
  CHECK(gone->text() == thing_text("a", 2));
  CHECK(code_of(store.get(thing_key("a"))) == Code::NotFound);
  CHECK(store.revision() == before + 3);
}

void writes_need_what_they_expect(Store& store) {
  const ObjectPtr made = must(store.create(thing_key("a"), thing_text("a", 1)));
  CHECK(code_of(store.create(thing_key("a"), thing_text("a", 2))) == Code::AlreadyExists);
  CHECK(code_of(store.update(thing_key("a"), thing_text("a", 2), made->revision() + 1)) == Code::Conflict);
  CHECK(code_of(store.remove(thing_key("a"), made->revision() - 1)) == Code::Conflict);
  CHECK(code_of(store.update(thing_key("b"), thing_text("b", 2), 1)) == Code::NotFound);
  CHECK(code_of(store.remove(thing_key("b"), 1)) == Code::NotFound);
  CHECK(must(store.get(thing_key("a")))->text() == thing_text("a", 1));
  CHECK(store.revision() == made->revision());
}

void lists_are_one_picture(Store& store) {
  must(store.create(thing_key("b", "two"), thing_text("b", 1)));
  must(store.create(thing_key("a", "two"), thing_text("a", 1)));
  const ObjectPtr first = must(store.create(thing_key("c", "one"), thing_text("c", 1)));
  must(store.create({"others.example.com", {"one", "x"}}, thing_text("x", 1)));
  must(store.remove(thing_key("c", "one"), first->revision()));
  CHECK(names_of(must(store.list({"things.example.com"}))) == std::vector<std::string>{"two/a", "two/b"});
  CHECK(names_of(must(store.list({"things.example.com", "one"}))).empty());
  const Listing past = must(store.list({"things.example.com"}, first->revision()));
  CHECK(names_of(past) == std::vector<std::string>{"one/c", "two/a", "two/b"});
  CHECK(past.revision == first->revision());
  CHECK(code_of(store.list({"things.example.com"}, store.revision() + 1)) == Code::Invalid);
}

void watches_miss_nothing(Store& store) {
  const Revision from = store.revision();
  const ObjectPtr made = must(store.create(thing_key("a"), thing_text("a", 1)));
  must(store.create(thing_key("other", "two"), thing_text("other", 1)));
  const ObjectPtr changed = must(store.update(thing_key("a"), thing_text("a", 2), made->revision()));
  must(store.remove(thing_key("a"), changed->revision()));
  const auto watch = must(store.watch({"things.example.com", "one"}, from));
  const WatchBatch batch = must(watch->next(kNoWait, {}));
  REQUIRE(batch.events.size() == 3);
  CHECK(batch.events[0].kind == EventKind::Added);
  CHECK(batch.events[0].previous == nullptr);
  CHECK(batch.events[1].kind == EventKind::Modified);
  CHECK(batch.events[1].previous->text() == thing_text("a", 1));
  CHECK(batch.events[2].kind == EventKind::Deleted);
  CHECK(batch.events[2].object->text() == thing_text("a", 2));
  CHECK(batch.events[2].object->revision() == batch.revision);
  CHECK(must(watch->next(kNoWait, {})).events.empty());
}

void watches_wait_for_what_comes(Store& store) {
  const auto watch = must(store.watch({"things.example.com"}, store.revision()));
  std::thread writer([&] { (void)store.create(thing_key("a"), thing_text("a", 1)); });
  WatchBatch batch = must(watch->next(kLong, {}));
  writer.join();
  if (batch.events.empty()) batch = must(watch->next(kLong, {}));
  REQUIRE(batch.events.size() == 1);
  std::stop_source stop;
  stop.request_stop();
  CHECK(must(watch->next(kLong, stop.get_token())).events.empty());
}

void history_has_a_beginning(Store& store) {
  CHECK(code_of(store.watch({"things.example.com"}, 0)) == Code::Gone);
  CHECK(code_of(store.list({"things.example.com"}, 0)) == Code::Gone);
  CHECK(store.oldest_known("things.example.com") <= store.revision());
}

void concurrent_writers_lose_nothing(Store& store) {
  constexpr int kThreads = 8;
  constexpr int kEach = 50;
  must(store.create(thing_key("counter"), thing_text("counter", 0)));
  const Revision from = store.revision();
  const auto count = [&] {
    for (int done = 0; done < kEach;) {
      const ObjectPtr now = *store.get(thing_key("counter"));
      const int value = apiserver::parse_object(*now).at("spec").get<int>();
      if (store.update(thing_key("counter"), thing_text("counter", value + 1), now->revision())) ++done;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(count);
  for (std::thread& thread : threads) thread.join();
  CHECK(must(store.get(thing_key("counter")))->text() == thing_text("counter", kThreads * kEach));
  const auto watch = must(store.watch({"things.example.com"}, from));
  Revision last = from;
  int seen = 0;
  for (WatchBatch batch = must(watch->next(kNoWait, {})); !batch.events.empty();
       batch = must(watch->next(kNoWait, {}))) {
    for (const auto& event : batch.events) {
      CHECK(event.object->revision() == ++last);
      ++seen;
    }
  }
  CHECK(seen == kThreads * kEach);
}

constexpr StoreClaim kClaims[] = {
    {"each change takes the next revision", writes_are_numbered},
    {"a write that does not find what it expects changes nothing", writes_need_what_they_expect},
    {"a list shows one moment, now or in the past", lists_are_one_picture},
    {"a watch gives every change of its scope in order", watches_miss_nothing},
    {"a watch waits for what comes, or until it is stopped", watches_wait_for_what_comes},
    {"what is older than the history is refused", history_has_a_beginning},
    {"of concurrent writers each sees the others' writes", concurrent_writers_lose_nothing},
};

}  // namespace

void check_store(const OpenStore& open) {
  for (const auto claims : {std::span<const StoreClaim>(kClaims), store_scale_claims()}) {
    for (const StoreClaim& claim : claims) {
      DYNAMIC_SECTION(claim.text) {
        const auto store = open();
        claim.check(*store);
      }
    }
  }
}

void check_durable_store(const OpenStore& open) {
  constexpr int kMany = 250;
  Revision last = 0;
  {
    const auto store = open();
    must(store->create(thing_key("a"), thing_text("a", 1)));
    const ObjectPtr made = must(store->create(thing_key("b"), thing_text("b", 1)));
    const ObjectPtr changed = must(store->update(thing_key("b"), thing_text("b", 2), made->revision()));
    last = must(store->remove(thing_key("b"), changed->revision()))->revision();
    must(store->create(thing_key("é\"'", ""), thing_text("quoted", 7)));
    create_many(*store, "many", kMany);
    last += 1 + kMany;
  }
  SECTION("what was written is there when it is opened again") {
    const auto store = open();
    CHECK(must(store->get(thing_key("a")))->text() == thing_text("a", 1));
    CHECK(code_of(store->get(thing_key("b"))) == Code::NotFound);
    CHECK(must(store->get(thing_key("é\"'", "")))->text() == thing_text("quoted", 7));
    CHECK(must(store->list({"things.example.com"})).objects.size() == kMany + 2);
  }
  SECTION("revisions go on where they ended, a removal counted") {
    const auto store = open();
    CHECK(store->revision() == last);
    CHECK(must(store->create(thing_key("c"), thing_text("c", 1)))->revision() == last + 1);
  }
  SECTION("a watch from before the restart has to list anew") {
    const auto store = open();
    CHECK(code_of(store->watch({"things.example.com"}, last - 1)) == Code::Gone);
    CHECK(store->watch({"things.example.com"}, last).has_value());
  }
}

}  // namespace cw::contract
