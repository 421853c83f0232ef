// Workers: the threads that take keys from one queue and reconcile them. Decides what follows a pass: an
// error comes back with growing delay, a conflict soon, a success at the date it names. An exception ends the
// pass, not the program.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "controller/runtime/work_queue.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/resource.h"

namespace cw::controller::runtime {

struct Outcome {
  std::optional<TimePoint> again_at = {};  // look again then, even if nothing changes
  // Or after so long: for what a server is about to finish.
  std::optional<std::chrono::milliseconds> again_after = {};
  // It was too early for this pass: what was planned before it stays, and counts, as it was; again_after is
  // for where nothing was.
  bool undisturbed = false;
};

using Reconcile = std::function<Result<Outcome>(const kube::ObjectKey&)>;

// certmanager_controller_sync_call_count and …_error_count; a conflict is no error.
struct SyncCounts {
  std::uint64_t calls = 0;
  std::uint64_t errors = 0;
};

class Workers {
 public:
  Workers(std::string name, WorkQueue& queue, Reconcile reconcile)
      : name_(std::move(name)), queue_(queue), reconcile_(std::move(reconcile)) {}

  void start(unsigned threads);
  // Returns when the passes under way have ended.
  void stop();

  // One pass of a key that was taken from the queue; what the threads do over and over.
  void process(const kube::ObjectKey&);
  // One pass of what is due, or waits to be tried again; false: nothing is. For whoever has no threads.
  bool process_next();

  const std::string& name() const { return name_; }
  SyncCounts counts() const { return {calls_.load(), errors_.load()}; }

 private:
  Result<Outcome> run(const kube::ObjectKey&);
  void settle(const kube::ObjectKey&, const Result<Outcome>&);

  std::string name_;
  WorkQueue& queue_;
  Reconcile reconcile_;
  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::uint64_t> errors_{0};
  std::vector<std::jthread> threads_;
};

}  // namespace cw::controller::runtime
