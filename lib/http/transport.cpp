#include "lib/http/transport.h"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <poll.h>
#include <sys/socket.h>

namespace cw::http {
namespace {

Transport::Outcome plain_outcome(Transport::Outcome wanted) {
  const bool wait = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return wait ? wanted : Transport::Outcome::Closed;
}

int bounded_size(std::size_t size) {
  return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

}  // namespace

Transport::Transport(Descriptor socket, SslHandle tls) : socket_(std::move(socket)), tls_(std::move(tls)) {
  if (tls_) SSL_set_fd(tls_.get(), socket_.get());
}

Transport::Outcome Transport::outcome_of(int returned) const {
  switch (SSL_get_error(tls_.get(), returned)) {
    case SSL_ERROR_NONE:
      return Outcome::Done;
    case SSL_ERROR_WANT_READ:
      return Outcome::WantRead;
    case SSL_ERROR_WANT_WRITE:
      return Outcome::WantWrite;
    default:
      return Outcome::Closed;
  }
}

Transport::Outcome Transport::handshake() {
  if (!tls_) return Outcome::Done;
  ERR_clear_error();
  return outcome_of(SSL_do_handshake(tls_.get()));
}

Transport::Transfer Transport::read(std::span<char> to) {
  if (!tls_) {
    const ssize_t count = ::recv(fd(), to.data(), to.size(), 0);
    if (count > 0) return {Outcome::Done, static_cast<std::size_t>(count)};
    return {count == 0 ? Outcome::Closed : plain_outcome(Outcome::WantRead), 0};
  }
  ERR_clear_error();
  const int count = SSL_read(tls_.get(), to.data(), bounded_size(to.size()));
  if (count > 0) return {Outcome::Done, static_cast<std::size_t>(count)};
  return {outcome_of(count), 0};
}

Transport::Transfer Transport::write(std::string_view bytes) {
  if (!tls_) {
    const ssize_t count = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0) return {Outcome::Done, static_cast<std::size_t>(count)};
    return {plain_outcome(Outcome::WantWrite), 0};
  }
  ERR_clear_error();
  const int count = SSL_write(tls_.get(), bytes.data(), bounded_size(bytes.size()));
  if (count > 0) return {Outcome::Done, static_cast<std::size_t>(count)};
  return {outcome_of(count), 0};
}

bool Transport::has_buffered_input() const { return tls_ && SSL_has_pending(tls_.get()) == 1; }

bool Transport::is_peer_gone() const {
  pollfd watched{.fd = fd(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&watched, 1, 0) > 0;
}

void Transport::finish_writing() {
  if (tls_ && SSL_is_init_finished(tls_.get()) == 1) {
    ERR_clear_error();
    static_cast<void>(SSL_shutdown(tls_.get()));
  }
  static_cast<void>(::shutdown(fd(), SHUT_WR));
}

short awaited_event(Transport::Outcome outcome) {
  switch (outcome) {
    case Transport::Outcome::WantRead:
      return POLLIN;
    case Transport::Outcome::WantWrite:
      return POLLOUT;
    default:
      return 0;
  }
}

bool write_all(Transport& transport, std::string_view bytes, Deadline deadline, int interrupt) {
  while (!bytes.empty()) {
    const Transport::Transfer sent = transport.write(bytes);
    if (sent.outcome == Transport::Outcome::Closed) return false;
    if (sent.outcome == Transport::Outcome::Done) {
      bytes.remove_prefix(sent.bytes);
      continue;
    }
    if (wait_for(transport.fd(), awaited_event(sent.outcome), deadline, interrupt) != Wake::Ready)
      return false;
  }
  return true;
}

}  // namespace cw::http
