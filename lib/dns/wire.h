// DNS messages as bytes (RFC 1035 §4, RFC 6891): questions written, answers read. Whatever bytes come,
// reading ends with an answer or an Error (Unavailable). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "lib/dns/lookup.h"

namespace cw::dns {

inline constexpr std::size_t kHeaderSize = 12;
inline constexpr std::size_t kMaxRecords = 512;  // kept of a section

enum class Edns : std::uint8_t { Off, On };  // On: answers of 1232 bytes over UDP, which pass everywhere

struct Query {
  Question question;
  std::uint16_t id = 0;
  Edns edns = Edns::On;
};
// Asks for recursion. Invalid: no name.
Result<std::string> encode_query(const Query&);

struct Reply {
  DnsAnswer answer;
  bool truncated = false;  // then there may be no records
};
// Unavailable: no answer, not to this question or with another id, or broken.
Result<Reply> decode_reply(std::string_view bytes, const Query&);

// Big-endian numbers.
void append_u16(std::string& to, std::uint16_t value);
void append_u32(std::string& to, std::uint32_t value);
// `at` + 2 <= bytes.size().
std::uint16_t read_u16(std::string_view bytes, std::size_t at);

}  // namespace cw::dns
