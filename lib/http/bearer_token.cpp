#include "lib/http/bearer_token.h"

#include <fstream>

namespace cw::http {
namespace {

constexpr std::chrono::minutes kReload{1};
constexpr std::size_t kMaxToken = 64UL << 10U;

// Empty if there is none to be had.
std::string read_token(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxToken, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  text.resize(end == std::string::npos ? 0 : end + 1);
  return text;
}

}  // namespace

Result<std::string> BearerToken::current() {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (path_.empty() || (!token_.empty() && now - read_at_ < kReload)) return token_;
  std::string fresh = read_token(path_);
  if (!fresh.empty()) {
    token_ = std::move(fresh);
    read_at_ = now;
  }
  if (token_.empty()) return Error{Code::Unavailable, "no bearer token can be read from " + path_};
  return token_;
}

}  // namespace cw::http
