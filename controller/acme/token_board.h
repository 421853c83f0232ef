// TokenBoard: what is answered to the CA for each host and token, in this process. Bounded. Thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lib/base/result.h"

namespace cw::controller::acme {

class TokenBoard {
 public:
  explicit TokenBoard(std::size_t max_entries = 20'000) : max_entries_(max_entries) {}

  // The host in any case. Unavailable: it is full. Invalid: a key authorization that is far too long.
  Status put(std::string_view host, std::string_view token, std::string_view key);
  // A key that is no longer the one there stays: another challenge has taken the place.
  void remove(std::string_view host, std::string_view token, std::string_view key);
  std::optional<std::string> find(std::string_view host, std::string_view token) const;
  std::size_t size() const;

 private:
  using Place = std::pair<std::string, std::string>;  // host in lower case, token
  const std::size_t max_entries_;
  mutable std::mutex mutex_;
  std::map<Place, std::string> keys_;
};

}  // namespace cw::controller::acme
