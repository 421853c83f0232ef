#include "apiserver/data_directory.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cw::apiserver {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kKeyFiles{".crt", ".key", ".pub", ".pem"};

Error failed(const std::string& what, const std::string& path) {
  return {Code::Unavailable, "cannot " + what + " " + path + ": " + std::strerror(errno)};
}

// Closes what it owns.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// The name of a new file is on disk only once its directory is.
Status sync_directory(const fs::path& path) {
  const fs::path directory = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const File file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.get() < 0 || ::fsync(file.get()) != 0) return failed("sync", directory.string());
  return Done{};
}

}  // namespace

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(const std::string& path) {
  std::error_code error;
  const bool created = fs::create_directories(path, error);
  if (error) return Error{Code::Unavailable, "cannot create " + path + ": " + error.message()};
  if (created) fs::permissions(path, fs::perms::owner_all, error);
  const fs::path directory(path);
  const std::string lock_path = (directory / "lock").string();
  File lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.get() < 0) return failed("open", lock_path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return Error{Code::Unavailable,
                 path + " is in use by another process; stop it or choose another directory"};
  }
  return std::unique_ptr<DataDirectory>(new DataDirectory(directory, lock.release()));
}

DataDirectory::~DataDirectory() { ::close(lock_); }

Status write_private_file(const std::string& path, std::string_view content) {
  const std::string draft = path + ".new";
  {
    const File file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file.get() < 0) return failed("create", draft);
    if (::fchmod(file.get(), 0600) != 0 || !write_all(file.get(), content)) {
      return failed("write", draft);
    }
  }
  return replace_file(draft, path);
}

Status replace_file(const std::string& draft, const std::string& path) {
  {
    const File file(::open(draft.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0 || ::fsync(file.get()) != 0) return failed("sync", draft);
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) return failed("replace", path);
  return sync_directory(path);
}

Result<KeyFiles> read_key_files(const std::string& directory) {
  KeyFiles files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    const std::string ending = entry.path().extension().string();
    if (std::find(kKeyFiles.begin(), kKeyFiles.end(), ending) == kKeyFiles.end()) continue;
    auto content = TRY(read_file_if_there(entry.path().string()));
    if (content) files.emplace(entry.path().filename().string(), *std::move(content));
  }
  if (error) return Error{Code::Unavailable, "cannot read " + directory + ": " + error.message()};
  return files;
}

Result<std::optional<std::string>> read_file_if_there(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::optional<std::string>();
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  if (!in) return Error{Code::Unavailable, "cannot read " + path};
  return std::optional<std::string>(content.str());
}

}  // namespace cw::apiserver
