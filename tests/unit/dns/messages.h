// Answers as a name server would write them, byte by byte, for tests that spoil them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/dns/names.h"
#include "lib/dns/wire.h"

namespace cw::test {

struct WireRecord {
  std::string name;
  std::uint16_t type = 16;
  std::string data;
  std::uint32_t ttl = 60;
  std::uint16_t klass = 1;
};

inline std::string wire_record(const WireRecord& record) {
  std::string out = *dns::wire_name(record.name);
  dns::append_u16(out, record.type);
  dns::append_u16(out, record.klass);
  dns::append_u32(out, record.ttl);
  dns::append_u16(out, static_cast<std::uint16_t>(record.data.size()));
  return out + record.data;
}

inline std::string txt_data(std::string_view value) {
  return std::string(1, static_cast<char>(value.size())) + std::string(value);
}

inline constexpr std::uint16_t kAnswerFlags = 0x8580;  // QR AA RD RA
inline constexpr std::uint16_t kTruncatedFlag = 0x0200;

// To this query, whose question is repeated.
inline std::string wire_answer(std::string_view query, const std::vector<WireRecord>& answer,
                               std::uint16_t flags = kAnswerFlags,
                               const std::vector<WireRecord>& authority = {}) {
  // The question ends 4 bytes behind its name.
  std::size_t end = dns::kHeaderSize;
  while (query[end] != '\0') end += static_cast<unsigned char>(query[end]) + 1U;
  end += 5;
  std::string out(query.substr(0, 2));
  dns::append_u16(out, flags);
  dns::append_u16(out, 1);
  dns::append_u16(out, static_cast<std::uint16_t>(answer.size()));
  dns::append_u16(out, static_cast<std::uint16_t>(authority.size()));
  dns::append_u16(out, 0);
  out += query.substr(dns::kHeaderSize, end - dns::kHeaderSize);
  for (const WireRecord& record : answer) out += wire_record(record);
  for (const WireRecord& record : authority) out += wire_record(record);
  return out;
}

}  // namespace cw::test
