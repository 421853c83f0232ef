// WatchLoop: keeps one resource in sync with the API server: list, then watch from there; list again when the
// server has forgotten that version (Gone); back off while it cannot be reached. Knows nothing of what the
// objects are. run() blocks on the thread that calls it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "controller/runtime/work_schedule.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/kube/resource.h"

namespace cw::controller::runtime {

// Where the objects go. All calls come from the thread in WatchLoop::run or list_once.
class WatchSink {
 public:
  WatchSink() = default;
  WatchSink(const WatchSink&) = delete;
  WatchSink& operator=(const WatchSink&) = delete;
  virtual ~WatchSink() = default;
  virtual void list_expected() = 0;  // before the list is asked for
  virtual void list_begins(std::uint64_t version) = 0;
  virtual void listed(kube::Json&&) = 0;
  virtual void list_ends(std::uint64_t version) = 0;
  virtual void happened(kube::WatchEventKind, kube::Json&&) = 0;
};

class WatchLoop {
 public:
  WatchLoop(const kube::KubeReader& reader, const kube::Resource& resource, kube::ListOptions scope,
            WatchSink& sink)
      : reader_(reader), resource_(resource), scope_(std::move(scope)), sink_(sink) {}

  void run(const std::stop_token&);

  // One list, nothing watched: for tests and for what must be there before anything else.
  Status list_once();

  // A list has been taken in whole since the start.
  bool synced() const { return synced_.load(); }

 private:
  Status watch_once(const std::stop_token&);
  void note_version(const kube::Json& object);

  const kube::KubeReader& reader_;
  const kube::Resource& resource_;
  kube::ListOptions scope_;
  WatchSink& sink_;
  std::string version_;  // where the next watch begins; empty: list first
  bool heard_ = false;   // anything since the last look
  std::atomic<bool> synced_{false};
};

// Waits, or less if `stop` is asked; false if so.
bool pause(const std::stop_token& stop, milliseconds);

}  // namespace cw::controller::runtime
