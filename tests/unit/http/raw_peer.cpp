#include "tests/unit/http/raw_peer.h"

#include <array>
#include <charconv>
#include <chrono>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace cw::http::test {
namespace {

Deadline soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }

Descriptor must_connect(int port) {
  auto socket = connect_to("127.0.0.1", port, soon(), -1);
  if (!socket) FAIL(socket.error().message);
  return std::move(socket).value();
}

sockaddr_in loopback(const char* address, int port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::inet_pton(AF_INET, address, &result.sin_addr) != 1) FAIL(address);
  return result;
}

Descriptor must_connect_from(const char* from, int port) {
  Descriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) FAIL("no socket");
  const sockaddr_in here = loopback(from, 0);
  const sockaddr_in there = loopback("127.0.0.1", port);
  const auto* const bound = reinterpret_cast<const sockaddr*>(&here);
  if (::bind(fd.get(), bound, sizeof here) != 0) FAIL("cannot bind to " << from);
  const auto* const peer = reinterpret_cast<const sockaddr*>(&there);
  if (::connect(fd.get(), peer, sizeof there) != 0) FAIL("cannot connect from " << from);
  if (::fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0) FAIL("fcntl");
  return fd;
}

}  // namespace

RawPeer::RawPeer(int port, const char* from) : transport_(must_connect_from(from, port)) {}

RawPeer::RawPeer(int port) : transport_(must_connect(port)) {}

RawPeer::RawPeer(int port, const ClientTls& tls)
    : transport_(must_connect(port), tls.new_session("localhost")) {
  for (;;) {
    const Transport::Outcome outcome = transport_.handshake();
    if (outcome == Transport::Outcome::Done) return;
    if (outcome == Transport::Outcome::Closed) FAIL(describe_tls_failure(transport_.tls()));
    if (wait_for(transport_.fd(), awaited_event(outcome), soon(), -1) != Wake::Ready)
      FAIL("handshake timed out");
  }
}

bool RawPeer::send(std::string_view bytes) { return write_all(transport_, bytes, soon(), -1); }

bool RawPeer::receive() {
  std::array<char, 4096> chunk{};
  for (;;) {
    const Transport::Transfer got = transport_.read(chunk);
    if (got.outcome == Transport::Outcome::Closed) return false;
    if (got.outcome == Transport::Outcome::Done) {
      received_.append(chunk.data(), got.bytes);
      return true;
    }
    if (wait_for(transport_.fd(), awaited_event(got.outcome), soon(), -1) != Wake::Ready) {
      FAIL("the server says nothing more, behind: " + received_);
    }
  }
}

std::string RawPeer::take(std::size_t count) {
  std::string taken = received_.substr(0, count);
  received_.erase(0, count);
  return taken;
}

std::string RawPeer::read_until(std::string_view text) {
  for (;;) {
    const std::size_t found = received_.find(text);
    if (found != std::string::npos) return take(found + text.size());
    if (!receive()) return take(received_.size());
  }
}

std::string RawPeer::read_answer() {
  std::string answer = read_until("\r\n\r\n");
  constexpr std::string_view kLength = "Content-Length: ";
  const std::size_t at = answer.find(kLength);
  if (at == std::string::npos) return answer;
  std::size_t length = 0;
  std::from_chars(answer.data() + at + kLength.size(), answer.data() + answer.size(), length);
  while (received_.size() < length && receive()) {
  }
  return answer + take(length);
}

std::string RawPeer::read_to_end() {
  while (receive()) {
  }
  return take(received_.size());
}

bool RawPeer::is_closed() { return read_to_end().empty(); }

int status_of(std::string_view answer) {
  int status = 0;
  constexpr std::string_view kStart = "HTTP/1.1 ";
  if (answer.starts_with(kStart)) {
    std::from_chars(answer.data() + kStart.size(), answer.data() + answer.size(), status);
  }
  return status;
}

std::string_view body_of(std::string_view answer) {
  const std::size_t head = answer.find("\r\n\r\n");
  return head == std::string_view::npos ? std::string_view() : answer.substr(head + 4);
}

}  // namespace cw::http::test
