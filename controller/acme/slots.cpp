#include "controller/acme/slots.h"

#include "lib/api/names.h"

namespace cw::controller::acme {

std::string exclusion_of(const api::ChallengeSpec& spec) {
  auto exclusion = spec.type + " " + spec.dns_name;
  if (spec.type != api::kTypeHttp01) exclusion += " " + spec.key;
  return exclusion;
}

bool Slots::take(const kube::ObjectKey& key, const api::Challenge& challenge) {
  const auto exclusion = exclusion_of(challenge.spec);
  const auto age = challenge.metadata.creation_timestamp.value_or(TimePoint{});
  std::vector<kube::ObjectKey> others;
  bool has_one = false;
  {
    const std::scoped_lock lock(mutex_);
    if (held_.contains(key)) return true;
    stop_waiting(key);
    waiting_[{age, key}] = exclusion;
    ages_[key] = age;
    others = grant_to_waiting();
    has_one = std::erase(others, key) > 0;
  }
  if (on_free_) {
    for (const auto& other : others) on_free_(other);
  }
  return has_one;
}

void Slots::hold(const kube::ObjectKey& key, const api::Challenge& challenge) {
  const std::scoped_lock lock(mutex_);
  stop_waiting(key);
  if (!held_.contains(key)) grant(key, exclusion_of(challenge.spec));
}

void Slots::release(const kube::ObjectKey& key) {
  std::vector<kube::ObjectKey> next;
  {
    const std::scoped_lock lock(mutex_);
    stop_waiting(key);
    const auto found = held_.find(key);
    if (found == held_.end()) return;
    excluded_.erase(excluded_.find(found->second));
    held_.erase(found);
    next = grant_to_waiting();
  }
  if (on_free_) {
    for (const auto& other : next) on_free_(other);
  }
}

std::size_t Slots::held() const {
  const std::scoped_lock lock(mutex_);
  return held_.size();
}

std::size_t Slots::waiting() const {
  const std::scoped_lock lock(mutex_);
  return waiting_.size();
}

bool Slots::may_have(const std::string& exclusion) const {
  return held_.size() < max_ && !excluded_.contains(exclusion);
}

void Slots::grant(const kube::ObjectKey& key, const std::string& exclusion) {
  held_[key] = exclusion;
  excluded_.insert(exclusion);
}

std::vector<kube::ObjectKey> Slots::grant_to_waiting() {
  std::vector<kube::ObjectKey> granted;
  for (auto it = waiting_.begin(); it != waiting_.end() && held_.size() < max_;) {
    if (!may_have(it->second)) {
      ++it;
      continue;
    }
    const auto key = it->first.second;
    grant(key, it->second);
    ages_.erase(key);
    it = waiting_.erase(it);
    granted.push_back(key);
  }
  return granted;
}

void Slots::stop_waiting(const kube::ObjectKey& key) {
  const auto found = ages_.find(key);
  if (found == ages_.end()) return;
  waiting_.erase({found->second, key});
  ages_.erase(found);
}

}  // namespace cw::controller::acme
