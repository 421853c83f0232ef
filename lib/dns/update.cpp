#include "lib/dns/update.h"

#include <array>

#include "lib/base/random.h"
#include "lib/dns/exchange.h"
#include "lib/dns/names.h"
#include "lib/dns/wire.h"

namespace cw::dns {
namespace {

using std::chrono::steady_clock;

constexpr std::uint16_t kUpdate = 5U << 11U;  // the opcode in the flags
constexpr unsigned kIsAnswer = 0x8000;
constexpr unsigned kOpcode = 0x7800;
constexpr std::uint16_t kTypeSoa = 6;
constexpr std::uint16_t kTypeTxt = 16;
constexpr std::uint16_t kClassInternet = 1;
constexpr std::uint16_t kClassNone = 254;  // RFC 2136 §2.5.4: delete this very record
constexpr std::uint32_t kTtl = 60;
constexpr std::size_t kMaxString = 255;
constexpr std::size_t kMaxValue = 32UL << 10U;

struct Refusal {
  unsigned rcode;
  std::string_view name;
  Code code;
};
// RFC 2136 §2.2, RFC 8945 §3.
constexpr std::array<Refusal, 14> kRefusals{{
    {1, "FORMERR", Code::Invalid},
    {2, "SERVFAIL", Code::Unavailable},
    {3, "NXDOMAIN", Code::NotFound},
    {4, "NOTIMP (it takes no updates)", Code::Invalid},
    {5, "REFUSED", Code::Forbidden},
    {6, "YXDOMAIN", Code::Invalid},
    {7, "YXRRSET", Code::Invalid},
    {8, "NXRRSET", Code::Invalid},
    {9, "NOTAUTH (it does not serve the zone, or not as its primary)", Code::NotFound},
    {10, "NOTZONE (the name is not in the zone)", Code::NotFound},
    {16, "BADSIG (the secret or the algorithm is not that of the key)", Code::Forbidden},
    {17, "BADKEY (it does not know the key by that name and algorithm)", Code::Forbidden},
    {18, "BADTIME (its clock and ours are more than 300 seconds apart)", Code::Unavailable},
    {22, "BADTRUNC", Code::Forbidden},
}};

Error refused(const ServerAddress& server, unsigned rcode) {
  std::string name = "RCODE" + std::to_string(rcode);
  Code code = Code::Invalid;
  for (const Refusal& each : kRefusals) {
    if (each.rcode != rcode) continue;
    name = each.name;
    code = each.code;
  }
  return {code, "name server " + to_string(server) + " answers the update with " + name};
}

Error unavailable(const ServerAddress& server, const std::string& what) {
  return {Code::Unavailable, "name server " + to_string(server) + ": " + what};
}

bool is_answer(std::string_view bytes, std::uint16_t id) {
  if (bytes.size() < kHeaderSize) return false;
  const unsigned flags = read_u16(bytes, 2);
  return read_u16(bytes, 0) == id && (flags & kIsAnswer) != 0 && (flags & kOpcode) == kUpdate;
}

Result<std::string> deliver(std::string_view message, const UpdateServer& server) {
  const Deadline deadline = steady_clock::now() + server.timeout;
  const std::uint16_t id = read_u16(message, 0);
  const std::string closing = "an answer that is not to the update";
  if (server.protocol == UpdateServer::Protocol::Tcp) {
    std::string answer = TRY(exchange_tcp(server.address, message, deadline));
    if (!is_answer(answer, id)) return unavailable(server.address, closing);
    return answer;
  }
  const auto addresses = TRY(addresses_of(server.address));
  Error last;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto share = (deadline - steady_clock::now()) / static_cast<int>(addresses.size() - i);
    auto answer = exchange_udp({.server = addresses[i],
                                .message = message,
                                .deadline = steady_clock::now() + share,
                                .resend_after = server.resend_after,
                                .accept = [&](std::string_view bytes) { return is_answer(bytes, id); }});
    if (answer) return answer;
    last = std::move(answer).error();
  }
  return last;
}

Status judge(std::string_view answer, const UpdateServer& server, std::string_view mac, TimePoint now) {
  const unsigned rcode = read_u16(answer, 2) & 0xFU;
  TsigVerdict verdict;
  if (server.key != nullptr) verdict = TRY(verify_answer(answer, *server.key, mac, now));
  if (verdict.error != 0) return refused(server.address, verdict.error);
  if (verdict.is_signed && !verdict.is_genuine) {
    return unavailable(server.address, "the TSIG signature of its answer is wrong");
  }
  if (rcode != 0) return refused(server.address, rcode);
  if (server.key != nullptr && !verdict.is_signed) {
    return unavailable(server.address, "its answer to a signed update is not signed");
  }
  return Done{};
}

}  // namespace

Result<std::string> encode_update(const TxtChange& change, std::uint16_t id) {
  if (change.value.size() > kMaxValue) return Error{Code::Invalid, "the TXT value is too long"};
  const bool adds = change.action == TxtChange::Action::Add;
  std::string data;
  std::size_t at = 0;
  do {
    const std::string_view part = std::string_view(change.value).substr(at, kMaxString);
    data += static_cast<char>(part.size());
    data += part;
    at += kMaxString;
  } while (at < change.value.size());
  std::string out;
  append_u16(out, id);
  append_u16(out, kUpdate);
  for (const std::uint16_t count : {1, 0, 1, 0}) append_u16(out, count);
  out += TRY(wire_name(change.zone));
  append_u16(out, kTypeSoa);
  append_u16(out, kClassInternet);
  out += TRY(wire_name(change.name));
  append_u16(out, kTypeTxt);
  append_u16(out, adds ? kClassInternet : kClassNone);
  append_u32(out, adds ? kTtl : 0);
  append_u16(out, static_cast<std::uint16_t>(data.size()));
  return out + data;
}

Status send_update(const TxtChange& change, const UpdateServer& server, TimePoint now) {
  const std::string message = TRY(encode_update(change, read_u16(random_bytes(2), 0)));
  SignedMessage sent{.bytes = message, .mac = {}};
  if (server.key != nullptr) sent = TRY(sign_message(message, *server.key, now));
  const std::string answer = TRY(deliver(sent.bytes, server));
  return judge(answer, server, sent.mac, now);
}

}  // namespace cw::dns
