// EtcdFeed: keeps a StoreMemory equal to the objects in etcd: reads all of them once, then follows one watch
// of their prefix. A watch that breaks is taken up where it ended; one whose history is compacted, or an etcd
// that has gone back in time (a restored backup), means reading all anew. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "apiserver/etcd/etcd_client.h"
#include "apiserver/etcd/etcd_keys.h"
#include "apiserver/store_memory.h"

namespace cw::apiserver {

class EtcdFeed {
 public:
  // All three outlive it.
  EtcdFeed(const EtcdClient& client, const EtcdKeys& keys, StoreMemory& memory)
      : client_(client), keys_(keys), memory_(memory) {}
  EtcdFeed(const EtcdFeed&) = delete;
  EtcdFeed& operator=(const EtcdFeed&) = delete;
  ~EtcdFeed() { stop(); }

  // Reads all objects, then follows their changes on a thread of its own.
  Status start();
  void stop();
  // Whether the memory has come so far, within that time.
  bool wait_for(Revision, std::chrono::milliseconds);
  // The same for what has been written: where the watch is silent meanwhile it is taken up anew, for its
  // connection may be dead without having been closed.
  bool bring(Revision, std::chrono::milliseconds);

 private:
  enum class Ended : std::uint8_t { Broken, Outdated };

  Status load();
  Status read_page(EtcdRange&, StoreImage&, Revision& revision, bool& more) const;
  void follow(const std::stop_token& stop);
  Ended watch_once(const std::stop_token& stop, bool& heard);
  // False: the watch is over, for the reason in `ended`.
  bool take(std::string_view line, Ended& ended);
  bool has_gone_back(Revision told) const;
  void publish(const std::vector<EtcdEvent>&);
  void tell_reached();
  bool is_silent() const;
  void reconnect();

  const EtcdClient& client_;
  const EtcdKeys& keys_;
  StoreMemory& memory_;

  std::mutex mutex_;  // guards the next two; the memory's revision has a lock of its own
  std::condition_variable reached_;
  std::stop_source connection_;
  std::atomic<std::chrono::steady_clock::time_point> heard_{};  // when the last line came
  std::jthread thread_;
};

}  // namespace cw::apiserver
