#include "apiserver/sqlite.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

namespace cw::apiserver {
namespace {

// What a person can do about it.
std::string advice(int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "; the file is damaged, restore a backup (certwright restore)";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return "; the server must be able to write this file and its directory";
    case SQLITE_FULL:
      return "; nothing is lost, but nothing can be written until there is space";
    default:
      return {};
  }
}

// SQLite gives its log and index files the mode of the database file: it must be right from the start.
Status create_private(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return Error{Code::Unavailable, "cannot open " + path + ": " + std::strerror(errno)};
  ::close(fd);
  return Done{};
}

}  // namespace

void SqliteStatement::Finalizer::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void SqliteDatabase::Closer::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

void SqliteStatement::bind(int parameter, std::string_view text) {
  sqlite3_bind_text64(handle_.get(), parameter, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void SqliteStatement::bind(int parameter, std::int64_t number) {
  sqlite3_bind_int64(handle_.get(), parameter, number);
}

Status SqliteStatement::run() {
  const bool has_row = TRY(step());
  if (has_row) sqlite3_reset(handle_.get());
  return Done{};
}

Result<bool> SqliteStatement::step() {
  const int outcome = sqlite3_step(handle_.get());
  if (outcome == SQLITE_ROW) return true;
  if (outcome == SQLITE_DONE) {
    sqlite3_reset(handle_.get());
    return false;
  }
  Error error = database_->last_error();
  sqlite3_reset(handle_.get());
  return error;
}

std::string_view SqliteStatement::text(int column) const {
  const auto* bytes = sqlite3_column_text(handle_.get(), column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

std::int64_t SqliteStatement::number(int column) const { return sqlite3_column_int64(handle_.get(), column); }

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::string& path) {
  TRY(create_private(path));
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  const int outcome = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(raw, path));
  if (outcome != SQLITE_OK) return database->last_error();
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, 5000);  // ms; a backup may be reading
  return database;
}

Status SqliteDatabase::run(const char* statements) {
  if (sqlite3_exec(handle_.get(), statements, nullptr, nullptr, nullptr) != SQLITE_OK) return last_error();
  return Done{};
}

Result<SqliteStatement> SqliteDatabase::prepare(std::string_view statement) {
  sqlite3_stmt* raw = nullptr;
  const int outcome = sqlite3_prepare_v3(handle_.get(), statement.data(), static_cast<int>(statement.size()),
                                         SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (outcome != SQLITE_OK) return last_error();
  return SqliteStatement(raw, this);
}

Result<std::int64_t> SqliteDatabase::number(std::string_view query) {
  SqliteStatement statement = TRY(prepare(query));
  if (!TRY(statement.step())) return Error{Code::Unavailable, path_ + ": no row where one is expected"};
  return statement.number(0);
}

Status SqliteDatabase::check_whole() {
  SqliteStatement statement = TRY(prepare("PRAGMA integrity_check(1)"));
  if (TRY(statement.step()) && statement.text(0) == "ok") return Done{};
  return Error{Code::Unavailable,
               "storage " + path_ + ": " + std::string(statement.text(0)) + advice(SQLITE_CORRUPT)};
}

Error SqliteDatabase::last_error() const {
  const int code = sqlite3_extended_errcode(handle_.get());
  std::string message = "storage " + path_ + ": " + sqlite3_errmsg(handle_.get());
  const int system = sqlite3_system_errno(handle_.get());
  const bool is_outside = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  if (is_outside && system != 0) message += std::string(" (") + std::strerror(system) + ")";
  return {Code::Unavailable, message + advice(code)};
}

}  // namespace cw::apiserver
