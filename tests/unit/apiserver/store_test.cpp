// Both stores against the same suite, and what only the durable one must do.
#include <csignal>
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apiserver/cached_store.h"
#include "apiserver/sqlite_journal.h"
#include "tests/contract/store_contract.h"
#include "tests/unit/apiserver/store_file.h"
#include "tests/unit/apiserver/test_folder.h"

namespace cw::apiserver {
namespace {

// Writes until it is killed; tells each write that was answered.
[[noreturn]] void write_storm(const std::string& path, int told) {
  auto store = open_file(path);
  if (!store) _exit(1);
  for (int number = 0;; ++number) {
    const auto made = (*store)->create(key_of(number), text_of(number));
    if (!made || ::write(told, &number, sizeof(number)) != sizeof(number)) _exit(1);
  }
}

}  // namespace

TEST_CASE("a store in memory does what every store does") {
  contract::check_store(
      [] { return std::unique_ptr<Store>(std::move(CachedStore::open(nullptr, kClock)).value()); });
}

TEST_CASE("a store in a file does what every store does") {
  const TestFolder folder;
  int count = 0;
  contract::check_store([&] { return must_open(folder.file("store" + std::to_string(count++) + ".db")); });
}

TEST_CASE("a store in a file outlives its process") {
  const TestFolder folder;
  contract::check_durable_store([&] { return must_open(folder.file("store.db")); });
}

TEST_CASE("every write that was answered is there after kill -9 in the middle of a storm") {
  const TestFolder folder;
  const std::string path = folder.file("store.db");
  int told[2];
  REQUIRE(::pipe(told) == 0);
  const pid_t child = ::fork();
  if (child == 0) write_storm(path, told[1]);
  ::close(told[1]);
  int last = -1;
  while (last < 200 && ::read(told[0], &last, sizeof(last)) == sizeof(last)) {
  }
  ::kill(child, SIGKILL);
  int number = 0;
  while (::read(told[0], &number, sizeof(number)) == sizeof(number)) last = number;
  ::close(told[0]);
  ::waitpid(child, nullptr, 0);
  REQUIRE(last >= 200);

  const auto store = must_open(path);
  for (int i = 0; i <= last; ++i) {
    INFO(i);
    const auto found = store->get(key_of(i));
    REQUIRE(found.has_value());
    CHECK((*found)->text() == text_of(i));
  }
  CHECK(store->revision() >= Revision(last));
}

TEST_CASE("the file is for its owner only") {
  const TestFolder folder;
  const auto store = must_open(folder.file("store.db"));
  REQUIRE(store->create(key_of(1), text_of(1)).has_value());
  for (const char* name : {"store.db", "store.db-wal"}) {
    struct stat info = {};
    REQUIRE(::stat(folder.file(name).c_str(), &info) == 0);
    CHECK((info.st_mode & 0777U) == 0600);
  }
}

TEST_CASE("a file that is no store of ours is refused and left alone") {
  const TestFolder folder;
  const std::string path = folder.file("store.db");
  std::ofstream(path) << std::string(8192, 'n');
  const auto store = open_file(path);
  REQUIRE_FALSE(store.has_value());
  CHECK(store.error().code == Code::Unavailable);
  CHECK(store.error().message.find(path) != std::string::npos);
  CHECK(std::filesystem::file_size(path) == 8192);
}

TEST_CASE("a damaged object is told, not served") {
  const TestFolder folder;
  const std::string path = folder.file("store.db");
  REQUIRE(must_open(path)->create(key_of(1), text_of(1)).has_value());
  {
    auto database = SqliteDatabase::open(path);
    REQUIRE(database.has_value());
    REQUIRE((*database)->run("UPDATE object SET body='{\"apiVersion\":'").has_value());
  }
  const auto store = open_file(path);
  REQUIRE_FALSE(store.has_value());
  CHECK(store.error().message.find("ns/1") != std::string::npos);
}

TEST_CASE("a file of a newer version is refused") {
  const TestFolder folder;
  const std::string path = folder.file("store.db");
  (void)must_open(path);
  REQUIRE((*SqliteDatabase::open(path))->run("PRAGMA user_version=99").has_value());
  CHECK_FALSE(open_file(path).has_value());
}

TEST_CASE("history is bounded by number, bytes and age, and what is beyond is Gone") {
  ManualClock clock{TimePoint{std::chrono::seconds(1'000'000)}};
  const HistoryLimits limits{.events = 100, .bytes = 1UL << 20U, .age = std::chrono::minutes(5)};
  const auto store = std::move(CachedStore::open(nullptr, clock, limits)).value();
  const Revision from = store->revision();
  REQUIRE(store->create(key_of(0), text_of(0)).has_value());
  const auto slow = std::move(store->watch({"things"}, from)).value();
  SECTION("number") {
    for (int i = 1; i <= 100; ++i) REQUIRE(store->create(key_of(i), text_of(i)).has_value());
    CHECK(slow->next(std::chrono::milliseconds(0), {}).error().code == Code::Gone);
  }
  SECTION("age") {
    clock.advance(std::chrono::minutes(6));
    CHECK(slow->next(std::chrono::milliseconds(0), {}).has_value());
    REQUIRE(store->create(key_of(1), text_of(1)).has_value());
    CHECK(store->watch({"things"}, from).error().code == Code::Gone);
  }
  CHECK(store->oldest_known("things") > from);
}

}  // namespace cw::apiserver
