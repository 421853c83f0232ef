// One request and its answer on a connected transport: cpp-httplib writes and parses, the limits on time and
// size are ours. Knows no pool and no retry. Used by one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "lib/http/client.h"
#include "lib/http/socket.h"
#include "lib/http/transport.h"

namespace cw::http {

struct ExchangeLimits {
  Deadline deadline;  // of the whole, or of the head if the body is streamed
  int interrupt = -1;
  std::size_t max_body = 0;
};

// Takes the body of a 200 as it comes. False: enough.
using BodyReceiver = std::function<bool(std::string_view piece)>;

struct ExchangeOutcome {
  enum class End : std::uint8_t { Complete, Enough, Broken } end = End::Broken;
  ClientResponse response;
  std::string failure;        // if Broken
  bool request_sent = false;  // whole; the server may have acted on it
  bool answer_begun = false;  // at least one byte
  bool reusable = false;      // the connection can carry another request
};

// `host` is the value of the Host header. With a receiver, a 200 is streamed and its time is unlimited.
ExchangeOutcome exchange(Transport&, const std::string& host, const ClientRequest&, const ExchangeLimits&,
                         const BodyReceiver& receiver = {});

}  // namespace cw::http
