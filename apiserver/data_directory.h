// DataDirectory: the folder that a server keeps its files in. One process at a time; readable by its owner
// only. Errors: Unavailable, naming the path.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::apiserver {

class DataDirectory {
 public:
  // Creates it (mode 0700) if it is not there. Unavailable if another process holds it.
  static Result<std::unique_ptr<DataDirectory>> open(const std::string& path);
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;
  ~DataDirectory();

  std::string file(std::string_view name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }

 private:
  DataDirectory(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;
  int lock_;
};

// Whole or not at all, mode 0600, on disk when it answers.
Status write_private_file(const std::string& path, std::string_view content);
// The draft takes the place of the file, on disk when it answers.
Status replace_file(const std::string& draft, const std::string& path);
// The certificates and keys in a directory, by their names and endings (.crt .key .pub .pem), sorted.
using KeyFiles = std::map<std::string, std::string>;
Result<KeyFiles> read_key_files(const std::string& directory);
// nullopt if it is not there.
Result<std::optional<std::string>> read_file_if_there(const std::string& path);

}  // namespace cw::apiserver
