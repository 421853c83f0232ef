#include "lib/http/peer_address.h"

#include <cstring>
#include <functional>

#include <netinet/in.h>

namespace cw::http {

PeerAddress::PeerAddress(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    family_ = Family::Ipv4;
    network_ = reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr;
  } else if (address.ss_family == AF_INET6) {
    const in6_addr& ipv6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&ipv6)) {
      family_ = Family::Ipv4;
      std::uint32_t ipv4 = 0;
      std::memcpy(&ipv4, &ipv6.s6_addr[12], sizeof ipv4);
      network_ = ipv4;
    } else {
      family_ = Family::Ipv6;
      std::memcpy(&network_, &ipv6.s6_addr[0], sizeof network_);
    }
  }
}

std::size_t PeerAddress::Hash::operator()(const PeerAddress& peer) const {
  return std::hash<std::uint64_t>()(peer.network_ ^ (static_cast<std::uint64_t>(peer.family_) << 62U));
}

}  // namespace cw::http
