#include "tests/unit/dns/loopback_server.h"

#include <array>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "lib/base/assert.h"
#include "lib/dns/wire.h"

namespace cw::test {
namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 20ms;  // how often a stop is looked for

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool is_ready(int fd) {
  return http::wait_for(fd, POLLIN, std::chrono::steady_clock::now() + kTick, -1) == http::Wake::Ready;
}

}  // namespace

LoopbackServer::LoopbackServer(Answer udp, Answer tcp) {
  // A port that is free for TCP may be somebody's for UDP: then another one.
  bool is_bound = false;
  for (int tries = 0; tries < 100 && !is_bound; ++tries) is_bound = bind_both();
  CW_ASSERT(is_bound);
  threads_.emplace_back([this, udp](const std::stop_token& stop) { serve_udp(stop, udp); });
  if (!tcp) {
    tcp_ = http::Descriptor();
    return;
  }
  threads_.emplace_back([this, tcp](const std::stop_token& stop) { serve_tcp(stop, tcp); });
}

bool LoopbackServer::bind_both() {
  auto listener = http::listen_on("127.0.0.1", 0);
  CW_ASSERT(listener.has_value());
  port_ = listener->port;
  tcp_ = std::move((*listener).socket);
  udp_ = http::Descriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port_);
  return ::bind(udp_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

LoopbackServer::~LoopbackServer() { threads_.clear(); }

void LoopbackServer::serve_udp(const std::stop_token& stop, const Answer& answer) {
  std::array<char, 4096> buffer{};
  while (!stop.stop_requested()) {
    if (!is_ready(udp_.get())) continue;
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const ssize_t got =
        ::recvfrom(udp_.get(), buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (got <= 0) continue;
    for (const std::string& bytes : answer({buffer.data(), static_cast<std::size_t>(got)})) {
      static_cast<void>(
          ::sendto(udp_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), size));
    }
  }
}

void LoopbackServer::serve_tcp(const std::stop_token& stop, const Answer& answer) {
  while (!stop.stop_requested()) {
    if (!is_ready(tcp_.get())) continue;
    const auto accepted = http::accept_from(tcp_);
    std::string received;
    while (!stop.stop_requested() && accepted.socket.is_open()) {
      if (!is_ready(accepted.socket.get())) continue;
      std::array<char, 4096> buffer{};
      const ssize_t got = ::recv(accepted.socket.get(), buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      received.append(buffer.data(), static_cast<std::size_t>(got));
      if (received.size() < 2 || received.size() < 2U + dns::read_u16(received, 0)) continue;
      for (const std::string& bytes : answer(std::string_view(received).substr(2))) {
        std::string framed;
        dns::append_u16(framed, static_cast<std::uint16_t>(bytes.size()));
        framed += bytes;
        static_cast<void>(::send(accepted.socket.get(), framed.data(), framed.size(), MSG_NOSIGNAL));
      }
      break;
    }
  }
}

}  // namespace cw::test
