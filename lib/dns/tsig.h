// TSIG: messages signed with a shared secret (RFC 8945). ldns 1.8 lacks HMAC-SHA224 and HMAC-SHA384, and
// takes the time from the machine, so this is our own. Pure; whatever bytes come, reading ends with an answer
// or an Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/base/secret.h"
#include "lib/pki/digest.h"

namespace cw::dns {

struct TsigKey {
  std::string name;  // absolute, lower case
  pki::HmacHash hash = pki::HmacHash::Md5;
  SecretBytes secret;
};

// "HMACSHA256", upper or lower case; "" is HMACMD5, as the field has it. nullopt: unknown.
std::optional<pki::HmacHash> find_tsig_algorithm(std::string_view name);

struct SignedMessage {
  std::string bytes;
  std::string mac;
};
Result<SignedMessage> sign_message(std::string_view message, const TsigKey&, TimePoint now);

// The TSIG record at the end of an answer.
struct TsigVerdict {
  bool is_signed = false;   // with a MAC, by the key that was asked with
  bool is_genuine = false;  // that MAC is right, and of now
  std::uint16_t error = 0;  // 16 BADSIG, 17 BADKEY, 18 BADTIME, 22 BADTRUNC: why the server refuses ours
};
// Unavailable: the message is broken.
Result<TsigVerdict> verify_answer(std::string_view answer, const TsigKey&, std::string_view request_mac,
                                  TimePoint now);

}  // namespace cw::dns
