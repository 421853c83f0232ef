// Propagation: whether a TXT value is where a CA will look: at every server of the name's zone, or at every
// one of the given servers. Always follows CNAMEs. Source: reference/controllers.md 5.8. Errors: as zones.h,
// if who has to be asked cannot be found out. What a server lacks is in the reason.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "lib/dns/lookup.h"
#include "lib/dns/server_address.h"

namespace cw::dns {

struct PropagationSettings {
  std::vector<std::string> recursive_nameservers = {};  // not empty; host:port or https URL
  bool recursive_only = false;                          // ask these, not the zone's own
  std::vector<std::string> nameservers = {};            // of the solver: if any, these alone
  int authoritative_port = kDnsPort;                    // of the zone's own servers
};

struct Propagation {
  bool visible = false;
  std::string reason = {};  // which server lacks it
  // How long a cache will go on saying what it said. Nothing from the zone's own servers: they have no cache.
  std::optional<std::chrono::seconds> ttl = {};
};

// Two servers or more are asked at the same time. `name`: absolute, lower case.
Result<Propagation> check_propagation(DnsLookup&, const std::string& name, const std::string& value,
                                      const PropagationSettings&);

}  // namespace cw::dns
