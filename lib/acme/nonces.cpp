#include "lib/acme/nonces.h"

#include "lib/acme/text_rules.h"

namespace cw::acme {

bool is_nonce(std::string_view text) {
  constexpr std::size_t kMaxNonce = 512;
  return is_base64url(text) && text.size() <= kMaxNonce;
}

void NoncePool::put(std::string_view nonce) {
  if (!is_nonce(nonce)) return;
  const std::scoped_lock lock(mutex_);
  nonces_.emplace_back(nonce);
  if (nonces_.size() > limit_) nonces_.pop_front();
}

std::optional<std::string> NoncePool::take() {
  const std::scoped_lock lock(mutex_);
  if (nonces_.empty()) return std::nullopt;
  std::string nonce = std::move(nonces_.back());
  nonces_.pop_back();
  return nonce;
}

}  // namespace cw::acme
