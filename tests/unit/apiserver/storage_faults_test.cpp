// What a store in a file does when the disk, the file or the directory fails it: it says so, loses nothing
// that was answered, and goes on when it can.
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apiserver/cached_store.h"
#include "apiserver/data_directory.h"
#include "apiserver/sqlite_journal.h"
#include "tests/unit/apiserver/store_file.h"
#include "tests/unit/apiserver/test_folder.h"

namespace cw::apiserver {
namespace {

namespace fs = std::filesystem;

void fill(Store& store, int count) {
  for (int i = 0; i < count; ++i) REQUIRE(store.create(key_of(i), text_of(i)).has_value());
}

// No file may grow beyond that, as on a full disk; until the end of the scope.
class FullDisk {
 public:
  explicit FullDisk(std::uintmax_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    (void)std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

// A journal whose disk can be taken away.
class FailingJournal final : public Journal {
 public:
  explicit FailingJournal(const bool& fails) : fails_(fails) {}
  Result<Revision> recover(const std::function<void(const std::string&, ObjectPtr)>&) override {
    return Revision{0};
  }
  Status append(std::span<const Change>, Revision) override {
    if (fails_) return Error{Code::Unavailable, "no disk"};
    return Done{};
  }

 private:
  const bool& fails_;
};

void overwrite(const std::string& path, std::uintmax_t at, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(at));
  file << bytes;
}

std::string refusal_of(const std::string& path) {
  const auto store = open_file(path);
  REQUIRE_FALSE(store.has_value());
  CHECK(store.error().code == Code::Unavailable);
  return store.error().message;
}

}  // namespace

TEST_CASE("on a full disk writes are refused, reads go on, and writing goes on when there is space") {
  const TestFolder folder;
  const std::string path = folder.file("store.db");
  {
    const auto store = must_open(path);
    fill(*store, 10);
    const Revision before = store->revision();
    {
      const FullDisk full(fs::file_size(path + "-wal") + 2000);
      const auto refused = store->create(key_of(99), text_of(99, 20'000));
      REQUIRE_FALSE(refused.has_value());
      CHECK(refused.error().code == Code::Unavailable);
      CHECK(refused.error().message.find(path) != std::string::npos);
      CHECK(store->revision() == before);
      CHECK(store->get(key_of(99)).error().code == Code::NotFound);
      CHECK(store->get(key_of(1)).has_value());
    }
    CHECK(store->create(key_of(99), text_of(99)).has_value());
    CHECK(store->revision() == before + 1);
  }
  const auto again = must_open(path);
  CHECK(again->list({"things"})->objects.size() == 11);
}

TEST_CASE("a commit that fails changes nothing for any of its writers") {
  bool fails = false;
  const auto store = std::move(CachedStore::open(std::make_unique<FailingJournal>(fails), kClock)).value();
  const auto made = store->create(key_of(1), text_of(1));
  const auto watch = std::move(store->watch({"things"}, store->revision())).value();
  fails = true;
  std::vector<std::thread> writers;
  std::atomic<int> refused = 0;
  for (int i = 2; i < 10; ++i) {
    writers.emplace_back([&, i] { refused += store->create(key_of(i), text_of(i)).has_value() ? 0 : 1; });
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(refused == 8);
  CHECK(store->remove(key_of(1), (*made)->revision()).error().message == "no disk");
  CHECK(watch->next(std::chrono::milliseconds(0), {})->events.empty());
  fails = false;
  CHECK(store->create(key_of(2), text_of(2)).value()->revision() == (*made)->revision() + 1);
}

TEST_CASE("a damaged file is told of with what to do, and is not served") {
  const TestFolder folder;
  const std::string path = folder.file("store.db");
  fill(*must_open(path), 200);
  REQUIRE(fs::file_size(path) > 40'000);
  SECTION("its beginning") {
    overwrite(path, 0, std::string(100, 'z'));
    CHECK(refusal_of(path).find("restore a backup") != std::string::npos);
  }
  SECTION("pages in its middle") {
    overwrite(path, 8192, std::string(fs::file_size(path) - 12'000, '\xff'));
    CHECK(refusal_of(path).find("restore a backup") != std::string::npos);
  }
  SECTION("its end is cut off") {
    fs::resize_file(path, fs::file_size(path) / 2);
    CHECK(refusal_of(path).find("restore a backup") != std::string::npos);
  }
  SECTION("one letter of one object") {
    std::ifstream in(path, std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(in)), {});
    overwrite(path, content.find("xxxxx") + 2, "y");
    CHECK(refusal_of(path).find("restore a backup") != std::string::npos);
  }
}

TEST_CASE("of a log that was cut off what came before the cut is there, and the store goes on") {
  const TestFolder folder;
  const std::string path = folder.file("store.db");
  const std::string copy = folder.file("copy.db");
  {
    const auto store = must_open(path);
    fill(*store, 50);
    for (const char* ending : {"", "-wal"}) fs::copy_file(path + ending, copy + ending);
  }
  fs::resize_file(copy + "-wal", fs::file_size(copy + "-wal") / 2 + 7);
  const auto store = must_open(copy);
  const auto listing = *store->list({"things"});
  CHECK(listing.objects.size() < 50);
  for (const ObjectPtr& object : listing.objects) {
    CHECK(object->text() == text_of(std::stoi(object->key().name)));
    CHECK(object->revision() <= listing.revision);
  }
  CHECK(store->create(key_of(100), text_of(100)).has_value());
}

TEST_CASE("a directory that cannot be written to is told of") {
  const TestFolder folder;
  const std::string path = folder.file("store.db");
  fill(*must_open(path), 1);
  for (const fs::path& made : {fs::path(path), fs::path(path).parent_path()}) {
    fs::permissions(made, fs::perms::owner_read | fs::perms::owner_exec | fs::perms::group_read |
                              fs::perms::group_exec | fs::perms::others_read | fs::perms::others_exec);
  }
  // For root every directory can be written to.
  const uid_t me = ::geteuid();
  if (me == 0) REQUIRE(::seteuid(65534) == 0);
  const auto store = open_file(path);
  const auto directory = DataDirectory::open(fs::path(path).parent_path().string());
  if (me == 0) REQUIRE(::seteuid(0) == 0);
  fs::permissions(fs::path(path).parent_path(), fs::perms::owner_all);
  REQUIRE_FALSE(store.has_value());
  CHECK(store.error().message.find(path) != std::string::npos);
  REQUIRE_FALSE(directory.has_value());
  CHECK(directory.error().message.find("Permission denied") != std::string::npos);
}

TEST_CASE("a file of the first format is taken over") {
  const TestFolder folder;
  const std::string path = folder.file("store.db");
  const std::string text = text_of(7);
  {
    auto database = std::move(SqliteDatabase::open(path)).value();
    REQUIRE(
        database
            ->run("PRAGMA journal_mode=WAL;"
                  "CREATE TABLE object(id INTEGER PRIMARY KEY, resource TEXT NOT NULL, namespace TEXT NOT"
                  " NULL, name TEXT NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL);"
                  "CREATE UNIQUE INDEX object_key ON object(resource, namespace, name);"
                  "CREATE TABLE counter(id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL);"
                  "INSERT INTO counter VALUES(1, 40);"
                  "PRAGMA application_id=1129804404; PRAGMA user_version=1;")
            .has_value());
    SqliteStatement insert =
        std::move(database->prepare("INSERT INTO object VALUES(1, 'things', 'ns', '7', 40, ?1)")).value();
    insert.bind(1, text);
    REQUIRE(insert.run().has_value());
  }
  for (int opened = 0; opened < 2; ++opened) {
    const auto store = must_open(path);
    const auto found = store->get(key_of(7));
    REQUIRE(found.has_value());
    CHECK((*found)->text() == text);
    CHECK(store->update(key_of(7), text, (*found)->revision()).has_value());
  }
}

TEST_CASE("compaction empties the log and gives space back, and writers go on meanwhile") {
  const TestFolder folder;
  const std::string path = folder.file("store.db");
  const auto store = must_open(path);
  for (int i = 0; i < 60; ++i) REQUIRE(store->create(key_of(i), text_of(i, 50'000)).has_value());
  REQUIRE(store->compact().has_value());
  CHECK(fs::file_size(path + "-wal") == 0);
  const auto full = fs::file_size(path);
  for (int i = 0; i < 59; ++i) {
    REQUIRE(store->remove(key_of(i), (*store->get(key_of(i)))->revision()).has_value());
  }
  std::thread writer([&] {
    for (int i = 100; i < 150; ++i) (void)store->create(key_of(i), text_of(i));
  });
  for (int i = 0; i < 5; ++i) CHECK(store->compact().has_value());
  writer.join();
  CHECK(store->compact().has_value());
  CHECK(fs::file_size(path) < full / 2);
  CHECK(store->list({"things"})->objects.size() == 51);
}

}  // namespace cw::apiserver
