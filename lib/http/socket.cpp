#include "lib/http/socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace cw::http {
namespace {

constexpr int kBacklog = 1024;

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Error unavailable(const std::string& what, int error) {
  return Error{Code::Unavailable, what + ": " + std::generic_category().message(error)};
}

Result<Addresses> resolve(const std::string& host, int port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int failed = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (failed != 0) return Error{Code::Unavailable, "look-up of " + host + ": " + gai_strerror(failed)};
  return Addresses(list);
}

Descriptor open_socket(const addrinfo& address) {
  Descriptor fd(
      ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  return fd;
}

void enable(int fd, int level, int option, int value = 1) {
  static_cast<void>(::setsockopt(fd, level, option, &value, sizeof value));
}

int port_of(int fd) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size) != 0) return 0;
  if (bound.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6&>(bound).sin6_port);
  return ntohs(reinterpret_cast<sockaddr_in&>(bound).sin_port);
}

// A watch may be silent for minutes: the kernel finds out that the peer's machine is gone.
void enable_keep_alive(int fd) {
  enable(fd, SOL_SOCKET, SO_KEEPALIVE);
  enable(fd, IPPROTO_TCP, TCP_KEEPIDLE, 30);
  enable(fd, IPPROTO_TCP, TCP_KEEPINTVL, 10);
  enable(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

Status connect_one(int fd, const addrinfo& address, Deadline deadline, int interrupt) {
  if (::connect(fd, address.ai_addr, address.ai_addrlen) == 0) return Done{};
  if (errno != EINPROGRESS) return unavailable("connect", errno);
  switch (wait_for(fd, POLLOUT, deadline, interrupt)) {
    case Wake::TimedOut:
      return Error{Code::Unavailable, "connect: timed out"};
    case Wake::Interrupted:
      return Error{Code::Unavailable, "connect: stopped"};
    case Wake::Ready:
      break;
  }
  int failed = 0;
  socklen_t size = sizeof failed;
  static_cast<void>(::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size));
  if (failed != 0) return unavailable("connect", failed);
  return Done{};
}

Result<Listener> bind_to(const std::string& address, int port) {
  const Addresses found = TRY(resolve(address, port, AI_PASSIVE));
  const std::string where = "listen on " + address + " port " + std::to_string(port);
  Descriptor fd = open_socket(*found);
  if (!fd.is_open()) return unavailable(where, errno);
  enable(fd.get(), SOL_SOCKET, SO_REUSEADDR);
  if (found->ai_family == AF_INET6) enable(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(fd.get(), found->ai_addr, found->ai_addrlen) != 0) return unavailable(where, errno);
  if (::listen(fd.get(), kBacklog) != 0) return unavailable(where, errno);
  const int bound = port_of(fd.get());
  return Listener{.socket = std::move(fd), .port = bound};
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<Listener> listen_on(const std::string& address, int port) {
  // As Go: any wildcard means IPv6 and IPv4 alike; where there is no IPv6, IPv4.
  if (address.empty() || address == "0.0.0.0" || address == "::" || address == "[::]") {
    auto both = bind_to("::", port);
    if (both) return both;
    return bind_to("0.0.0.0", port);
  }
  const bool bracketed = address.starts_with('[') && address.ends_with(']');
  return bind_to(bracketed ? address.substr(1, address.size() - 2) : address, port);
}

std::string peer_address_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  int family = address.ss_family;
  if (family == AF_INET6) {
    const in6_addr& ipv6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&ipv6);
    bytes = mapped ? static_cast<const void*>(&ipv6.s6_addr[12]) : &ipv6;
    if (mapped) family = AF_INET;
  } else if (family != AF_INET) {
    return {};
  }
  return ::inet_ntop(family, bytes, text.data(), text.size()) != nullptr ? text.data() : "";
}

Accepted accept_from(const Descriptor& listener) {
  sockaddr_storage peer{};
  for (;;) {
    socklen_t size = sizeof peer;
    Descriptor fd(
        ::accept4(listener.get(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd.is_open()) {
      enable(fd.get(), IPPROTO_TCP, TCP_NODELAY);
      enable_keep_alive(fd.get());
      return {Accepted::Outcome::Connection, std::move(fd), PeerAddress(peer)};
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    const bool none = errno == EAGAIN || errno == EWOULDBLOCK;
    return {none ? Accepted::Outcome::Nothing : Accepted::Outcome::Shortage, {}, {}};
  }
}

Result<Descriptor> connect_to(const std::string& host, int port, Deadline deadline, int interrupt) {
  const Addresses found = TRY(resolve(host, port, AI_ADDRCONFIG));
  Error last{Code::Unavailable, "no address"};
  for (const addrinfo* address = found.get(); address != nullptr; address = address->ai_next) {
    Descriptor fd = open_socket(*address);
    if (!fd.is_open()) continue;
    enable(fd.get(), IPPROTO_TCP, TCP_NODELAY);
    enable_keep_alive(fd.get());
    Status connected = connect_one(fd.get(), *address, deadline, interrupt);
    if (connected) return fd;
    last = std::move(connected).error();
  }
  return Error{Code::Unavailable, host + ":" + std::to_string(port) + ": " + last.message};
}

Wake wait_for(int fd, short events, Deadline deadline, int interrupt) {
  std::array<pollfd, 2> watched{pollfd{.fd = fd, .events = events, .revents = 0},
                                pollfd{.fd = interrupt, .events = POLLIN, .revents = 0}};
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const auto wait = std::clamp<std::int64_t>(left.count(), 0, 60 * 60 * 1000);
    const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(wait));
    if (ready < 0 && errno == EINTR) continue;
    if (watched[1].revents != 0) return Wake::Interrupted;
    if (watched[0].revents != 0) return Wake::Ready;
    if (std::chrono::steady_clock::now() >= deadline) return Wake::TimedOut;
  }
}

Result<Descriptor> make_event() {
  Descriptor event(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!event.is_open()) return unavailable("eventfd", errno);
  return event;
}

void raise_event(const Descriptor& event) {
  const std::uint64_t one = 1;
  static_cast<void>(::write(event.get(), &one, sizeof one) == sizeof one);
}

}  // namespace cw::http
