#include "lib/dns/exchange.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include "lib/dns/wire.h"
#include "lib/http/addresses.h"

namespace cw::dns {
namespace {

constexpr std::size_t kMaxAddresses = 4;
constexpr std::size_t kMaxDatagram = 4096;  // more than we say that we take

using http::Descriptor;
using http::Wake;

Error unavailable(const ServerAddress& server, const std::string& what) {
  return Error{Code::Unavailable, "name server " + to_string(server) + ": " + what};
}
Error failed(const ServerAddress& server, int error) {
  return unavailable(server, std::generic_category().message(error));
}
Error no_answer(const ServerAddress& server) { return unavailable(server, "no answer in time"); }

// A connected socket takes datagrams from that server alone, and is told if nobody listens there.
Result<Descriptor> open_udp(const ServerAddress& server) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* raw = nullptr;
  const int refused = ::getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &hints, &raw);
  if (refused != 0) return unavailable(server, gai_strerror(refused));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> address(raw, &::freeaddrinfo);
  Descriptor fd(::socket(address->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return failed(server, errno);
  if (::connect(fd.get(), address->ai_addr, address->ai_addrlen) != 0) return failed(server, errno);
  return fd;
}

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

// Until the deadline; "" if nothing acceptable came.
Result<std::string> receive_datagram(int fd, const UdpExchange& exchange, Deadline until) {
  std::array<char, kMaxDatagram> buffer{};
  while (http::wait_for(fd, POLLIN, until, -1) == Wake::Ready) {
    const ssize_t size = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (size < 0 && !would_block(errno)) return failed(exchange.server, errno);
    if (size <= 0) continue;
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
    if (exchange.accept(bytes)) return std::string(bytes);
  }
  return std::string();
}

Status send_all(int fd, std::string_view bytes, const ServerAddress& server, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    if (!would_block(errno)) return failed(server, errno);
    if (http::wait_for(fd, POLLOUT, deadline, -1) != Wake::Ready) return no_answer(server);
  }
  return Done{};
}

Result<std::string> receive_exactly(int fd, std::size_t size, const ServerAddress& server,
                                    Deadline deadline) {
  std::string bytes(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    if (http::wait_for(fd, POLLIN, deadline, -1) != Wake::Ready) return no_answer(server);
    const ssize_t got = ::recv(fd, bytes.data() + have, size - have, 0);
    if (got == 0) return unavailable(server, "closed the connection before its answer");
    if (got < 0 && !would_block(errno)) return failed(server, errno);
    if (got > 0) have += static_cast<std::size_t>(got);
    // A server that sends byte after byte keeps the socket ready: the clock is looked at here.
    if (std::chrono::steady_clock::now() >= deadline) return no_answer(server);
  }
  return bytes;
}

}  // namespace

Result<std::string> exchange_udp(const UdpExchange& exchange) {
  const Descriptor fd = TRY(open_udp(exchange.server));
  while (std::chrono::steady_clock::now() < exchange.deadline) {
    if (::send(fd.get(), exchange.message.data(), exchange.message.size(), MSG_NOSIGNAL) < 0 &&
        !would_block(errno)) {
      return failed(exchange.server, errno);
    }
    const Deadline again = std::chrono::steady_clock::now() + exchange.resend_after;
    std::string answer = TRY(receive_datagram(fd.get(), exchange, std::min(exchange.deadline, again)));
    if (!answer.empty()) return answer;
  }
  return no_answer(exchange.server);
}

Result<std::string> exchange_tcp(const ServerAddress& server, std::string_view message, Deadline deadline) {
  auto fd = http::connect_to(server.host, server.port, deadline, -1);
  if (!fd) return Error{Code::Unavailable, "name server " + fd.error().message};
  std::string framed;
  append_u16(framed, static_cast<std::uint16_t>(message.size()));
  framed += message;
  TRY(send_all(fd->get(), framed, server, deadline));
  const std::string size = TRY(receive_exactly(fd->get(), 2, server, deadline));
  return receive_exactly(fd->get(), read_u16(size, 0), server, deadline);
}

Result<std::vector<ServerAddress>> addresses_of(const ServerAddress& server) {
  std::vector<ServerAddress> all;
  for (const std::string& address : TRY(http::system_addresses(server.host))) {
    if (all.size() < kMaxAddresses) all.push_back({.host = address, .port = server.port});
  }
  if (all.empty()) return unavailable(server, "has no address");
  return all;
}

}  // namespace cw::dns
