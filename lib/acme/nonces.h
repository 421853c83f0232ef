// NoncePool: the nonces that a server has handed out and that are not used yet (RFC 8555 §6.5). The newest is
// used first: it is the likeliest to be still valid. Thread-safe.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace cw::acme {

// RFC 8555 §6.5.1: base64url, and not without end.
bool is_nonce(std::string_view text);

class NoncePool {
 public:
  explicit NoncePool(std::size_t limit = 32) : limit_(limit) {}

  // Beyond the limit the oldest is forgotten. What is no nonce is left out.
  void put(std::string_view nonce);
  std::optional<std::string> take();

 private:
  const std::size_t limit_;
  std::mutex mutex_;
  std::deque<std::string> nonces_;
};

}  // namespace cw::acme
