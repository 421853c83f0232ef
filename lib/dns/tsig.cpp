#include "lib/dns/tsig.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "lib/base/ascii.h"
#include "lib/dns/message_reader.h"
#include "lib/dns/names.h"
#include "lib/dns/wire.h"
#include "lib/pki/constant_time.h"

namespace cw::dns {
namespace {

constexpr std::uint16_t kTypeTsig = 250;
constexpr std::uint16_t kClassAny = 255;
constexpr std::uint16_t kFudge = 300;  // seconds
constexpr std::uint16_t kBadTime = 18;
constexpr std::size_t kArcountAt = 10;

struct Algorithm {
  std::string_view setting;
  std::string_view name;  // RFC 8945 §6
  pki::HmacHash hash;
};
constexpr std::array<Algorithm, 6> kAlgorithms{{
    {"hmacmd5", "hmac-md5.sig-alg.reg.int.", pki::HmacHash::Md5},
    {"hmacsha1", "hmac-sha1.", pki::HmacHash::Sha1},
    {"hmacsha224", "hmac-sha224.", pki::HmacHash::Sha224},
    {"hmacsha256", "hmac-sha256.", pki::HmacHash::Sha256},
    {"hmacsha384", "hmac-sha384.", pki::HmacHash::Sha384},
    {"hmacsha512", "hmac-sha512.", pki::HmacHash::Sha512},
}};

std::string_view algorithm_name(pki::HmacHash hash) {
  const auto* const found = std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                                         [&](const Algorithm& each) { return each.hash == hash; });
  return found->name;  // the table has them all
}

struct Tsig {
  std::string key_name;
  std::string algorithm;
  std::uint64_t time = 0;
  std::uint16_t fudge = kFudge;
  std::string mac;
  std::uint16_t original_id = 0;
  std::uint16_t error = 0;
  std::string other;
};

void append_u48(std::string& to, std::uint64_t value) {
  append_u16(to, static_cast<std::uint16_t>(value >> 32U & 0xFFFFU));
  append_u32(to, static_cast<std::uint32_t>(value & 0xFFFFFFFFU));
}

void append_sized(std::string& to, std::string_view bytes) {
  append_u16(to, static_cast<std::uint16_t>(bytes.size()));
  to += bytes;
}

// RFC 8945 §4.3.3.
Result<std::string> variables(const Tsig& tsig) {
  std::string out = TRY(wire_name(tsig.key_name));
  append_u16(out, kClassAny);
  append_u32(out, 0);
  out += TRY(wire_name(tsig.algorithm));
  append_u48(out, tsig.time);
  append_u16(out, tsig.fudge);
  append_u16(out, tsig.error);
  append_sized(out, tsig.other);
  return out;
}

Result<std::string> record(const Tsig& tsig) {
  std::string data = TRY(wire_name(tsig.algorithm));
  append_u48(data, tsig.time);
  append_u16(data, tsig.fudge);
  append_sized(data, tsig.mac);
  append_u16(data, tsig.original_id);
  append_u16(data, tsig.error);
  append_sized(data, tsig.other);
  std::string out = TRY(wire_name(tsig.key_name));
  append_u16(out, kTypeTsig);
  append_u16(out, kClassAny);
  append_u32(out, 0);
  append_sized(out, data);
  return out;
}

// With another number of additional records, and that id.
std::string with_header(std::string_view message, std::uint16_t id, std::uint16_t arcount) {
  std::string out;
  append_u16(out, id);
  out += message.substr(2, kArcountAt - 2);
  append_u16(out, arcount);
  out += message.substr(kHeaderSize);
  return out;
}

struct Found {
  std::size_t at = 0;  // where the record begins
  Tsig tsig;
};

Result<Tsig> read_tsig(MessageReader& reader) {
  Tsig tsig;
  tsig.key_name = TRY(reader.name());
  TRY(reader.skip(10));  // type, class, TTL, size
  tsig.algorithm = TRY(reader.name());
  tsig.time = static_cast<std::uint64_t>(TRY(reader.u16())) << 32U;
  tsig.time |= static_cast<std::uint64_t>(TRY(reader.u16())) << 16U;
  tsig.time |= TRY(reader.u16());
  tsig.fudge = TRY(reader.u16());
  tsig.mac = TRY(reader.bytes(TRY(reader.u16())));
  tsig.original_id = TRY(reader.u16());
  tsig.error = TRY(reader.u16());
  tsig.other = TRY(reader.bytes(TRY(reader.u16())));
  return tsig;
}

// The last record, if that is a TSIG.
Result<std::optional<Found>> find_tsig(std::string_view message) {
  if (message.size() < kHeaderSize) return Error{Code::Unavailable, "broken answer: too short"};
  MessageReader reader(message, kHeaderSize);
  for (unsigned i = 0; i < read_u16(message, 4); ++i) {
    TRY(reader.name());
    TRY(reader.skip(4));
  }
  const unsigned records = read_u16(message, 6) + read_u16(message, 8) + read_u16(message, kArcountAt);
  std::uint16_t type = 0;
  std::size_t at = 0;
  for (unsigned i = 0; i < records; ++i) {
    at = reader.position();
    TRY(reader.name());
    type = TRY(reader.u16());
    TRY(reader.skip(6));
    TRY(reader.skip(TRY(reader.u16())));
  }
  if (type != kTypeTsig || read_u16(message, kArcountAt) == 0) return std::optional<Found>();
  MessageReader again(message, at);
  return std::optional<Found>(Found{.at = at, .tsig = TRY(read_tsig(again))});
}

bool is_of_now(const Tsig& tsig, TimePoint now) {
  const std::int64_t apart = now.time_since_epoch().count() - static_cast<std::int64_t>(tsig.time);
  return tsig.error == kBadTime || std::abs(apart) <= tsig.fudge;
}

}  // namespace

std::optional<pki::HmacHash> find_tsig_algorithm(std::string_view name) {
  if (name.empty()) return pki::HmacHash::Md5;
  const std::string wanted = lower_case(name);
  for (const Algorithm& each : kAlgorithms) {
    if (each.setting == wanted) return each.hash;
  }
  return std::nullopt;
}

Result<SignedMessage> sign_message(std::string_view message, const TsigKey& key, TimePoint now) {
  Tsig tsig{.key_name = key.name,
            .algorithm = std::string(algorithm_name(key.hash)),
            .time = static_cast<std::uint64_t>(now.time_since_epoch().count()),
            .mac = {},
            .original_id = read_u16(message, 0),
            .other = {}};
  const std::string tail = TRY(variables(tsig));
  tsig.mac = TRY(pki::hmac(key.hash, key.secret.reveal(), std::string(message) + tail));
  const std::string signature = TRY(record(tsig));
  const auto arcount = static_cast<std::uint16_t>(read_u16(message, kArcountAt) + 1);
  return SignedMessage{.bytes = with_header(message, tsig.original_id, arcount) + signature, .mac = tsig.mac};
}

Result<TsigVerdict> verify_answer(std::string_view answer, const TsigKey& key, std::string_view request_mac,
                                  TimePoint now) {
  const std::optional<Found> found = TRY(find_tsig(answer));
  if (!found) return TsigVerdict{};
  const Tsig& tsig = found->tsig;
  const bool ours = tsig.key_name == key.name && tsig.algorithm == algorithm_name(key.hash);
  TsigVerdict verdict{.is_signed = ours && !tsig.mac.empty(), .error = tsig.error};
  if (!verdict.is_signed) return verdict;
  std::string signed_bytes;
  append_sized(signed_bytes, request_mac);
  const auto arcount = static_cast<std::uint16_t>(read_u16(answer, kArcountAt) - 1);
  signed_bytes += with_header(answer.substr(0, found->at), tsig.original_id, arcount);
  signed_bytes += TRY(variables(tsig));
  const std::string expected = TRY(pki::hmac(key.hash, key.secret.reveal(), signed_bytes));
  verdict.is_genuine = pki::equal_in_constant_time(expected, tsig.mac) && is_of_now(tsig, now);
  return verdict;
}

}  // namespace cw::dns
