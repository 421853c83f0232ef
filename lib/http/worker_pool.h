// WorkerPool: as many threads as are busy, and one more that waits: when the last waiting thread finds work,
// it starts its successor first. Threads that find none for a while end. All methods but run() are
// thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

namespace cw::http {

class WorkerPool {
 public:
  // What a thread does; made by and for each thread.
  class Worker {
   public:
    Worker() = default;
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    virtual ~Worker() = default;
    enum class Found { Work, Nothing, Stop };
    // Waits for work, at most that long, and remembers it.
    virtual Found wait(std::chrono::milliseconds) = 0;
    virtual void work() = 0;
  };

  explicit WorkerPool(std::function<std::unique_ptr<Worker>()> make_worker)
      : make_worker_(std::move(make_worker)) {}
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool() { join(); }

  // Adds a thread. What cannot be started now (no memory, a limit) is logged; the others carry on.
  void grow();
  // Waits until each thread has been told Stop and has ended.
  void join();
  std::size_t size() const;

 private:
  using Threads = std::list<std::thread>;
  void run(Threads::iterator self);
  bool retire(Threads::iterator self);

  const std::function<std::unique_ptr<Worker>()> make_worker_;
  std::atomic<int> waiting_{0};
  mutable std::mutex mutex_;
  Threads threads_;
  Threads retired_;  // ended or about to: joined by the next grow() or join()
  bool joining_ = false;
};

}  // namespace cw::http
