#include "apiserver/sqlite_journal.h"

#include "lib/base/stable_hash.h"

namespace cw::apiserver {
namespace {

constexpr std::int64_t kApplicationId = 0x43577274;  // "CWrt"
constexpr std::int64_t kFormat = 2;

// auto_vacuum first: it is for a file without anything in it.
constexpr const char* kSettings =
    "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
    "cache_size=-1024; PRAGMA temp_store=MEMORY;"
    "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=8388608; PRAGMA trusted_schema=OFF;";

constexpr const char* kSchema =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE object(id INTEGER PRIMARY KEY, resource TEXT NOT NULL, namespace TEXT NOT NULL,"
    " name TEXT NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL, checksum INTEGER);"
    "CREATE UNIQUE INDEX object_key ON object(resource, namespace, name);"
    "CREATE TABLE counter(id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL);"
    "INSERT INTO counter VALUES(1, 0);"
    "PRAGMA application_id=1129804404;"
    "PRAGMA user_version=2;"
    "COMMIT;";
// Format 1 had no checksums; objects get theirs when they are next written.
constexpr const char* kFromFormat1 =
    "BEGIN IMMEDIATE; ALTER TABLE object ADD COLUMN checksum INTEGER; PRAGMA user_version=2; COMMIT;"
    "VACUUM;";  // which makes auto_vacuum true
static_assert(kApplicationId == 1129804404);

constexpr std::string_view kPut =
    "INSERT INTO object(resource, namespace, name, revision, body, checksum) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
    " ON CONFLICT(resource, namespace, name) DO UPDATE SET revision=?4, body=?5, checksum=?6";
constexpr std::string_view kErase = "DELETE FROM object WHERE resource=?1 AND namespace=?2 AND name=?3";
constexpr std::string_view kSetRevision = "UPDATE counter SET revision=?1 WHERE id=1";
constexpr std::string_view kAll =
    "SELECT resource, namespace, name, revision, body, ifnull(checksum, 0) FROM object"
    " ORDER BY resource, namespace, name";
constexpr std::int64_t kIncrementalVacuum = 2;  // of PRAGMA auto_vacuum

Status check_format(SqliteDatabase& database, const std::string& path) {
  const std::int64_t application = TRY(database.number("PRAGMA application_id"));
  const std::int64_t format = TRY(database.number("PRAGMA user_version"));
  if (application == 0 && format == 0) return database.run(kSchema);
  if (application != kApplicationId) {
    return Error{Code::Unavailable, path + " is a database of another program; choose another directory"};
  }
  if (format > kFormat) {
    return Error{Code::Unavailable, path + " was written by a newer certwright; use that version"};
  }
  if (format == 1) return database.run(kFromFormat1);
  return Done{};
}

// 0 stands for "none", as an old file has it.
std::int64_t checksum_of(std::string_view resource, const ObjectKey& key, Revision revision,
                         std::string_view body) {
  std::string head(resource);
  head.append("\n").append(key.name_space).append("\n").append(key.name).append("\n");
  const std::uint64_t hash = stable_hash(head + std::to_string(revision)) ^ stable_hash(body);
  return hash == 0 ? 1 : static_cast<std::int64_t>(hash);
}

bool is_whole(std::string_view text) {
  return text.starts_with("{\"apiVersion\":") && text.find("\"metadata\":{") != std::string_view::npos &&
         text.ends_with("}");
}

}  // namespace

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(const std::string& path) {
  std::unique_ptr<SqliteDatabase> database = TRY(SqliteDatabase::open(path));
  TRY(database->run(kSettings));
  TRY(check_format(*database, path));
  Statements statements{TRY(database->prepare(kPut)), TRY(database->prepare(kErase)),
                        TRY(database->prepare(kSetRevision))};
  return std::unique_ptr<SqliteJournal>(new SqliteJournal(std::move(database), std::move(statements)));
}

Result<Revision> SqliteJournal::recover(
    const std::function<void(const std::string& resource, ObjectPtr)>& take) {
  SqliteStatement rows = TRY(database_->prepare(kAll));
  while (TRY(rows.step())) {
    const std::string resource(rows.text(0));
    ObjectKey key{std::string(rows.text(1)), std::string(rows.text(2))};
    const auto revision = Revision(rows.number(3));
    const std::string_view body = rows.text(4);
    const std::int64_t checksum = rows.number(5);
    const bool is_intact = checksum == 0 || checksum == checksum_of(resource, key, revision, body);
    if (!is_whole(body) || !is_intact) {
      return Error{Code::Unavailable, "storage is damaged: " + resource + " " + key.name_space + "/" +
                                          key.name + " is not what was written; restore a backup"};
    }
    take(resource, std::make_shared<const StoredObject>(std::move(key), revision, std::string(body)));
  }
  return Revision(TRY(database_->number("SELECT revision FROM counter")));
}

Status SqliteJournal::append(std::span<const Change> changes, Revision last) {
  TRY(database_->run("BEGIN IMMEDIATE"));
  Status written = write(changes, last);
  if (written) written = database_->run("COMMIT");
  // After some failures SQLite has rolled back by itself; then this does nothing.
  if (!written) (void)database_->run("ROLLBACK");
  return written;
}

Status SqliteJournal::write(std::span<const Change> changes, Revision last) {
  for (const Change& change : changes) TRY(write_one(change));
  statements_.set_revision.bind(1, std::int64_t(last));
  return statements_.set_revision.run();
}

Status SqliteJournal::write_one(const Change& change) {
  SqliteStatement& statement = change.removed ? statements_.erase : statements_.put;
  const ObjectKey& key = change.object->key();
  statement.bind(1, change.resource);
  statement.bind(2, key.name_space);
  statement.bind(3, key.name);
  if (!change.removed) {
    statement.bind(4, std::int64_t(change.object->revision()));
    statement.bind(5, change.object->text());
    statement.bind(6, checksum_of(change.resource, key, change.object->revision(), change.object->text()));
  }
  return statement.run();
}

// Writers wait meanwhile: so little at a time, and no wait for a reader (a backup).
Status SqliteJournal::compact() {
  const std::int64_t pages = TRY(database_->number("PRAGMA page_count"));
  const std::int64_t unused = TRY(database_->number("PRAGMA freelist_count"));
  const bool can_shrink = TRY(database_->number("PRAGMA auto_vacuum")) == kIncrementalVacuum;
  if (can_shrink && unused > pages / 4) TRY(database_->run("PRAGMA incremental_vacuum(2000)"));
  const Status emptied = database_->run("PRAGMA busy_timeout=0; PRAGMA wal_checkpoint(TRUNCATE)");
  TRY(database_->run("PRAGMA busy_timeout=5000"));
  return emptied;
}

}  // namespace cw::apiserver
