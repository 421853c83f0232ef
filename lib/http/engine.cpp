#include "lib/http/engine.h"

#include <algorithm>
#include <utility>

#include <malloc.h>

#include "lib/base/log.h"

namespace cw::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMaxBuffered = 256UL << 20U;
constexpr int kAcceptedAtOnce = 64;

}  // namespace

class Engine::Worker final : public WorkerPool::Worker {
 public:
  explicit Worker(Engine& engine) : engine_(engine), exchange_(engine.exchange_) {}

  Found wait(milliseconds timeout) override {
    const auto ticket = engine_.lot_.wait(timeout);
    if (!ticket) return Found::Nothing;
    ticket_ = *ticket;
    return ticket_ == ParkingLot::kStop ? Found::Stop : Found::Work;
  }
  void work() override {
    if (ticket_ == ParkingLot::kListener) return engine_.accept_waiting();
    engine_.serve(ticket_, exchange_);
  }

 private:
  Engine& engine_;
  ServerExchange exchange_;
  ParkingLot::Ticket ticket_ = ParkingLot::kStop;
};

Engine::Engine(ServerOptions options, Handler handler)
    : options_(std::move(options)), workers_([this] { return std::make_unique<Worker>(*this); }) {
  exchange_.handler = std::move(handler);
  exchange_.error_body = options_.error_body;
  exchange_.max_streams = options_.max_streams;
  connection_.frame = {.max_body = options_.max_body,
                       .max_header_bytes = options_.max_header_bytes,
                       .max_headers = options_.max_headers};
  connection_.read_timeout = options_.read_timeout;
  connection_.idle_timeout = options_.idle_timeout;
  connection_.max_buffered = std::max(kMaxBuffered, 4 * options_.max_body);
}

Engine::~Engine() { stop(milliseconds(0)); }

Result<int> Engine::start() {
  if (options_.tls) {
    using Policy = ClientVerification::Policy;
    const auto policy = options_.require_client_certificate ? Policy::Required : Policy::Optional;
    tls_ = TRY(ServerTls::create(options_.tls, {.ca_pem = options_.client_ca_pem, .policy = policy}));
  }
  stop_event_ = TRY(make_event());
  connection_.stop_event = stop_event_.get();
  listener_ = TRY(listen_on(options_.address, options_.port));
  TRY(lot_.open(stop_event_));
  lot_.watch_listener(listener_.socket);
  workers_.grow();
  reaper_ = std::jthread([this](const std::stop_token& stop) { keep_deadlines(stop); });
  return listener_.port;
}

void Engine::serve(ParkingLot::Ticket ticket, ServerExchange& exchange) {
  auto connection = lot_.claim(ticket);
  if (!connection) return;
  const Connection::Waits waits = advance(*connection, exchange);
  if (waits != Connection::Waits::Ended) return lot_.park(ticket, std::move(connection), waits);
  lot_.leave(ticket, std::move(connection));
  if (listener_rests_.load()) listen_again();
  if (exchange_.draining.load()) connection_ended_.notify_all();
}

// A connection that runs out of memory ends; the server lives on.
Connection::Waits Engine::advance(Connection& connection, ServerExchange& exchange) const {
  try {
    return connection.advance(exchange, exchange_.draining);
  } catch (const std::exception& problem) {
    log::error("a connection failed", {{"error", problem.what()}});
    return Connection::Waits::Ended;
  }
}

// Room for one more, if need be at the cost of a connection that does nothing.
bool Engine::has_room() { return lot_.size() < options_.max_connections || lot_.close_stalest(); }

void Engine::accept_waiting() {
  const std::lock_guard lock(listener_mutex_);
  if (!listener_.socket.is_open()) return;
  for (int i = 0; i < kAcceptedAtOnce; ++i) {
    if (!has_room()) {
      listener_rests_.store(true);
      return;
    }
    Descriptor accepted = accept_from(listener_.socket);
    if (!accepted.is_open()) break;
    admit(std::move(accepted));
  }
  lot_.watch_listener(listener_.socket);
}

void Engine::listen_again() {
  const std::lock_guard lock(listener_mutex_);
  listener_rests_.store(false);
  if (listener_.socket.is_open()) lot_.watch_listener(listener_.socket);
}

void Engine::admit(Descriptor accepted) {
  SslHandle session;
  if (tls_) {
    session = tls_->new_session();
    if (!session) return;
  }
  lot_.admit(std::make_unique<Connection>(Transport(std::move(accepted), std::move(session)), connection_));
}

// The C library keeps what closed connections have freed; after a rush it goes back to the system.
void Engine::return_memory(std::size_t& peak) const {
  const std::size_t open = lot_.size();
  peak = std::max(peak, open);
  if (2 * open >= peak) return;
  ::malloc_trim(0);
  peak = open;
}

void Engine::keep_deadlines(const std::stop_token& stop) {
  const milliseconds shortest = std::min(options_.read_timeout, options_.idle_timeout);
  const milliseconds tick = std::clamp(shortest / 4, milliseconds(10), milliseconds(1000));
  std::size_t peak = 0;
  std::unique_lock lock(reaper_mutex_);
  while (!stop.stop_requested()) {
    reaper_wakes_.wait_for(lock, stop, tick, [] { return false; });
    lot_.close_expired(steady_clock::now());
    return_memory(peak);
    if (listener_rests_.load()) listen_again();
  }
}

void Engine::close_listener() {
  const std::lock_guard lock(listener_mutex_);
  if (!listener_.socket.is_open()) return;
  lot_.forget_listener(listener_.socket);
  // Those that the kernel has already welcomed are not turned away.
  for (int i = 0; i < kAcceptedAtOnce; ++i) {
    Descriptor accepted = accept_from(listener_.socket);
    if (!accepted.is_open()) break;
    admit(std::move(accepted));
  }
  listener_.socket = Descriptor();
}

void Engine::drain_until(Deadline deadline) {
  std::unique_lock lock(reaper_mutex_);
  for (;;) {
    lot_.close_idle();
    if (lot_.size() == 0 || steady_clock::now() >= deadline) return;
    // A connection may end between the look and the wait: hence the short wait.
    connection_ended_.wait_until(lock, std::min(deadline, steady_clock::now() + milliseconds(10)));
  }
}

void Engine::stop(milliseconds drain) {
  if (!stop_event_.is_open()) return;
  exchange_.draining.store(true);
  close_listener();
  drain_until(steady_clock::now() + drain);
  raise_event(stop_event_);
  workers_.join();
  reaper_ = {};
  lot_.close_all();
  stop_event_ = Descriptor();
}

}  // namespace cw::http
