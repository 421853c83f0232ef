#include "lib/dns/zones.h"

#include <algorithm>
#include <optional>

#include "lib/dns/names.h"

namespace cw::dns {
namespace {

constexpr std::size_t kMaxCnames = 10;
constexpr std::size_t kMaxZoneServers = 16;  // the root has 13
constexpr std::size_t kMaxAddresses = 4;     // of one server

bool is_usable(const DnsAnswer& answer) {
  return answer.code == ResponseCode::NoError || answer.code == ResponseCode::NxDomain;
}

const Record* find_record(const std::vector<Record>& records, RecordType type, const std::string& name) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const Record& record) {
    return record.type == type && record.name == name;
  });
  return found == records.end() ? nullptr : &*found;
}

// The zone as this answer to an SOA question shows it. An answer without records comes with the SOA of the
// zone that the name is in (RFC 2308 §2), which saves the steps up to there.
std::optional<std::string> zone_shown(const DnsAnswer& answer, const std::string& name) {
  if (find_record(answer.records, RecordType::Soa, name) != nullptr) return name;
  if (!answer.records.empty()) return std::nullopt;
  for (const Record& record : answer.authority) {
    if (record.type == RecordType::Soa && record.name != "." && is_within(name, record.name))
      return record.name;
  }
  return std::nullopt;
}

void add_addresses(const Nameservers& nameservers, RecordType type, ZoneServer& server) {
  const auto answer = ask_first(nameservers, {.name = server.name, .type = type});
  if (!answer) return;
  for (const Record& record : answer->records) {
    if (record.type == type && server.addresses.size() < kMaxAddresses)
      server.addresses.push_back(record.value);
  }
}

}  // namespace

Result<DnsAnswer> ask_first(const Nameservers& nameservers, const Question& question) {
  Error last{Code::Unavailable, "there is no name server to ask"};
  for (const std::string& server : nameservers.servers) {
    auto answer = nameservers.lookup.ask(question, server);
    if (!answer) {
      last = std::move(answer).error();
      continue;
    }
    if (is_usable(*answer)) return answer;
    last = {Code::Unavailable,
            "name server " + server + " answers " + to_string(answer->code) + " for " + question.name};
  }
  return last;
}

Result<std::string> find_zone(const Nameservers& nameservers, const std::string& name) {
  for (std::string at = name; at != "."; at = parent_of(at)) {
    const DnsAnswer answer = TRY(ask_first(nameservers, {.name = at, .type = RecordType::Soa}));
    if (auto zone = zone_shown(answer, at)) return *std::move(zone);
  }
  return Error{Code::NotFound,
               "no zone found for " + name + ": neither it nor a name above it has an SOA record"};
}

Result<std::string> follow_cnames(const Nameservers& nameservers, const std::string& name) {
  std::vector<std::string> seen{name};
  for (;;) {
    const std::string& at = seen.back();
    const DnsAnswer answer = TRY(ask_first(nameservers, {.name = at, .type = RecordType::Cname}));
    const Record* cname = find_record(answer.records, RecordType::Cname, at);
    if (cname == nullptr) return at;
    if (std::find(seen.begin(), seen.end(), cname->value) != seen.end()) {
      return Error{Code::Invalid, "the CNAME records of " + name + " lead in a circle"};
    }
    if (seen.size() > kMaxCnames) {
      return Error{Code::Invalid,
                   "more than " + std::to_string(kMaxCnames) + " CNAME records in a row from " + name};
    }
    seen.push_back(cname->value);
  }
}

Result<std::vector<ZoneServer>> authoritative_servers(const Nameservers& nameservers,
                                                      const std::string& zone) {
  const DnsAnswer answer = TRY(ask_first(nameservers, {.name = zone, .type = RecordType::Ns}));
  std::vector<ZoneServer> servers;
  for (const Record& record : answer.records) {
    if (record.type != RecordType::Ns || servers.size() == kMaxZoneServers) continue;
    ZoneServer& server = servers.emplace_back(ZoneServer{.name = record.value, .addresses = {}});
    add_addresses(nameservers, RecordType::A, server);
    add_addresses(nameservers, RecordType::Aaaa, server);
  }
  if (servers.empty()) return Error{Code::NotFound, "no name servers found for the zone " + zone};
  return servers;
}

}  // namespace cw::dns
