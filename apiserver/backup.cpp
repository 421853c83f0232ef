#include "apiserver/backup.h"

#include <filesystem>
#include <system_error>

#include "apiserver/data_directory.h"
#include "apiserver/sqlite.h"
#include "apiserver/sqlite_journal.h"

namespace cw::apiserver {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFileTable = "CREATE TABLE file(name TEXT PRIMARY KEY, content BLOB NOT NULL)";
constexpr const char* kStore = "store.db";

// As large as etcd's documentation advises for restores (etcdutl --bump-revision): more than a server can
// have written since the backup.
constexpr const char* kBumpRevision = "UPDATE counter SET revision = revision + 1000000000";

Error refused(const std::string& path, const std::string& why) {
  return {Code::Unavailable, path + " " + why};
}

// Removed at the end, unless it was released.
class Draft {
 public:
  explicit Draft(std::string path) : path_(std::move(path)) { remove(); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (!released_) remove();
  }
  const std::string& path() const { return path_; }
  Status rename_to(const std::string& path) {
    TRY(replace_file(path_, path));
    released_ = true;
    return Done{};
  }

 private:
  void remove() const {
    std::error_code ignored;
    for (const char* ending : {"", "-wal", "-shm", "-journal"}) fs::remove(path_ + ending, ignored);
  }

  std::string path_;
  bool released_ = false;
};

Status put_files(SqliteDatabase& database, const KeyFiles& files) {
  TRY(database.run(kFileTable));
  SqliteStatement insert = TRY(database.prepare("INSERT INTO file VALUES(?1, ?2)"));
  for (const auto& [name, content] : files) {
    insert.bind(1, name);
    insert.bind(2, content);
    TRY(insert.run());
  }
  return Done{};
}

Result<KeyFiles> take_files(SqliteDatabase& database) {
  if (TRY(database.number("SELECT count(*) FROM sqlite_master WHERE name = 'file'")) == 0) {
    return refused(database.path(), "has no keys in it: it is not a backup that certwright has made");
  }
  KeyFiles files;
  SqliteStatement rows = TRY(database.prepare("SELECT name, content FROM file"));
  while (TRY(rows.step())) {
    const std::string name(rows.text(0));
    if (name.find('/') != std::string::npos || name.starts_with('.')) {
      return refused(database.path(), "names a file outside of its directory");
    }
    files.emplace(name, std::string(rows.text(1)));
  }
  return files;
}

// Reads every object, as a server would at its start.
Result<BackupSummary> look_through(const std::string& path) {
  BackupSummary summary;
  const auto journal = TRY(SqliteJournal::open(path));
  summary.revision = TRY(journal->recover([&](const std::string&, const ObjectPtr&) { ++summary.objects; }));
  return summary;
}

bool is_empty_directory(const std::string& path) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
    if (entry.path().filename() != "lock") return false;
  }
  return true;
}

// The copy, looked through, without keys and at its new revision.
Result<BackupSummary> prepare_store(const std::string& copy, KeyFiles& files) {
  BackupSummary summary = TRY(look_through(copy));
  const auto database = TRY(SqliteDatabase::open(copy));
  TRY(database->check_whole());
  files = TRY(take_files(*database));
  summary.files = files.size();
  TRY(database->run("PRAGMA secure_delete=ON; DROP TABLE file"));
  TRY(database->run(kBumpRevision));
  summary.revision = Revision(TRY(database->number("SELECT revision FROM counter")));
  TRY(database->run("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE"));
  return summary;
}

}  // namespace

Result<BackupSummary> back_up(const std::string& data_dir, const std::string& file) {
  const std::string store = (fs::path(data_dir) / kStore).string();
  if (!fs::exists(store)) {
    return refused(data_dir, "holds no " + std::string(kStore) +
                                 "; with --etcd-servers back up etcd itself (etcdctl snapshot save)");
  }
  const KeyFiles files = TRY(read_key_files(data_dir));
  Draft draft(file + ".new");
  TRY(write_private_file(draft.path(), ""));
  {
    const auto source = TRY(SqliteDatabase::open(store));
    SqliteStatement copy = TRY(source->prepare("VACUUM INTO ?1"));
    copy.bind(1, draft.path());
    TRY(copy.run());
  }
  BackupSummary summary = TRY(look_through(draft.path()));
  summary.files = files.size();
  {
    const auto copy = TRY(SqliteDatabase::open(draft.path()));
    TRY(put_files(*copy, files));
    TRY(copy->check_whole());
    // One file, without a log beside it.
    TRY(copy->run("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE"));
  }
  TRY(draft.rename_to(file));
  return summary;
}

Result<BackupSummary> restore(const std::string& file, const std::string& data_dir) {
  if (!fs::is_regular_file(file)) return refused(file, "is not there, or is no file");
  if (!is_empty_directory(data_dir)) {
    return refused(data_dir, "is not empty; restore into a new directory, or remove what is in it");
  }
  const auto directory = TRY(DataDirectory::open(data_dir));
  Draft draft(directory->file("store.db.new"));
  TRY(write_private_file(draft.path(), ""));
  std::error_code error;
  fs::copy_file(file, draft.path(), fs::copy_options::overwrite_existing, error);
  if (!error) fs::permissions(draft.path(), fs::perms::owner_read | fs::perms::owner_write, error);
  if (error) return refused(file, "cannot be copied: " + error.message());
  KeyFiles files;
  const BackupSummary summary = TRY(prepare_store(draft.path(), files));
  for (const auto& [name, content] : files) {
    TRY(write_private_file(directory->file(name), content));
  }
  TRY(draft.rename_to(directory->file(kStore)));
  return summary;
}

}  // namespace cw::apiserver
