// SelfCheck: looks at the answer to an HTTP-01 challenge as the CA will (RFC 8555 §8.3), so that no challenge
// is accepted that would fail. Thread-safe as its HttpFetch is; blocks as long as that does.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/acme/solver.h"
#include "lib/base/clock.h"
#include "lib/dns/lookup.h"
#include "lib/http/fetch.h"

namespace cw::controller::acme {

class SelfCheck {
 public:
  // `fetch` must outlive it; see self_check_fetcher. `port`: where the CA asks; 80 but in tests.
  explicit SelfCheck(http::HttpFetch& fetch, int port = 80) : fetch_(fetch), port_(port) {}

  // The reason says what was seen instead, and where.
  Visibility look(const api::ChallengeSpec&) const;

 private:
  http::HttpFetch& fetch_;
  const int port_;
};

// "http://www.example.com/.well-known/acme-challenge/TOKEN"
std::string challenge_url(std::string_view dns_name, std::string_view token, int port);

// Soon after the answer was put up, then less and less often: a second to ten.
std::chrono::seconds next_look(std::optional<TimePoint> presented, TimePoint now);

using Resolve = std::function<Result<std::vector<std::string>>(const std::string& host)>;
// Addresses from these servers ("host:port", or https URLs), a different one first each time; the next one if
// one fails. IPv6 addresses come first, as CAs prefer them. `lookup` must outlive it.
Resolve resolve_with(dns::DnsLookup& lookup, std::vector<std::string> nameservers);

// What a Fetcher for SelfCheck needs: ten redirects, no verification of certificates, no kept connections.
// No nameservers: the system's resolver.
http::FetcherOptions self_check_fetcher(dns::DnsLookup& lookup, std::vector<std::string> nameservers);

}  // namespace cw::controller::acme
