// BearerToken: the token that requests carry, from a file that is read anew each minute or fixed.
// Thread-safe. Never logged.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "lib/base/result.h"

namespace cw::http {

class BearerToken {
 public:
  // An empty path and an empty token: none is sent.
  BearerToken(std::string path, std::string token) : path_(std::move(path)), token_(std::move(token)) {}

  // Empty: send none. Unavailable: the file has never been readable.
  Result<std::string> current();

 private:
  const std::string path_;
  std::mutex mutex_;
  std::string token_;
  std::chrono::steady_clock::time_point read_at_{};
};

}  // namespace cw::http
