// IP addresses and prefixes as Go's net/netip reads them, with its words for what is wrong. Pure.
// Source: Go's net/netip.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::apiserver {

struct GoAddress {
  std::string bytes;  // 4 or 16, network order
  std::string zone;
};
struct GoPrefix {
  GoAddress address;
  int bits = 0;
};

// Invalid: "ParseAddr(\"x\"): unable to parse IP", "netip.ParsePrefix(\"x\"): no '/'".
Result<GoAddress> parse_go_address(std::string_view text);
Result<GoPrefix> parse_go_prefix(std::string_view text);

bool is_mapped_ipv4(const GoAddress&);
// Without the bits of the host.
std::string masked_bytes(const GoPrefix&);

}  // namespace cw::apiserver
