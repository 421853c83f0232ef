// Backup and restore of a data directory. With a running server and its clients: tests/e2e/backup.
#include "apiserver/backup.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "apiserver/cached_store.h"
#include "apiserver/data_directory.h"
#include "apiserver/sqlite_journal.h"
#include "tests/unit/apiserver/test_folder.h"

namespace cw::apiserver {
namespace {

namespace fs = std::filesystem;

const SystemClock kClock;

std::unique_ptr<Store> open_in(const std::string& directory) {
  auto journal = SqliteJournal::open(directory + "/store.db");
  if (!journal) FAIL(journal.error().message);
  return std::move(CachedStore::open(std::move(journal).value(), kClock)).value();
}

std::string text_of(const std::string& name) {
  return canonical_text({{"apiVersion", "v1"}, {"kind", "Thing"}, {"metadata", {{"name", name}}}});
}

StoreKey key_of(const std::string& name) { return {"things", {"ns", name}}; }

unsigned mode_of(const std::string& path) {
  struct stat info = {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777U;
}

BackupSummary must(Result<BackupSummary> outcome) {
  if (!outcome) FAIL(outcome.error().message);
  return std::move(outcome).value();
}

// A directory as a server leaves it, and its store, open.
struct Server {
  explicit Server(const std::string& path) : directory(path) {
    fs::create_directories(path);
    store = open_in(path);
    REQUIRE(store->create(key_of("a"), text_of("a")).has_value());
    REQUIRE(write_private_file(path + "/ca.crt", "certificate").has_value());
    REQUIRE(write_private_file(path + "/ca.key", std::string("key\0bytes", 9)).has_value());
    REQUIRE(write_private_file(path + "/kubeconfig", "not kept").has_value());
  }
  std::string directory;
  std::unique_ptr<Store> store;
};

}  // namespace

TEST_CASE("what was backed up from an open store is restored with keys, and revisions go far beyond") {
  const TestFolder folder;
  const Server server(folder.file("data"));
  const auto saved = must(back_up(server.directory, folder.file("backup")));
  CHECK(saved.objects == 1);
  CHECK(saved.files == 2);
  CHECK(saved.revision == server.store->revision());
  CHECK(mode_of(folder.file("backup")) == 0600);
  REQUIRE(server.store->create(key_of("later"), text_of("later")).has_value());
  const Revision last = server.store->revision();
  fs::permissions(folder.file("backup"), fs::perms::all);

  const std::string target = folder.file("restored");
  const auto restored = must(restore(folder.file("backup"), target));
  CHECK(restored.objects == 1);
  CHECK(mode_of(target + "/store.db") == 0600);
  CHECK(mode_of(target + "/ca.key") == 0600);
  CHECK(read_file_if_there(target + "/ca.key").value() == std::string("key\0bytes", 9));
  CHECK_FALSE(fs::exists(target + "/kubeconfig"));
  const auto store = open_in(target);
  CHECK(store->revision() == restored.revision);
  CHECK(store->revision() > last + 1'000'000);
  CHECK(store->get(key_of("a")).value()->revision() == server.store->get(key_of("a")).value()->revision());
  CHECK_FALSE(store->get(key_of("later")).has_value());
  CHECK(store->watch({"things"}, last).error().code == Code::Gone);
  CHECK(store->create(key_of("new"), text_of("new")).value()->revision() == restored.revision + 1);
}

TEST_CASE("a good backup is replaced only by a good one") {
  const TestFolder folder;
  const Server server(folder.file("data"));
  must(back_up(server.directory, folder.file("backup")));
  const auto size = fs::file_size(folder.file("backup"));
  REQUIRE(server.store->create(key_of("b"), text_of("b")).has_value());
  REQUIRE((*SqliteDatabase::open(server.directory + "/store.db"))
              ->run("UPDATE object SET body = replace(body, 'Thing', 'Thong') WHERE name = 'b'")
              .has_value());
  const auto refused = back_up(server.directory, folder.file("backup"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("ns/b") != std::string::npos);
  CHECK(fs::file_size(folder.file("backup")) == size);
  CHECK(must(restore(folder.file("backup"), folder.file("restored"))).objects == 1);
  CHECK(std::distance(fs::directory_iterator(folder.file("")), {}) == 3);  // no draft is left
}

TEST_CASE("what is no good backup is refused, and nothing is left in its place") {
  const TestFolder folder;
  const Server server(folder.file("data"));
  must(back_up(server.directory, folder.file("backup")));
  const std::string file = folder.file("backup");
  std::string said;
  const auto try_restore = [&](const char* place) {
    const auto outcome = restore(file, folder.file(place));
    REQUIRE_FALSE(outcome.has_value());
    said = outcome.error().message;
    CHECK_FALSE(fs::exists(folder.file(place) + "/store.db"));
    CHECK_FALSE(fs::exists(folder.file(place) + "/ca.key"));
  };
  const auto change = [&](const char* statements) {
    REQUIRE((*SqliteDatabase::open(file))->run(statements).has_value());
  };
  SECTION("of a newer version") {
    change("PRAGMA user_version=99");
    try_restore("restored");
    CHECK(said.find("newer") != std::string::npos);
  }
  SECTION("a copy of a store, without keys") {
    change("DROP TABLE file");
    try_restore("restored");
    CHECK(said.find("no keys") != std::string::npos);
  }
  SECTION("with a file that would be written elsewhere") {
    change("UPDATE file SET name = '../' || name");
    try_restore("restored");
  }
  SECTION("a changed object") {
    change("UPDATE object SET revision = revision + 1");
    try_restore("restored");
    CHECK(said.find("ns/a") != std::string::npos);
  }
  SECTION("another file") {
    std::ofstream(file) << std::string(5000, 'n');
    try_restore("restored");
  }
}

TEST_CASE("a directory with something in it, or in use, is not restored into") {
  const TestFolder folder;
  const Server server(folder.file("data"));
  must(back_up(server.directory, folder.file("backup")));
  CHECK_FALSE(restore(folder.file("backup"), server.directory).has_value());
  CHECK(server.store->get(key_of("a")).has_value());
  const auto held = DataDirectory::open(folder.file("held"));
  const auto refused = restore(folder.file("backup"), folder.file("held"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("in use") != std::string::npos);
}

}  // namespace cw::apiserver
