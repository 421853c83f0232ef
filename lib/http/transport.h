// Transport: the bytes of one connection, in the clear or through TLS. Non-blocking: an operation says
// whether it has to wait for the socket. Owned and used by one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "lib/http/openssl_handles.h"
#include "lib/http/socket.h"

namespace cw::http {

class Transport {
 public:
  enum class Outcome : std::uint8_t { Done, WantRead, WantWrite, Closed };
  struct Transfer {
    Outcome outcome = Outcome::Closed;
    std::size_t bytes = 0;  // > 0 iff Done
  };

  // Without `tls` the connection is in the clear. The SSL's side (accept or connect) is already set.
  explicit Transport(Descriptor socket, SslHandle tls = nullptr);

  Outcome handshake();
  Transfer read(std::span<char> to);
  Transfer write(std::string_view bytes);
  // Bytes that were taken from the socket and not yet read: the socket's readiness does not tell of them.
  bool has_buffered_input() const;
  // True if the peer has closed its side or the connection is broken, as far as the kernel knows.
  bool is_peer_gone() const;
  // Says that nothing more comes; the other direction stays open.
  void finish_writing();

  int fd() const { return socket_.get(); }
  SSL* tls() const { return tls_.get(); }

 private:
  Outcome outcome_of(int returned) const;

  Descriptor socket_;
  SslHandle tls_;  // destroyed before the socket is closed
};

// The poll(2) event that the outcome waits for; 0 if none.
short awaited_event(Transport::Outcome);

// Writes all, waiting where needed. False: closed, past the deadline or interrupted.
bool write_all(Transport&, std::string_view bytes, Deadline, int interrupt);

}  // namespace cw::http
