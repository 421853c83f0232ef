// resolve_with: addresses of a host by questions to nameservers of our own choice.
#include <algorithm>
#include <atomic>
#include <memory>

#include "controller/acme/http01_target.h"
#include "controller/acme/self_check.h"
#include "lib/base/ascii.h"

namespace cw::controller::acme {
namespace {

constexpr int kMaxAliases = 8;  // CNAMEs in a row

using Addresses = std::vector<std::string>;

const dns::Record* find_alias(const dns::DnsAnswer& answer, const std::string& name) {
  const auto found = std::find_if(answer.records.begin(), answer.records.end(), [&](const auto& record) {
    return record.type == dns::RecordType::Cname && record.name == name;
  });
  return found == answer.records.end() ? nullptr : &*found;
}

// A server that recurses sends the whole chain of aliases at once, others one of them at a time.
Result<Addresses> ask_for(dns::DnsLookup& lookup, const std::string& server, std::string name,
                          dns::RecordType type) {
  for (int i = 0; i <= kMaxAliases; ++i) {
    const dns::DnsAnswer answer = TRY(lookup.ask({.name = name, .type = type}, server));
    if (answer.code == dns::ResponseCode::NxDomain) return Addresses();
    if (answer.code != dns::ResponseCode::NoError) {
      return Error{Code::Unavailable, server + " answers " + to_string(answer.code) + " for " + name};
    }
    Addresses found;
    for (const dns::Record& record : answer.records) {
      if (record.type == type) found.push_back(record.value);
    }
    if (!found.empty()) return found;
    const dns::Record* alias = find_alias(answer, name);
    if (alias == nullptr) return found;
    while (alias != nullptr && i++ <= kMaxAliases) {
      name = lower_case(alias->value);
      alias = find_alias(answer, name);
    }
  }
  return Error{Code::Unavailable, "too many CNAMEs in a row, the last is " + name};
}

// Both families: a CA prefers IPv6, and falls back to IPv4 only if it cannot connect.
Result<Addresses> ask_both(dns::DnsLookup& lookup, const std::string& server, const std::string& name) {
  auto v6 = ask_for(lookup, server, name, dns::RecordType::Aaaa);
  auto v4 = ask_for(lookup, server, name, dns::RecordType::A);
  if (!v6 && !v4) return v4.error();
  Addresses all = v6 ? *std::move(v6) : Addresses();
  if (v4) all.insert(all.end(), v4->begin(), v4->end());
  if (!all.empty()) return all;
  return Error{Code::NotFound, name + " has neither an A nor an AAAA record at " + server};
}

}  // namespace

Resolve resolve_with(dns::DnsLookup& lookup, std::vector<std::string> nameservers) {
  const auto turn = std::make_shared<std::atomic<std::size_t>>(0);
  return [&lookup, turn, servers = std::move(nameservers)](const std::string& host) -> Result<Addresses> {
    if (is_ip_address(host)) return Addresses{host};
    const std::string name = lower_case(host) + (host.ends_with('.') ? "" : ".");
    const std::size_t first = turn->fetch_add(1);
    Error last;
    for (std::size_t i = 0; i < servers.size(); ++i) {
      auto found = ask_both(lookup, servers[(first + i) % servers.size()], name);
      if (found || found.error().code == Code::NotFound) return found;
      last = std::move(found).error();
    }
    return last;
  };
}

}  // namespace cw::controller::acme
