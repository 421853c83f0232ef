// Where a name server is: "192.0.2.1", "192.0.2.1:5353", "[2001:db8::1]:53", "2001:db8::1",
// "ns1.example.com". And the servers that this machine asks by itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace cw::dns {

inline constexpr int kDnsPort = 53;

struct ServerAddress {
  std::string host;  // a name, or an address in numbers without brackets
  int port = kDnsPort;
  bool operator==(const ServerAddress&) const = default;
};

// Pure. Invalid: no host, no port from 1 to 65535.
Result<ServerAddress> parse_server(std::string_view text);
std::string to_string(const ServerAddress&);  // parse_server takes it back

// Those of a file like /etc/resolv.conf; two public ones if it names none.
std::vector<std::string> system_nameservers(const std::string& path = "/etc/resolv.conf");

}  // namespace cw::dns
