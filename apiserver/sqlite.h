// SQLite behind RAII handles and Result. One connection, used by one thread at a time. Errors: Unavailable,
// with the file, SQLite's message, the system's, and what to do.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace cw::apiserver {

class SqliteDatabase;

class SqliteStatement {
 public:
  // Parameters count from 1. Text is not copied: it must live until the next run().
  void bind(int parameter, std::string_view text);
  void bind(int parameter, std::int64_t number);
  // A statement without rows.
  Status run();
  // The next row; false after the last one, then the statement is ready to be run anew.
  Result<bool> step();
  // Columns count from 0; valid until the next step.
  std::string_view text(int column) const;
  std::int64_t number(int column) const;

 private:
  friend class SqliteDatabase;
  struct Finalizer {
    void operator()(sqlite3_stmt*) const;
  };
  SqliteStatement(sqlite3_stmt* raw, const SqliteDatabase* database) : handle_(raw), database_(database) {}

  std::unique_ptr<sqlite3_stmt, Finalizer> handle_;
  const SqliteDatabase* database_;
};

class SqliteDatabase {
 public:
  // Created with mode 0600 if it is not there.
  static Result<std::unique_ptr<SqliteDatabase>> open(const std::string& path);

  Status run(const char* statements);
  Result<SqliteStatement> prepare(std::string_view statement);
  Result<std::int64_t> number(std::string_view query);  // of the first row's first column
  // Looks through the whole file. Unavailable if anything does not fit.
  Status check_whole();
  const std::string& path() const { return path_; }
  Error last_error() const;

 private:
  struct Closer {
    void operator()(sqlite3*) const;
  };
  SqliteDatabase(sqlite3* raw, std::string path) : handle_(raw), path_(std::move(path)) {}

  std::unique_ptr<sqlite3, Closer> handle_;
  std::string path_;
};

}  // namespace cw::apiserver
