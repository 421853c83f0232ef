// PeerAddress: whom a connection counts for: one IPv4 address (also as IPv6 writes it), or one IPv6 /64, the
// least that a network hands to one machine. A value.
#pragma once

#include <cstddef>
#include <cstdint>

#include <sys/socket.h>

namespace cw::http {

class PeerAddress {
 public:
  PeerAddress() = default;  // of no known family
  explicit PeerAddress(const sockaddr_storage&);

  bool operator==(const PeerAddress&) const = default;

  struct Hash {
    std::size_t operator()(const PeerAddress&) const;
  };

 private:
  enum class Family : std::uint8_t { Unknown, Ipv4, Ipv6 } family_ = Family::Unknown;
  std::uint64_t network_ = 0;  // the address, or the first half of it
};

}  // namespace cw::http
