// ParkingLot: keeps the connections that wait for their peer, so that they cost no thread. A connection is
// either parked here or owned by the one thread that claimed it. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "lib/base/result.h"
#include "lib/http/connection.h"
#include "lib/http/peer_address.h"
#include "lib/http/socket.h"

namespace cw::http {

class ParkingLot {
 public:
  using Ticket = std::uint64_t;
  static constexpr Ticket kListener = 0;  // not a connection: the listening socket has become readable
  static constexpr Ticket kStop = 1;      // the stop event, seen by every waiting thread

  Status open(const Descriptor& stop_event);
  // Reports kListener once when a connection can be accepted.
  void watch_listener(const Descriptor& listener);
  void forget_listener(const Descriptor& listener);

  // Which ticket has something to do; nullopt after the time-out. Several threads may wait; each event wakes
  // one.
  std::optional<Ticket> wait(std::chrono::milliseconds timeout) const;

  // A new connection waits for its first bytes.
  void admit(std::unique_ptr<Connection>, const PeerAddress&);
  // Takes the connection out; null if it has been closed meanwhile. Follow up with park or leave.
  std::unique_ptr<Connection> claim(Ticket);
  void park(Ticket, std::unique_ptr<Connection>, Connection::Waits);
  // It no longer counts when its peer sees it closed.
  void leave(Ticket, std::unique_ptr<Connection>);

  std::size_t size() const;                       // parked and claimed
  std::size_t size_of(const PeerAddress&) const;  // as many of them are this peer's
  void close_expired(Deadline now);
  // Closes those that have not begun a request and whose peer has sent nothing.
  void close_idle();
  // Of the peer that has the most connections, closes the dispensable one that would expire first. False if
  // nobody has one.
  bool close_stalest();
  void close_all();

 private:
  struct Spot {
    std::unique_ptr<Connection> connection;  // empty: claimed
    PeerAddress peer;
  };
  using Spots = std::unordered_map<Ticket, Spot>;
  using Counts = std::unordered_map<PeerAddress, std::size_t, PeerAddress::Hash>;
  void arm(int operation, int fd, Ticket, std::uint32_t events) const;
  Spots::iterator erase(Spots::iterator);
  template <typename Predicate>
  void close_if(const Predicate&);

  Descriptor epoll_;
  mutable std::mutex mutex_;
  Spots spots_;
  Counts counts_;  // of each peer that has a spot
  Ticket next_ticket_ = kStop + 1;
};

}  // namespace cw::http
