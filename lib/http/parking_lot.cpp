#include "lib/http/parking_lot.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/epoll.h>

#include "lib/base/assert.h"

namespace cw::http {

Status ParkingLot::open(const Descriptor& stop_event) {
  epoll_ = Descriptor(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_.is_open()) {
    return Error{Code::Unavailable, "epoll: " + std::generic_category().message(errno)};
  }
  arm(EPOLL_CTL_ADD, stop_event.get(), kStop, EPOLLIN);
  return Done{};
}

void ParkingLot::arm(int operation, int fd, Ticket ticket, std::uint32_t events) const {
  epoll_event event{};
  event.events = events;
  event.data.u64 = ticket;
  // Fails only if memory is short; then the connection stays silent and its deadline closes it.
  static_cast<void>(::epoll_ctl(epoll_.get(), operation, fd, &event));
}

void ParkingLot::watch_listener(const Descriptor& listener) {
  arm(EPOLL_CTL_ADD, listener.get(), kListener, EPOLLIN | EPOLLONESHOT);
  arm(EPOLL_CTL_MOD, listener.get(), kListener, EPOLLIN | EPOLLONESHOT);
}

void ParkingLot::forget_listener(const Descriptor& listener) {
  arm(EPOLL_CTL_DEL, listener.get(), kListener, 0);
}

std::optional<ParkingLot::Ticket> ParkingLot::wait(std::chrono::milliseconds timeout) const {
  epoll_event event{};
  const int count = ::epoll_wait(epoll_.get(), &event, 1, static_cast<int>(timeout.count()));
  if (count <= 0) return std::nullopt;
  return Ticket{event.data.u64};
}

void ParkingLot::admit(std::unique_ptr<Connection> connection, const PeerAddress& peer) {
  const std::lock_guard lock(mutex_);
  const Ticket ticket = next_ticket_++;
  const int fd = connection->fd();
  spots_.emplace(ticket, Spot{std::move(connection), peer});
  ++counts_[peer];
  arm(EPOLL_CTL_ADD, fd, ticket, EPOLLIN | EPOLLRDHUP | EPOLLONESHOT);
}

std::unique_ptr<Connection> ParkingLot::claim(Ticket ticket) {
  const std::lock_guard lock(mutex_);
  const auto spot = spots_.find(ticket);
  return spot == spots_.end() ? nullptr : std::move(spot->second.connection);
}

void ParkingLot::park(Ticket ticket, std::unique_ptr<Connection> connection, Connection::Waits waits) {
  const std::uint32_t wanted = waits == Connection::Waits::ForOutput ? EPOLLOUT : EPOLLIN | EPOLLRDHUP;
  const std::lock_guard lock(mutex_);
  const int fd = connection->fd();
  const auto spot = spots_.find(ticket);
  CW_ASSERT(spot != spots_.end() && !spot->second.connection);
  spot->second.connection = std::move(connection);
  arm(EPOLL_CTL_MOD, fd, ticket, wanted | EPOLLONESHOT);
}

ParkingLot::Spots::iterator ParkingLot::erase(Spots::iterator spot) {
  const auto count = counts_.find(spot->second.peer);
  if (--count->second == 0) counts_.erase(count);
  return spots_.erase(spot);
}

void ParkingLot::leave(Ticket ticket, std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    const auto spot = spots_.find(ticket);
    CW_ASSERT(spot != spots_.end() && !spot->second.connection);
    erase(spot);
  }
  connection.reset();
}

std::size_t ParkingLot::size_of(const PeerAddress& peer) const {
  const std::lock_guard lock(mutex_);
  const auto count = counts_.find(peer);
  return count == counts_.end() ? 0 : count->second;
}

std::size_t ParkingLot::size() const {
  const std::lock_guard lock(mutex_);
  return spots_.size();
}

template <typename Predicate>
void ParkingLot::close_if(const Predicate& is_doomed) {
  std::vector<std::unique_ptr<Connection>> doomed;  // closed when the lock is no longer held
  const std::lock_guard lock(mutex_);
  for (auto spot = spots_.begin(); spot != spots_.end();) {
    std::unique_ptr<Connection>& connection = spot->second.connection;
    if (!connection || !is_doomed(*connection)) {
      ++spot;
      continue;
    }
    doomed.push_back(std::move(connection));
    spot = erase(spot);
  }
}

void ParkingLot::close_expired(Deadline now) {
  close_if([&](const Connection& connection) { return connection.deadline() <= now; });
}

void ParkingLot::close_idle() {
  close_if([](const Connection& connection) {
    pollfd input{.fd = connection.fd(), .events = POLLIN, .revents = 0};
    return connection.is_idle() && ::poll(&input, 1, 0) == 0;
  });
}

bool ParkingLot::close_stalest() {
  std::unique_ptr<Connection> stalest;
  const std::lock_guard lock(mutex_);
  auto found = spots_.end();
  std::pair<std::size_t, Deadline> best;
  for (auto spot = spots_.begin(); spot != spots_.end(); ++spot) {
    const std::unique_ptr<Connection>& connection = spot->second.connection;
    if (!connection || !connection->is_dispensable()) continue;
    const std::pair claim(counts_.at(spot->second.peer), connection->deadline());
    const bool better = claim.first > best.first || (claim.first == best.first && claim.second < best.second);
    if (found != spots_.end() && !better) continue;
    found = spot;
    best = claim;
  }
  if (found == spots_.end()) return false;
  stalest = std::move(found->second.connection);
  erase(found);
  return true;
}

void ParkingLot::close_all() {
  close_if([](const Connection&) { return true; });
}

}  // namespace cw::http
