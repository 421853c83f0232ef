#include "apiserver/audit/rotating_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cw::apiserver {
namespace {

namespace fs = std::filesystem;

Error problem(const std::string& path) {
  return {Code::Unavailable, path + ": " + std::generic_category().message(errno)};
}

// "-2026-01-02T03-04-05.678"
std::string time_mark() {
  const auto now = std::chrono::system_clock::now();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const std::time_t time = std::chrono::system_clock::to_time_t(seconds);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, 40> text{};
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now - seconds).count();
  const std::size_t length = std::strftime(text.data(), text.size(), "-%Y-%m-%dT%H-%M-%S", &parts);
  (void)std::snprintf(text.data() + length, text.size() - length, ".%03d", static_cast<int>(millis));
  return text.data();
}

// Those that rotate() has set aside, oldest first.
std::vector<fs::path> backups_of(const fs::path& file) {
  std::vector<fs::path> found;
  const std::string begin = file.stem().string() + "-";
  std::error_code ignored;
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    constexpr std::size_t kMarkLength = 23;
    const bool ours = name.starts_with(begin) && entry.path().extension() == file.extension() &&
                      entry.path().stem().string().size() == begin.size() + kMarkLength;
    if (ours) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

Result<RotatingFile> RotatingFile::open(const std::string& path, RotationLimits limits) {
  RotatingFile file(path, limits);
  if (path != "-") TRY(file.reopen());
  return file;
}

Status RotatingFile::reopen() {
  file_ =
      http::Descriptor(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file_.is_open()) return problem(path_);
  struct stat status{};
  if (::fstat(file_.get(), &status) != 0) return problem(path_);
  size_ = static_cast<std::size_t>(status.st_size);
  return Done{};
}

Status RotatingFile::rotate() {
  const fs::path path(path_);
  fs::path aside = path;
  aside.replace_filename(path.stem().string() + time_mark() + path.extension().string());
  if (::rename(path_.c_str(), aside.c_str()) != 0) return problem(path_);
  TRY(reopen());
  remove_old();
  return Done{};
}

void RotatingFile::remove_old() const {
  std::vector<fs::path> backups = backups_of(path_);
  std::error_code ignored;
  const auto oldest = fs::file_time_type::clock::now() - limits_.max_age;
  for (std::size_t i = 0; i < backups.size(); ++i) {
    const bool too_many = limits_.max_backups > 0 && backups.size() - i > limits_.max_backups;
    const bool too_old = limits_.max_age.count() > 0 && fs::last_write_time(backups[i], ignored) < oldest;
    if (too_many || too_old) fs::remove(backups[i], ignored);
  }
}

Status RotatingFile::write(std::string_view lines) {
  const bool full = limits_.max_bytes > 0 && size_ > 0 && size_ + lines.size() > limits_.max_bytes;
  if (file_.is_open() && full) TRY(rotate());
  const int fd = file_.is_open() ? file_.get() : STDOUT_FILENO;
  while (!lines.empty()) {
    const ssize_t count = ::write(fd, lines.data(), lines.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return problem(path_);
    size_ += static_cast<std::size_t>(count);
    lines.remove_prefix(static_cast<std::size_t>(count));
  }
  return Done{};
}

}  // namespace cw::apiserver
