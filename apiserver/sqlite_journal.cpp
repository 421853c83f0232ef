#include "apiserver/sqlite_journal.h"

namespace cw::apiserver {
namespace {

constexpr std::int64_t kApplicationId = 0x43577274;  // "CWrt"
constexpr std::int64_t kFormat = 1;

constexpr const char* kSettings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-1024; PRAGMA temp_store=MEMORY;"
    "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=8388608; PRAGMA trusted_schema=OFF;";

constexpr const char* kSchema =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE object(id INTEGER PRIMARY KEY, resource TEXT NOT NULL, namespace TEXT NOT NULL,"
    " name TEXT NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL);"
    "CREATE UNIQUE INDEX object_key ON object(resource, namespace, name);"
    "CREATE TABLE counter(id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL);"
    "INSERT INTO counter VALUES(1, 0);"
    "PRAGMA application_id=1129804404;"
    "PRAGMA user_version=1;"
    "COMMIT;";
static_assert(kApplicationId == 1129804404);

constexpr std::string_view kPut =
    "INSERT INTO object(resource, namespace, name, revision, body) VALUES(?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT(resource, namespace, name) DO UPDATE SET revision=?4, body=?5";
constexpr std::string_view kErase = "DELETE FROM object WHERE resource=?1 AND namespace=?2 AND name=?3";
constexpr std::string_view kSetRevision = "UPDATE counter SET revision=?1 WHERE id=1";
constexpr std::string_view kAll =
    "SELECT resource, namespace, name, revision, body FROM object ORDER BY resource, namespace, name";

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
  return Done{};
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
    if (!is_whole(rows.text(4))) {
      return Error{Code::Unavailable, "storage is damaged: " + resource + " " + key.name_space + "/" +
                                          key.name + " is not what was written; restore a backup"};
    }
    take(resource, std::make_shared<const StoredObject>(std::move(key), Revision(rows.number(3)),
                                                        std::string(rows.text(4))));
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
  }
  return statement.run();
}

}  // namespace cw::apiserver
