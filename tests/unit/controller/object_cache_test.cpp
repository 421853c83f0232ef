#include "lib/watch/object_cache.h"

#include <catch2/catch.hpp>

#include "lib/watch/versioned_memory.h"

namespace {

using namespace cw;         // tests only
using namespace cw::watch;  // tests only

struct Thing {
  std::string colour;
};
using Cache = ObjectCache<Thing>;

const kube::ObjectKey kA{"ns", "a"};
const kube::ObjectKey kB{"ns", "b"};

void put(Cache& cache, const kube::ObjectKey& key, std::uint64_t version, const std::string& colour) {
  cache.put({key, version}, Thing{colour});
}

std::string colour(const Cache& cache, const kube::ObjectKey& key) {
  const auto found = cache.find(key);
  return found ? found->colour : "none";
}

}  // namespace

TEST_CASE("cache: older news than what is known is ignored", "[runtime]") {
  Cache cache;
  put(cache, kA, 5, "red");
  put(cache, kA, 4, "blue");
  put(cache, kA, 5, "green");
  CHECK(colour(cache, kA) == "red");
  put(cache, kA, 10, "white");  // as numbers, not as text
  CHECK(colour(cache, kA) == "white");
  cache.remove(kA, 9);
  CHECK(colour(cache, kA) == "white");
}

TEST_CASE("cache: what was removed does not come back with older news", "[runtime]") {
  Cache cache;
  put(cache, kA, 5, "red");
  cache.remove(kA, 7);
  put(cache, kA, 6, "late answer to a write");
  CHECK_FALSE(cache.find(kA));
  put(cache, kA, 8, "made anew");
  CHECK(colour(cache, kA) == "made anew");
}

TEST_CASE("cache: an object that we deleted ourselves is gone at once", "[runtime]") {
  Cache cache;
  put(cache, kA, 5, "red");
  cache.forget(kA);
  CHECK_FALSE(cache.find(kA));
  put(cache, kA, 5, "the watch says the same again");
  CHECK_FALSE(cache.find(kA));
  SECTION("unless it lives on under a finalizer") {
    put(cache, kA, 6, "being deleted");
    CHECK(colour(cache, kA) == "being deleted");
  }
}

TEST_CASE("cache: a list removes what it does not name, but not what is newer than the list", "[runtime]") {
  Cache cache;
  put(cache, kA, 5, "red");
  cache.expect_list();
  put(cache, kB, 12, "written after the list was made");
  cache.begin_list(10);
  cache.end_list(10);
  CHECK_FALSE(cache.find(kA));
  CHECK(cache.find(kB));
}

TEST_CASE("cache: what a list names stays even if nothing is new about it", "[runtime]") {
  Cache cache;
  put(cache, kA, 5, "red");
  cache.expect_list();
  cache.begin_list(10);
  put(cache, kA, 5, "red");
  cache.keep(kA);
  cache.end_list(10);
  CHECK(cache.find(kA));
}

TEST_CASE("cache: a server that went back in time is believed", "[runtime]") {
  Cache cache;
  put(cache, kA, 500, "lost future");
  cache.expect_list();
  cache.begin_list(10);
  put(cache, kA, 7, "restored");
  cache.keep(kA);
  cache.end_list(10);
  CHECK(colour(cache, kA) == "restored");
}

TEST_CASE("cache: indexes follow changes", "[runtime]") {
  Cache cache;
  const auto by_colour = cache.add_index([](const Thing& thing) {
    return thing.colour == "none" ? std::vector<std::string>{} : std::vector<std::string>{thing.colour};
  });
  put(cache, kA, 1, "red");
  put(cache, kB, 2, "red");
  CHECK(cache.find_by(by_colour, "red").size() == 2);
  put(cache, kA, 3, "none");
  CHECK(cache.find_by(by_colour, "red").size() == 1);
  CHECK(cache.find_by(by_colour, "none").empty());
  cache.remove(kB, 4);
  CHECK(cache.find_by(by_colour, "red").empty());
}

TEST_CASE("cache: what cannot be decoded is there, with the reason", "[runtime]") {
  Cache cache;
  put(cache, kA, 1, "red");
  cache.put({kA, 2}, Error{Code::Invalid, "spec.colour: no colour"});
  CHECK_FALSE(cache.find(kA));
  CHECK(cache.unreadable(kA) == "spec.colour: no colour");
  CHECK_FALSE(cache.unreadable(kB));
  put(cache, kA, 3, "blue");
  CHECK_FALSE(cache.unreadable(kA));
}

TEST_CASE("cache: handlers see before and after, and only real changes", "[runtime]") {
  Cache cache;
  std::vector<std::string> seen;
  cache.on_change([&](const kube::ObjectKey& key, const auto& before, const auto& after) {
    seen.push_back(key.name + ":" + (before ? before->colour : "-") + ">" + (after ? after->colour : "-"));
  });
  put(cache, kA, 1, "red");
  put(cache, kA, 1, "red");
  put(cache, kA, 2, "blue");
  cache.remove(kA, 3);
  cache.remove(kA, 3);
  CHECK(seen == std::vector<std::string>{"a:->red", "a:red>blue", "a:blue>-"});
}

TEST_CASE("memory: only for the version it was kept for, and never more than its limit", "[runtime]") {
  VersionedMemory<int> memory(2);
  memory.keep(kA, 1, std::make_shared<const int>(7));
  CHECK(*memory.find(kA, 1) == 7);
  CHECK_FALSE(memory.find(kA, 2));
  memory.keep(kB, 1, std::make_shared<const int>(8));
  memory.keep({"ns", "c"}, 1, std::make_shared<const int>(9));
  CHECK_FALSE(memory.find(kA, 1));
  CHECK(memory.find(kB, 1));
  memory.forget(kB);
  CHECK_FALSE(memory.find(kB, 1));
}

TEST_CASE("memory: keeping and forgetting for ever does not grow", "[runtime]") {
  VersionedMemory<int> memory(4);
  for (int i = 0; i < 1000; ++i) {
    memory.keep({"ns", std::to_string(i)}, 1, std::make_shared<const int>(i));
    memory.forget({"ns", std::to_string(i)});
  }
  memory.keep(kA, 1, std::make_shared<const int>(1));
  CHECK(memory.find(kA, 1));
}

TEST_CASE("cache: what was not used lately is packed, and comes back as it was", "[watch]") {
  Cache cache;
  const auto by_colour = cache.add_index([](const Thing& thing) { return std::vector{thing.colour}; });
  static int packed = 0;
  cache.keep_packed(
      {.pack =
           [](const Thing& thing) {
             ++packed;
             return "p" + thing.colour;
           },
       .unpack = [](std::string_view text) -> Result<Thing> { return Thing{std::string(text.substr(1))}; },
       .loose = 2});
  std::vector<std::string> seen;
  cache.on_change([&](const kube::ObjectKey&, const Cache::Pointer& before, const Cache::Pointer&) {
    seen.push_back(before ? before->colour : "none");
  });
  for (int i = 0; i < 5; ++i) put(cache, {"ns", std::to_string(i)}, 1, i % 2 == 0 ? "red" : "blue");
  CHECK(packed == 3);
  CHECK(colour(cache, {"ns", "0"}) == "red");
  CHECK(packed == 4);
  CHECK(cache.find_by(by_colour, "red").size() == 3);
  CHECK(cache.find_by(by_colour, "red", 2).size() == 2);
  CHECK(cache.keys_by(by_colour, "blue") == std::vector<kube::ObjectKey>{{"ns", "1"}, {"ns", "3"}});
  put(cache, {"ns", "1"}, 2, "green");
  CHECK(seen.back() == "blue");
  CHECK(cache.find_by(by_colour, "blue").size() == 1);
  CHECK_FALSE(cache.unreadable({"ns", "2"}));
  cache.remove({"ns", "0"}, 3);
  CHECK(seen.back() == "red");
  int visited = 0;
  cache.for_each([&](const Thing&) { ++visited; });
  CHECK(visited == 4);
}

TEST_CASE("cache: what it has is no news", "[watch]") {
  Cache cache;
  put(cache, kA, 5, "red");
  CHECK_FALSE(cache.is_news({kA, 5}));
  CHECK_FALSE(cache.is_news({kA, 4}));
  CHECK(cache.is_news({kA, 6}));
  CHECK(cache.is_news({kB, 1}));
  cache.remove(kA, 7);
  CHECK_FALSE(cache.is_news({kA, 6}));
}
