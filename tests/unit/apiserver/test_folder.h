// TestFolder: a folder of its own for one test, gone with it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "lib/base/random.h"

namespace cw::apiserver {

class TestFolder {
 public:
  TestFolder() : path_(std::filesystem::temp_directory_path() / ("cw-" + random_uuid())) {
    std::filesystem::create_directories(path_);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace cw::apiserver
