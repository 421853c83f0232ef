// UdpTcpLookup: questions over UDP with EDNS0; over TCP if the answer is cut off or none comes in time.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "lib/dns/exchange.h"
#include "lib/dns/lookup.h"
#include "lib/dns/server_address.h"
#include "lib/dns/wire.h"

namespace cw::dns {

struct UdpTcpOptions {
  std::chrono::milliseconds timeout{10000};     // of one question, whatever is tried
  std::chrono::milliseconds udp_timeout{4000};  // then TCP is
  std::chrono::milliseconds resend_after{1000};
};

class UdpTcpLookup final : public DnsLookup {
 public:
  explicit UdpTcpLookup(UdpTcpOptions options = {}) : options_(options) {}
  Result<DnsAnswer> ask(const Question&, const std::string& server) override;

 private:
  using Addresses = std::vector<ServerAddress>;
  Result<DnsAnswer> ask_once(const Query&, const Addresses&, Deadline) const;
  Result<Reply> ask_by_udp(const Query&, const std::string& message, const Addresses&, Deadline) const;

  const UdpTcpOptions options_;
};

}  // namespace cw::dns
