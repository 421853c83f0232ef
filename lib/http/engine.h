// Engine: what runs behind Server: listener, parked connections, workers, deadlines. start() once, stop()
// once.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "lib/base/result.h"
#include "lib/http/parking_lot.h"
#include "lib/http/server.h"
#include "lib/http/server_exchange.h"
#include "lib/http/socket.h"
#include "lib/http/tls_context.h"
#include "lib/http/worker_pool.h"

namespace cw::http {

class Engine {
 public:
  Engine(ServerOptions, Handler);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  Result<int> start();
  void stop(std::chrono::milliseconds drain);

 private:
  class Worker;
  // What has happened since memory was last returned.
  struct Rush {
    std::size_t peak = 0;      // connections at once
    std::uint64_t served = 0;  // as served_ was then
    std::uint64_t seen = 0;    // as served_ was a moment ago
  };
  void serve(ParkingLot::Ticket, ServerExchange&);
  Connection::Waits advance(Connection&, ServerExchange&) const;
  void accept_waiting();
  void listen_again();
  bool take_next();
  bool has_room();
  bool is_at_cap(const PeerAddress&) const;
  void admit(Accepted);
  void close_listener();
  void drain_until(Deadline);
  void return_memory(Rush&) const;
  void keep_deadlines(const std::stop_token&);

  const ServerOptions options_;
  ExchangeSettings exchange_;
  ConnectionSettings connection_;
  std::unique_ptr<ServerTls> tls_;  // null: in the clear
  Descriptor stop_event_;
  std::mutex listener_mutex_;
  Listener listener_;
  Accepted next_;                            // waits for room; nothing else is accepted meanwhile
  std::atomic<bool> listener_rests_{false};  // nothing is accepted until a connection ends
  std::atomic<std::uint64_t> served_{0};     // times that a connection had something to do
  ParkingLot lot_;
  WorkerPool workers_;
  std::mutex reaper_mutex_;
  std::condition_variable_any reaper_wakes_;
  std::condition_variable_any connection_ended_;
  std::jthread reaper_;
};

}  // namespace cw::http
