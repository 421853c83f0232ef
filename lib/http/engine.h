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
  void serve(ParkingLot::Ticket, ServerExchange&);
  Connection::Waits advance(Connection&, ServerExchange&) const;
  void accept_waiting();
  void listen_again();
  bool has_room();
  void admit(Descriptor);
  void close_listener();
  void drain_until(Deadline);
  void return_memory(std::size_t& peak) const;
  void keep_deadlines(const std::stop_token&);

  const ServerOptions options_;
  ExchangeSettings exchange_;
  ConnectionSettings connection_;
  std::unique_ptr<ServerTls> tls_;  // null: in the clear
  Descriptor stop_event_;
  std::mutex listener_mutex_;
  Listener listener_;
  std::atomic<bool> listener_rests_{false};  // nothing is accepted until a connection ends
  ParkingLot lot_;
  WorkerPool workers_;
  std::mutex reaper_mutex_;
  std::condition_variable_any reaper_wakes_;
  std::condition_variable_any connection_ended_;
  std::jthread reaper_;
};

}  // namespace cw::http
