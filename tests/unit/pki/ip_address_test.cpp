#include "lib/pki/ip_address.h"

#include <utility>

#include <catch2/catch.hpp>

using namespace cw;       // tests only
using namespace cw::pki;  // tests only

// What Go's net.IP.String makes of the same addresses.
TEST_CASE("IP addresses are written as Go writes them", "[pki]") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"::", "::"},
      {"::1", "::1"},
      {"::1:2", "::1:2"},
      {"0:0:0:0:0:0:1:0", "::1:0"},
      {"::abcd:1:2", "::abcd:1:2"},
      {"1::", "1::"},
      {"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
      {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"::ffff:10.0.0.1", "10.0.0.1"},
      {"255.0.10.1", "255.0.10.1"},
  };
  for (const auto& [text, shown] : rows) {
    INFO(text);
    const auto address = parse_ip(text);
    REQUIRE(address);
    CHECK(text_of(*address) == shown);
  }
  CHECK(text_of(*parse_cidr("::1:2/127")) == "::1:2/127");
}
