// SqliteJournal: a store's objects in one SQLite file (WAL, synchronous=FULL). A batch is one transaction,
// and its commit returns only after the log is synced to disk: what was answered survives a kill and a power
// cut. Only the newest state of an object is kept, with a checksum; history lives in memory.
#pragma once

#include <memory>
#include <string>

#include "apiserver/journal.h"
#include "apiserver/sqlite.h"

namespace cw::apiserver {

class SqliteJournal final : public Journal {
 public:
  // Creates the file if it is not there. Unavailable if it cannot be opened, is no store of ours or was
  // written by a newer version; the message says what to do.
  static Result<std::unique_ptr<SqliteJournal>> open(const std::string& path);

  Result<Revision> recover(const std::function<void(const std::string& resource, ObjectPtr)>& take) override;
  Status append(std::span<const Change> changes, Revision last) override;
  // Empties the log into the file and gives free pages back, a few megabytes at a time.
  Status compact() override;

 private:
  struct Statements {
    SqliteStatement put;
    SqliteStatement erase;
    SqliteStatement set_revision;
  };
  SqliteJournal(std::unique_ptr<SqliteDatabase> database, Statements statements)
      : database_(std::move(database)), statements_(std::move(statements)) {}
  Status write(std::span<const Change> changes, Revision last);
  Status write_one(const Change&);

  std::unique_ptr<SqliteDatabase> database_;
  Statements statements_;
};

}  // namespace cw::apiserver
