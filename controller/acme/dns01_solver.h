// Dns01Solver: answers DNS-01 challenges (RFC 8555 §8.4) by the publisher that the challenge's solver names,
// and sees whether a CA will find the value. Finds names and zones anew each time; only what DNS itself lets
// be kept (SOA, NS, addresses) is kept. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "controller/acme/solver.h"
#include "lib/base/clock.h"
#include "lib/dns/cached_lookup.h"
#include "lib/dns/lookup.h"
#include "lib/dns/server_address.h"
#include "lib/dns/zones.h"
#include "lib/dns01/publisher.h"

namespace cw::controller::acme {

using MakePublisher =
    std::function<Result<std::shared_ptr<dns01::TxtPublisher>>(const api::Challenge&, const SolverScope&)>;

class Dns01Solver final : public ChallengeSolver {
 public:
  struct Settings {
    // host:port or https URLs; empty: the system's. A solver's own nameservers go before.
    std::vector<std::string> recursive_nameservers = {};
    bool recursive_nameservers_only = false;
    int authoritative_port = dns::kDnsPort;  // of the zones' own servers
  };

  // `lookup` and `clock` must outlive it.
  Dns01Solver(MakePublisher publisher, dns::DnsLookup& lookup, const Clock& clock, Settings settings);

  Status present(const api::Challenge&, const SolverScope&) override;
  Result<Visibility> check(const api::Challenge&, const SolverScope&) override;
  Status clean_up(const api::Challenge&, const SolverScope&) override;

 private:
  dns::Nameservers nameservers_for(const api::Dns01&);
  Result<dns01::TxtRecord> find_record(const api::ChallengeSpec&);

  const MakePublisher publisher_;
  dns::CachedLookup lookup_;
  const Settings settings_;
};

// "_acme-challenge.www.example.com." for www.example.com and *.www.example.com. Invalid: no domain name.
Result<std::string> challenge_record_name(const std::string& dns_name);

}  // namespace cw::controller::acme
