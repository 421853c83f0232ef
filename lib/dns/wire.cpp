#include "lib/dns/wire.h"

#include <algorithm>
#include <array>
#include <limits>

#include "lib/dns/ldns_handles.h"
#include "lib/dns/names.h"

namespace cw::dns {
namespace {

constexpr std::uint16_t kUdpSize = 1232;
constexpr std::uint16_t kClassInternet = 1;
constexpr std::uint16_t kTypeOpt = 41;
constexpr unsigned kIsAnswer = 0x8000;
constexpr unsigned kOpcode = 0x7800;
constexpr unsigned kTruncated = 0x0200;
constexpr unsigned kRecursionDesired = 0x0100;

Error broken(const char* what) { return Error{Code::Unavailable, std::string("broken answer: ") + what}; }

// The strings of a TXT record, joined.
std::string joined_strings(const ldns_rr* record) {
  std::string all;
  for (std::size_t i = 0; i < ldns_rr_rd_count(record); ++i) {
    const ldns_rdf* part = ldns_rr_rdf(record, i);
    if (part == nullptr || ldns_rdf_size(part) < 1) continue;
    const std::uint8_t* data = ldns_rdf_data(part);
    const std::size_t size = std::min<std::size_t>(data[0], ldns_rdf_size(part) - 1);
    all.append(reinterpret_cast<const char*>(data) + 1, size);
  }
  return all;
}

std::string address_text(const ldns_rdf* data) {
  const Text text(ldns_rdf2str(data));
  return text ? std::string(text.get()) : std::string();
}

// False: it is of no type that is kept.
bool read_value(const ldns_rr* record, Record& into) {
  const ldns_rdf* first = ldns_rr_rd_count(record) > 0 ? ldns_rr_rdf(record, 0) : nullptr;
  if (first == nullptr) return false;
  into.type = static_cast<RecordType>(ldns_rr_get_type(record));
  switch (into.type) {
    case RecordType::A:
    case RecordType::Aaaa:
      into.value = address_text(first);
      return !into.value.empty();
    case RecordType::Ns:
    case RecordType::Cname:
    case RecordType::Soa:
      into.value = name_text(first);
      return !into.value.empty();
    case RecordType::Txt:
      into.value = joined_strings(record);
      return true;
  }
  return false;
}

std::vector<Record> read_section(const ldns_rr_list* list) {
  std::vector<Record> records;
  const std::size_t count = list == nullptr ? 0 : ldns_rr_list_rr_count(list);
  for (std::size_t i = 0; i < count && records.size() < kMaxRecords; ++i) {
    const ldns_rr* from = ldns_rr_list_rr(list, i);
    if (from == nullptr || ldns_rr_get_class(from) != LDNS_RR_CLASS_IN) continue;
    Record record;
    if (!read_value(from, record)) continue;
    record.name = name_text(ldns_rr_owner(from));
    // RFC 2181 §8: one with the highest bit set is zero.
    const std::uint32_t ttl = ldns_rr_ttl(from);
    record.ttl = std::chrono::seconds(ttl > std::numeric_limits<std::int32_t>::max() ? 0 : ttl);
    records.push_back(std::move(record));
  }
  return records;
}

ResponseCode code_of(const ldns_pkt* packet) {
  unsigned code = ldns_pkt_get_rcode(packet);
  if (ldns_pkt_edns(packet)) code |= static_cast<unsigned>(ldns_pkt_edns_extended_rcode(packet)) << 4U;
  return static_cast<ResponseCode>(std::min(code, 255U));
}

// Servers that cannot read a question, or do not want to, may leave it out of their answer.
bool repeats_question(const ldns_pkt* packet, const Question& question) {
  const ldns_rr_list* list = ldns_pkt_question(packet);
  const std::size_t count = list == nullptr ? 0 : ldns_rr_list_rr_count(list);
  if (count == 0) return ldns_pkt_get_rcode(packet) != LDNS_RCODE_NOERROR;
  const ldns_rr* repeated = ldns_rr_list_rr(list, 0);
  const auto asked = absolute_name(question.name);
  return count == 1 && asked && name_text(ldns_rr_owner(repeated)) == *asked &&
         static_cast<unsigned>(ldns_rr_get_type(repeated)) == static_cast<unsigned>(question.type) &&
         ldns_rr_get_class(repeated) == LDNS_RR_CLASS_IN;
}

}  // namespace

void append_u16(std::string& to, std::uint16_t value) {
  to += static_cast<char>(value >> 8U);
  to += static_cast<char>(value & 0xFFU);
}

void append_u32(std::string& to, std::uint32_t value) {
  append_u16(to, static_cast<std::uint16_t>(value >> 16U));
  append_u16(to, static_cast<std::uint16_t>(value & 0xFFFFU));
}

std::uint16_t read_u16(std::string_view bytes, std::size_t at) {
  const auto high = static_cast<unsigned char>(bytes[at]);
  const auto low = static_cast<unsigned char>(bytes[at + 1]);
  return static_cast<std::uint16_t>(high << 8U | low);
}

Result<std::string> encode_query(const Query& query) {
  const bool edns = query.edns == Edns::On;
  const std::string name = TRY(wire_name(query.question.name));
  std::string out;
  append_u16(out, query.id);
  append_u16(out, kRecursionDesired);
  const std::array<std::uint16_t, 4> counts{1, 0, 0, static_cast<std::uint16_t>(edns ? 1 : 0)};
  for (const std::uint16_t count : counts) append_u16(out, count);
  out += name;
  append_u16(out, static_cast<std::uint16_t>(query.question.type));
  append_u16(out, kClassInternet);
  if (!edns) return out;
  out += '\0';  // OPT belongs to the root
  append_u16(out, kTypeOpt);
  append_u16(out, kUdpSize);
  append_u32(out, 0);
  append_u16(out, 0);
  return out;
}

Result<Reply> decode_reply(std::string_view bytes, const Query& query) {
  if (bytes.size() < kHeaderSize) return broken("too short");
  const unsigned flags = read_u16(bytes, 2);
  if (read_u16(bytes, 0) != query.id) return broken("another message's id");
  if ((flags & kIsAnswer) == 0 || (flags & kOpcode) != 0) return broken("no answer to a question");
  const bool truncated = (flags & kTruncated) != 0;
  ldns_pkt* raw = nullptr;
  const ldns_status status =
      ldns_wire2pkt(&raw, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  const Packet packet(status == LDNS_STATUS_OK ? raw : nullptr);
  if (!packet && truncated) return Reply{.answer = {}, .truncated = true};
  if (!packet) return broken(ldns_get_errorstr_by_id(status));
  if (!repeats_question(packet.get(), query.question)) return broken("to another question");
  return Reply{.answer = {.code = code_of(packet.get()),
                          .authoritative = ldns_pkt_aa(packet.get()),
                          .records = read_section(ldns_pkt_answer(packet.get())),
                          .authority = read_section(ldns_pkt_authority(packet.get()))},
               .truncated = truncated};
}

}  // namespace cw::dns
