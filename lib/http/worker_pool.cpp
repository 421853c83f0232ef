#include "lib/http/worker_pool.h"

#include <system_error>

#include "lib/base/log.h"

namespace cw::http {
namespace {

constexpr std::chrono::milliseconds kIdleThread{5000};
constexpr std::size_t kKeptThreads = 2;

}  // namespace

void WorkerPool::grow() {
  Threads gone;
  {
    const std::lock_guard lock(mutex_);
    gone.splice(gone.end(), retired_);
    const auto self = threads_.emplace(threads_.end());
    try {
      *self = std::thread([this, self] { run(self); });
    } catch (const std::system_error& problem) {
      threads_.erase(self);
      log::warning("cannot start another server thread", {{"error", problem.what()}});
    }
  }
  for (std::thread& thread : gone) thread.join();
}

void WorkerPool::run(Threads::iterator self) {
  const std::unique_ptr<Worker> worker = make_worker_();
  for (;;) {
    waiting_.fetch_add(1);
    const Worker::Found found = worker->wait(kIdleThread);
    const bool was_last = waiting_.fetch_sub(1) == 1;
    if (found == Worker::Found::Stop) return;
    if (found == Worker::Found::Nothing) {
      if (retire(self)) return;
      continue;
    }
    if (was_last) grow();
    worker->work();
  }
}

bool WorkerPool::retire(Threads::iterator self) {
  const std::lock_guard lock(mutex_);
  if (joining_ || threads_.size() <= kKeptThreads || waiting_.load() == 0) return false;
  retired_.splice(retired_.end(), threads_, self);
  return true;
}

void WorkerPool::join() {
  for (;;) {
    Threads gone;
    {
      const std::lock_guard lock(mutex_);
      joining_ = true;
      gone.splice(gone.end(), retired_);
      gone.splice(gone.end(), threads_);
    }
    if (gone.empty()) return;
    for (std::thread& thread : gone) thread.join();
  }
}

std::size_t WorkerPool::size() const {
  const std::lock_guard lock(mutex_);
  return threads_.size();
}

}  // namespace cw::http
