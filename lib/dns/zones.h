// Where a name is: its zone, found by SOA questions from the name upwards, the servers of a zone, the end of
// a chain of CNAMEs. Errors: Unavailable (no usable answer from any server), NotFound (no zone, no servers),
// Invalid (CNAMEs that lead in a circle or too far). Source: reference/controllers.md 5.8; RFC 2308.
#pragma once

#include <string>
#include <vector>

#include "lib/dns/lookup.h"

namespace cw::dns {

// Servers that may be asked for any name.
struct Nameservers {
  DnsLookup& lookup;
  std::vector<std::string> servers;
};

// The first usable answer, in their order: NOERROR or NXDOMAIN.
Result<DnsAnswer> ask_first(const Nameservers&, const Question&);

// `name` is absolute and in lower case, as in all below; so is what they give.
Result<std::string> find_zone(const Nameservers&, const std::string& name);
// The name itself if it is no CNAME.
Result<std::string> follow_cnames(const Nameservers&, const std::string& name);

struct ZoneServer {
  std::string name;
  std::vector<std::string> addresses;  // in numbers, IPv4 first; empty: none found
};
Result<std::vector<ZoneServer>> authoritative_servers(const Nameservers&, const std::string& zone);

}  // namespace cw::dns
