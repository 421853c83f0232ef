// WatchLoop: keeps one resource in sync with the API server: list, then watch from there; list again when the
// server has forgotten that version (Gone); back off while it cannot be reached. The list is streamed by the
// watch itself (WatchList, KEP-3157) where the server can do that, else it comes in pages. Knows nothing of
// what the objects are. run() blocks on the thread that calls it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>

#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/kube/resource.h"

namespace cw::watch {

// A list is streamed: its version is known when it ends.
inline constexpr std::uint64_t kVersionToCome = std::numeric_limits<std::uint64_t>::max();

// Where the objects go. All calls come from the thread in WatchLoop::run or list_once.
class WatchSink {
 public:
  WatchSink() = default;
  WatchSink(const WatchSink&) = delete;
  WatchSink& operator=(const WatchSink&) = delete;
  virtual ~WatchSink() = default;
  virtual void list_expected() = 0;  // before the list is asked for
  // One that does not end is begun anew.
  virtual void list_begins(std::uint64_t version) = 0;
  virtual void listed(kube::Json&&) = 0;
  virtual void list_ends(std::uint64_t version) = 0;
  virtual void happened(kube::WatchEventKind, kube::Json&&) = 0;
  // News of that object in that version would be none; nor is it needed.
  virtual bool knows(const kube::ObjectKey& /*key*/, std::uint64_t /*version*/) const { return false; }
  // A list of an older version than this comes from a server that went back in time (restored from a backup).
  virtual std::uint64_t newest_known() const { return 0; }
};

struct Patience {
  // What to do when the right to read is missing, or the resource is not served. Zero: that is a failure as
  // any other. Else it is no failure: it is said once, asked again after so long, and nothing counts as
  // synced.
  std::chrono::milliseconds when_refused{0};
};

class WatchLoop {
 public:
  WatchLoop(const kube::KubeReader& reader, const kube::Resource& resource, kube::ListOptions scope,
            WatchSink& sink, Patience patience = {})
      : reader_(reader), resource_(resource), scope_(std::move(scope)), sink_(sink), patience_(patience) {}

  void run(const std::stop_token&);

  // One list, nothing watched: for tests and for what must be there before anything else.
  Status list_once();

  // A list has been taken in whole since the start, and it was not refused since.
  bool synced() const { return synced_.load(); }

  // It is (Patience) not to be had, for this reason: NotFound or Forbidden. nullopt: it is, or nobody knows.
  std::optional<Code> refusal() const;

 private:
  Status list_and_watch(const std::stop_token&);
  Status stream(const std::stop_token&);
  Status list_instead(const Status& ended);
  Status watch_once(const std::stop_token&);
  void end_list(std::string version);
  void take_event(kube::WatchEventKind, kube::Json&&);
  bool is_known(const kube::ObjectKey&, std::uint64_t version);
  void note_version(const kube::Json& object);
  bool is_refusal(const Error&) const;
  void note_refusal(const Error&);

  const kube::KubeReader& reader_;
  const kube::Resource& resource_;
  kube::ListOptions scope_;
  WatchSink& sink_;
  const Patience patience_;
  bool told_refusal_ = false;
  bool can_stream_ = true;  // until the server has said otherwise
  std::string version_;     // where the next watch begins; empty: list first
  bool heard_ = false;      // anything since the last look
  std::atomic<bool> synced_{false};
  std::atomic<bool> refused_{false};
  std::atomic<Code> refused_with_{Code::NotFound};
};

}  // namespace cw::watch
