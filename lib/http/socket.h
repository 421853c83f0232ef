// Sockets: an owned descriptor, listening, connecting with a deadline, waiting. All are non-blocking and
// close-on-exec, with Nagle's algorithm off. Errors: Unavailable.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "lib/base/result.h"
#include "lib/http/peer_address.h"

namespace cw::http {

using Deadline = std::chrono::steady_clock::time_point;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct Listener {
  Descriptor socket;
  int port = 0;
};

// An address in numbers or a name. "", "0.0.0.0" and "::" are all addresses, of IPv6 too where there is any.
Result<Listener> listen_on(const std::string& address, int port);

struct Accepted {
  // Nothing: nobody waits. Shortage: somebody does, but descriptors or memory are used up.
  enum class Outcome : std::uint8_t { Nothing, Connection, Shortage } outcome = Outcome::Nothing;
  Descriptor socket;  // open iff Connection
  PeerAddress peer;
};

// Of a connected socket, in numbers; an IPv4 address as such, however the socket has it. Empty if unknown.
std::string peer_address_of(int fd);
// One waiting connection.
Accepted accept_from(const Descriptor& listener);
// Tries each address of the host in turn. The name look-up itself is bounded by the resolver only.
// Readable `interrupt` (an event descriptor, or -1) ends the wait.
Result<Descriptor> connect_to(const std::string& host, int port, Deadline, int interrupt);

enum class Wake { Ready, TimedOut, Interrupted };
// Until `fd` has one of the poll(2) events (or an error).
Wake wait_for(int fd, short events, Deadline, int interrupt);

// An event descriptor that stays readable once raised.
Result<Descriptor> make_event();
void raise_event(const Descriptor&);

}  // namespace cw::http
