#include "apiserver/limits/fair_seats.h"

namespace cw::apiserver {

void FairSeats::seat(Flow& flow) {
  ++flow.seated;
  ++counts_.seated;
  flow.served = ++counts_.admitted;
}

FairSeats::Seat FairSeats::take(const std::string& name) {
  std::unique_lock lock(mutex_);
  Flow& flow = flows_[name];
  if (flow.seated < limits_.flow_seats && counts_.seated < limits_.seats && flow.waiting.empty()) {
    seat(flow);
    return {*this, name};
  }
  if (counts_.waiting >= limits_.waiting || flow.waiting.size() >= limits_.flow_waiting) {
    ++counts_.refused;
    if (flow.seated == 0 && flow.waiting.empty()) flows_.erase(name);
    return {};
  }
  Waiter waiter;
  const auto place = flow.waiting.insert(flow.waiting.end(), &waiter);
  ++counts_.waiting;
  waiter.seated.wait_for(lock, limits_.patience, [&] { return waiter.is_seated; });
  if (waiter.is_seated) return {*this, name};
  flow.waiting.erase(place);
  --counts_.waiting;
  ++counts_.refused;
  if (flow.seated == 0 && flow.waiting.empty()) flows_.erase(name);
  return {};
}

void FairSeats::give_back(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto at = flows_.find(name);
  --at->second.seated;
  --counts_.seated;
  if (at->second.seated == 0 && at->second.waiting.empty()) flows_.erase(at);
  if (counts_.waiting > 0) seat_next();
}

// The flow that holds fewest seats; of several the one that has not been seated for longest.
void FairSeats::seat_next() {
  if (counts_.seated >= limits_.seats) return;
  Flow* next = nullptr;
  for (auto& [name, flow] : flows_) {
    if (flow.waiting.empty() || flow.seated >= limits_.flow_seats) continue;
    const bool better = next == nullptr || flow.seated < next->seated ||
                        (flow.seated == next->seated && flow.served < next->served);
    if (better) next = &flow;
  }
  if (next == nullptr) return;
  Waiter* waiter = next->waiting.front();
  next->waiting.pop_front();
  --counts_.waiting;
  seat(*next);
  waiter->is_seated = true;
  waiter->seated.notify_one();
}

FairSeats::Counts FairSeats::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace cw::apiserver
