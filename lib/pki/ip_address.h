// IP addresses and ranges as certificates carry them. Text rules are Go's net.ParseIP and net.ParseCIDR: no
// zone, no leading zeros. An IPv4-mapped IPv6 address is the IPv4 address. Pure; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cw::pki {

struct IpAddress {
  std::string bytes;  // 4 or 16, network order
  auto operator<=>(const IpAddress&) const = default;
};

// Address and mask have the same length; the address has no host bits left.
struct IpRange {
  IpAddress address;
  std::string mask;
  bool operator==(const IpRange&) const = default;
};

std::optional<IpAddress> parse_ip(std::string_view text);
std::optional<IpRange> parse_cidr(std::string_view text);
// RFC 5952 text, as Go's IP.String; bytes of another length as "?" and hex.
std::string text_of(const IpAddress&);
std::string text_of(const IpRange&);

}  // namespace cw::pki
