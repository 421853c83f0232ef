// CachedLookup: what another DnsLookup answered, for as long as it said that this holds: for the types that
// say where a zone is and who serves it. Never for what a challenge waits for. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "lib/base/clock.h"
#include "lib/dns/lookup.h"

namespace cw::dns {

class CachedLookup final : public DnsLookup {
 public:
  // Both must outlive it.
  CachedLookup(DnsLookup& inner, const Clock& clock) : inner_(inner), clock_(clock) {}

  // SOA, NS, A and AAAA may come from the cache.
  Result<DnsAnswer> ask(const Question&, const std::string& server) override;

 private:
  using Key = std::tuple<RecordType, std::string, std::string>;
  struct Kept {
    DnsAnswer answer;
    TimePoint until;
  };
  void keep(const Key&, const DnsAnswer&);

  DnsLookup& inner_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<Key, Kept> kept_;
};

// How long the answer holds: the shortest life of its records; for one without records, of the SOA that comes
// with it (RFC 2308 §5). Zero if nothing tells. Pure.
std::chrono::seconds lifetime_of(const DnsAnswer&);

}  // namespace cw::dns
