// DnsLookup: one DNS question to one server. Names are absolute, lower case, with a trailing dot. Source:
// RFC 1035, 6891 (EDNS0), 8484 (DoH). Implementations are thread-safe. Errors: Unavailable (no answer in
// time, a broken one), Invalid (a name or server that cannot be). NXDOMAIN and other codes are in the answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/result.h"

namespace cw::dns {

enum class RecordType : std::uint16_t { A = 1, Ns = 2, Cname = 5, Soa = 6, Txt = 16, Aaaa = 28 };

struct Record {
  std::string name;
  RecordType type = RecordType::A;
  std::chrono::seconds ttl{0};
  // A, AAAA: the address in numbers. NS, CNAME: the name. TXT: its strings joined. SOA: the primary's name.
  std::string value;
  bool operator==(const Record&) const = default;
};

enum class ResponseCode : std::uint8_t {
  NoError = 0,
  FormErr = 1,
  ServFail = 2,
  NxDomain = 3,
  NotImp = 4,
  Refused = 5
};
std::string to_string(ResponseCode);

struct DnsAnswer {
  ResponseCode code = ResponseCode::NoError;
  bool authoritative = false;
  std::vector<Record> records;    // the answer section, of the types above
  std::vector<Record> authority;  // the authority section, likewise
};

struct Question {
  std::string name;
  RecordType type = RecordType::A;
  bool operator==(const Question&) const = default;
};

class DnsLookup {
 public:
  DnsLookup() = default;
  DnsLookup(const DnsLookup&) = delete;
  DnsLookup& operator=(const DnsLookup&) = delete;
  virtual ~DnsLookup() = default;
  // `server`: "192.0.2.1:53", "[2001:db8::1]:53", "ns1.example.com:53" or an https URL (DoH).
  virtual Result<DnsAnswer> ask(const Question&, const std::string& server) = 0;
};

}  // namespace cw::dns
