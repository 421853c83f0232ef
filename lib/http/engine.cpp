#include "lib/http/engine.h"

#include <algorithm>
#include <utility>

#include "lib/base/log.h"
#include "lib/base/memory.h"

namespace cw::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMaxBuffered = 48UL << 20U;  // below what manifests/install lets a pod have
constexpr int kAcceptedAtOnce = 64;
constexpr std::uint64_t kRush = 200;  // times served, from where memory is worth returning

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
  served_.fetch_add(1);
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

bool Engine::is_at_cap(const PeerAddress& peer) const {
  const std::size_t cap = options_.max_connections_per_peer;
  return cap != 0 && lot_.size_of(peer) >= cap;
}

// False: nobody waits (any more), or there is no room for who does, and then the listener rests.
bool Engine::take_next() {
  if (!next_.socket.is_open()) next_ = accept_from(listener_.socket);
  if (next_.outcome == Accepted::Outcome::Shortage) {
    // What a closed connection sets free serves the one that waits, at the next look.
    if (!lot_.close_stalest()) listener_rests_.store(true);
    return false;
  }
  if (!next_.socket.is_open()) return false;
  if (is_at_cap(next_.peer)) {
    next_ = {};
    return true;
  }
  if (has_room()) {
    admit(std::exchange(next_, {}));
    return true;
  }
  listener_rests_.store(true);
  return false;
}

void Engine::accept_waiting() {
  const std::lock_guard lock(listener_mutex_);
  if (!listener_.socket.is_open()) return;
  for (int i = 0; i < kAcceptedAtOnce && take_next(); ++i) {
  }
  if (!listener_rests_.load()) lot_.watch_listener(listener_.socket);
}

void Engine::listen_again() {
  listener_rests_.store(false);
  accept_waiting();
}

void Engine::admit(Accepted accepted) {
  SslHandle session;
  if (tls_) {
    session = tls_->new_session();
    if (!session) return;
  }
  Transport transport(std::move(accepted.socket), std::move(session));
  lot_.admit(std::make_unique<Connection>(std::move(transport), connection_), accepted.peer);
}

// The C library keeps what has been freed; after a rush of connections or requests it goes back to the
// system.
void Engine::return_memory(Rush& rush) const {
  const std::size_t open = lot_.size();
  const std::uint64_t served = served_.load();
  rush.peak = std::max(rush.peak, open);
  const bool calm = std::exchange(rush.seen, served) == served;
  const bool fewer = 2 * open < rush.peak;
  if (!fewer && (!calm || served - rush.served < kRush)) return;
  return_free_memory();
  rush = {.peak = open, .served = served, .seen = served};
}

void Engine::keep_deadlines(const std::stop_token& stop) {
  const milliseconds shortest = std::min(options_.read_timeout, options_.idle_timeout);
  const milliseconds tick = std::clamp(shortest / 4, milliseconds(10), milliseconds(1000));
  Rush rush{.served = std::uint64_t{0} - kRush};  // the start is one
  std::unique_lock lock(reaper_mutex_);
  while (!stop.stop_requested()) {
    reaper_wakes_.wait_for(lock, stop, tick, [] { return false; });
    lot_.close_expired(steady_clock::now());
    return_memory(rush);
    if (listener_rests_.load()) listen_again();
  }
}

void Engine::close_listener() {
  const std::lock_guard lock(listener_mutex_);
  if (!listener_.socket.is_open()) return;
  lot_.forget_listener(listener_.socket);
  // Those that the kernel has already welcomed are not turned away.
  for (int i = 0; i < kAcceptedAtOnce && take_next(); ++i) {
  }
  next_ = {};
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
