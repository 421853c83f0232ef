#include "lib/http/connection_pool.h"

#include <array>

namespace cw::http {
namespace {

// Shorter than the idle time-out of any server that we talk to (Go's is 90 s, nginx's 75 s).
constexpr std::chrono::seconds kMaxKept{30};

// Anything but silence is a reason not to use it: it was closed, or somebody speaks out of turn.
bool is_quiet(Transport& transport) {
  std::array<char, 1> byte{};
  return transport.read(byte).outcome == Transport::Outcome::WantRead;
}

}  // namespace

std::unique_ptr<Transport> ConnectionPool::take_kept() {
  for (;;) {
    Kept candidate;
    {
      const std::lock_guard lock(mutex_);
      if (kept_.empty()) return nullptr;
      candidate = std::move(kept_.back());
      kept_.pop_back();
    }
    const bool fresh = std::chrono::steady_clock::now() - candidate.since < kMaxKept;
    if (fresh && is_quiet(*candidate.transport)) return std::move(candidate.transport);
  }
}

Result<std::unique_ptr<Transport>> ConnectionPool::connect(Deadline deadline, int interrupt) const {
  Descriptor socket = TRY(connect_to(address_.host, address_.port, deadline, interrupt));
  SslHandle session = tls_ ? tls_->new_session(address_.name) : nullptr;
  if (tls_ && !session) return Error{Code::Internal, "out of memory"};
  auto transport = std::make_unique<Transport>(std::move(socket), std::move(session));
  TRY(shake_hands(*transport, deadline, interrupt));
  return transport;
}

Status ConnectionPool::shake_hands(Transport& transport, Deadline deadline, int interrupt) const {
  const std::string where = "TLS handshake with " + address_.host + ":" + std::to_string(address_.port);
  for (;;) {
    const Transport::Outcome outcome = transport.handshake();
    if (outcome == Transport::Outcome::Done) return Done{};
    if (outcome == Transport::Outcome::Closed) {
      return Error{Code::Unavailable, where + ": " + describe_tls_failure(transport.tls())};
    }
    if (wait_for(transport.fd(), awaited_event(outcome), deadline, interrupt) != Wake::Ready) {
      return Error{Code::Unavailable, where + ": timed out"};
    }
  }
}

void ConnectionPool::keep(std::unique_ptr<Transport> transport) {
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= max_idle_) return;
  kept_.push_back({.transport = std::move(transport), .since = std::chrono::steady_clock::now()});
}

}  // namespace cw::http
