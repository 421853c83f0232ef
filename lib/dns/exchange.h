// One message to a name server and its answer, over UDP or TCP (RFC 7766), with a deadline. Blocks;
// thread-safe. Errors: Unavailable.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/dns/server_address.h"
#include "lib/http/socket.h"

namespace cw::dns {

using http::Deadline;

// `server`: an address in numbers. From a port of its own; sent again each `resend_after`, as datagrams get
// lost. What `accept` refuses is as if it had not come: anybody can send a datagram.
struct UdpExchange {
  const ServerAddress& server;
  std::string_view message;
  Deadline deadline;
  std::chrono::milliseconds resend_after{1000};
  std::function<bool(std::string_view bytes)> accept;
};
Result<std::string> exchange_udp(const UdpExchange&);

// `server`: an address or a name.
Result<std::string> exchange_tcp(const ServerAddress& server, std::string_view message, Deadline);

// The server's addresses in numbers, at most four: a look-up by the system if it is a name.
Result<std::vector<ServerAddress>> addresses_of(const ServerAddress&);

}  // namespace cw::dns
