#include "lib/acme/held_back.h"

namespace cw::acme {

void HeldBack::add(Endpoint endpoint, const std::string& subject, Hold hold, SteadyTime now) {
  const std::scoped_lock lock(mutex_);
  if (holds_.size() >= kMaxHolds) {
    std::erase_if(holds_, [&](const auto& entry) { return entry.second.until <= now; });
  }
  if (holds_.size() >= kMaxHolds) return;
  holds_.insert_or_assign({endpoint, subject}, std::move(hold));
}

std::optional<HeldBack::Hold> HeldBack::find(Endpoint endpoint, const std::string& subject, SteadyTime now) {
  const std::scoped_lock lock(mutex_);
  for (const std::string& wide : {std::string(), subject}) {
    const auto found = holds_.find({endpoint, wide});
    if (found == holds_.end()) continue;
    if (found->second.until > now) return found->second;
    holds_.erase(found);
  }
  return std::nullopt;
}

}  // namespace cw::acme
