// FairSeats: how many requests run at once, and who comes next where more want to. A flow (a user) holds at
// most half of the seats, so that another always finds one; those that wait are seated by turns of their
// flows, who holds fewest first. Waiting costs a thread: hence both the number and the time are bounded.
// Thread-safe. Source: the aims of API Priority and Fairness (k8s.io/apiserver pkg/util/flowcontrol), not its
// arithmetic.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace cw::apiserver {

struct SeatLimits {
  std::size_t seats = 600;         // requests that run
  std::size_t flow_seats = 300;    // of them of one flow
  std::size_t waiting = 600;       // requests that wait
  std::size_t flow_waiting = 100;  // of them of one flow
  std::chrono::milliseconds patience{15'000};
};

class FairSeats {
 public:
  // A place; given back by its end.
  class Seat {
   public:
    Seat() = default;
    Seat(FairSeats& of, std::string flow) : of_(&of), flow_(std::move(flow)) {}
    Seat(Seat&& other) noexcept : of_(std::exchange(other.of_, nullptr)), flow_(std::move(other.flow_)) {}
    Seat& operator=(Seat&&) = delete;
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;
    ~Seat() {
      if (of_ != nullptr) of_->give_back(flow_);
    }
    bool granted() const { return of_ != nullptr; }

   private:
    FairSeats* of_ = nullptr;
    std::string flow_;
  };

  explicit FairSeats(SeatLimits limits) : limits_(limits) {}
  FairSeats(const FairSeats&) = delete;
  FairSeats& operator=(const FairSeats&) = delete;

  // Waits for a seat if need be. Not granted: too many wait, or the patience is over.
  Seat take(const std::string& flow);

  struct Counts {
    std::size_t seated = 0;
    std::size_t waiting = 0;
    std::uint64_t refused = 0;   // since the start
    std::uint64_t admitted = 0;  // since the start
  };
  Counts counts() const;

 private:
  struct Waiter {
    std::condition_variable seated;
    bool is_seated = false;
  };
  struct Flow {
    std::size_t seated = 0;
    std::list<Waiter*> waiting;
    std::uint64_t served = 0;  // the turn in which it was seated last
  };
  void give_back(const std::string& flow);
  void seat(Flow&);
  void seat_next();

  const SeatLimits limits_;
  mutable std::mutex mutex_;                     // guards the rest
  std::unordered_map<std::string, Flow> flows_;  // those that hold or want a seat
  Counts counts_;
};

}  // namespace cw::apiserver
