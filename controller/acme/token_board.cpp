#include "controller/acme/token_board.h"

#include "lib/base/ascii.h"

namespace cw::controller::acme {
namespace {

constexpr std::size_t kMaxKey = 2048;  // bytes; a real one has less than 200

}  // namespace

Status TokenBoard::put(std::string_view host, std::string_view token, std::string_view key) {
  if (key.size() > kMaxKey) return Error{Code::Invalid, "spec.key: is longer than 2048 bytes"};
  Place place{lower_case(host), std::string(token)};
  const std::scoped_lock lock(mutex_);
  if (keys_.size() >= max_entries_ && !keys_.contains(place)) {
    return Error{Code::Unavailable,
                 "there are " + std::to_string(max_entries_) + " answers up already; this one has to wait"};
  }
  keys_.insert_or_assign(std::move(place), std::string(key));
  return Done{};
}

void TokenBoard::remove(std::string_view host, std::string_view token, std::string_view key) {
  const std::scoped_lock lock(mutex_);
  const auto found = keys_.find(Place{lower_case(host), std::string(token)});
  if (found != keys_.end() && found->second == key) keys_.erase(found);
}

std::optional<std::string> TokenBoard::find(std::string_view host, std::string_view token) const {
  const Place place{lower_case(host), std::string(token)};
  const std::scoped_lock lock(mutex_);
  const auto found = keys_.find(place);
  return found == keys_.end() ? std::nullopt : std::optional(found->second);
}

std::size_t TokenBoard::size() const {
  const std::scoped_lock lock(mutex_);
  return keys_.size();
}

}  // namespace cw::controller::acme
