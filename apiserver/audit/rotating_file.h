// RotatingFile: a file of lines that is set aside when it has grown, and begun anew; what is set aside is
// removed by number and age. Mode 0600. Used by one thread. Errors: Unavailable.
// Names as kube-apiserver gives them: audit.log becomes audit-2026-01-02T03-04-05.678.log.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/http/socket.h"

namespace cw::apiserver {

struct RotationLimits {
  std::size_t max_bytes = 100UL << 20U;  // 0: never set aside
  std::size_t max_backups = 0;           // 0: any number
  std::chrono::days max_age{0};          // 0: any age
};

class RotatingFile {
 public:
  // "-" is standard output.
  static Result<RotatingFile> open(const std::string& path, RotationLimits);
  // All of it or an error; then the file may end in a part of it.
  Status write(std::string_view lines);

 private:
  RotatingFile(std::string path, RotationLimits limits) : path_(std::move(path)), limits_(limits) {}
  Status reopen();
  Status rotate();
  void remove_old() const;

  std::string path_;
  RotationLimits limits_;
  http::Descriptor file_;  // closed: standard output
  std::size_t size_ = 0;
};

}  // namespace cw::apiserver
