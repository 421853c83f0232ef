// ServerLookup: asks a server in the way that its text says: an https URL by DoH, anything else by UDP and
// TCP.
#pragma once

#include <string>

#include "lib/dns/doh_lookup.h"
#include "lib/dns/lookup.h"
#include "lib/dns/udp_tcp_lookup.h"

namespace cw::dns {

class ServerLookup final : public DnsLookup {
 public:
  // `fetch` (for DoH) must outlive it.
  explicit ServerLookup(http::HttpFetch& fetch, UdpTcpOptions options = {}) : doh_(fetch), plain_(options) {}

  Result<DnsAnswer> ask(const Question& question, const std::string& server) override {
    if (server.starts_with("https://")) return doh_.ask(question, server);
    return plain_.ask(question, server);
  }

 private:
  DohLookup doh_;
  UdpTcpLookup plain_;
};

}  // namespace cw::dns
