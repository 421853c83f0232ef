// Dynamic updates of a zone (RFC 2136): exactly one TXT record is added or taken away; both may be repeated.
// Signed with TSIG if there is a key, and then so has to be the answer. Blocks until the answer or the time
// limit; thread-safe. Errors: Forbidden (the server refuses us or our signature), NotFound (it does not serve
// the zone), Unavailable (no answer, a broken or forged one, a failure at the server, clocks apart), Invalid
// (the rest).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/dns/server_address.h"
#include "lib/dns/tsig.h"

namespace cw::dns {

struct TxtChange {
  enum class Action : std::uint8_t { Add, Remove } action = Action::Add;
  std::string zone;  // absolute, as the two below
  std::string name;
  std::string value;  // in strings of 255 bytes on the wire
};

struct UpdateServer {
  enum class Protocol : std::uint8_t { Udp, Tcp } protocol = Protocol::Udp;
  ServerAddress address;
  const TsigKey* key = nullptr;  // null: unsigned
  std::chrono::milliseconds timeout{10000};
  std::chrono::milliseconds resend_after{1000};
};

Status send_update(const TxtChange&, const UpdateServer&, TimePoint now);

// The message, unsigned. Pure. Invalid: no names, or a value that does not fit a record.
Result<std::string> encode_update(const TxtChange&, std::uint16_t id);

}  // namespace cw::dns
