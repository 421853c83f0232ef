#include "lib/dns/propagation.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <system_error>
#include <thread>

#include "lib/dns/cached_lookup.h"
#include "lib/dns/zones.h"

namespace cw::dns {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMaxThreads = 8;
constexpr std::size_t kMaxTold = 4;  // servers in a reason
constexpr int kMaxCnames = 10;

// One that has to have the value: the first of its addresses that answers speaks for it.
struct Witness {
  std::string title;
  std::vector<std::string> servers;
};
struct Sight {
  bool visible = false;
  std::string problem = {};
  std::optional<seconds> ttl = {};
};

// To the end of the chain of CNAMEs in one answer.
std::string chain_end(const std::vector<Record>& records, std::string name) {
  for (int i = 0; i < kMaxCnames; ++i) {
    const auto cname = std::find_if(records.begin(), records.end(), [&](const Record& record) {
      return record.type == RecordType::Cname && record.name == name;
    });
    if (cname == records.end()) break;
    name = cname->value;
  }
  return name;
}

Sight judge(const DnsAnswer& answer, const std::string& name, const std::string& value) {
  if (answer.code != ResponseCode::NoError && answer.code != ResponseCode::NxDomain) {
    return {.problem = "answers " + to_string(answer.code)};
  }
  const std::string end = chain_end(answer.records, name);
  bool has_others = false;
  for (const Record& record : answer.records) {
    if (record.type != RecordType::Txt || record.name != end) continue;
    if (record.value == value) return {.visible = true};
    has_others = true;
  }
  return {.problem = has_others ? "has other values only" : "has no TXT record of that name",
          .ttl = lifetime_of(answer)};
}

Sight look(DnsLookup& lookup, const Witness& witness, const std::string& name, const std::string& value) {
  Sight last;
  for (const std::string& server : witness.servers) {
    const auto answer = lookup.ask({.name = name, .type = RecordType::Txt}, server);
    if (answer) return judge(*answer, name, value);
    last.problem = "cannot be asked: " + answer.error().message;
  }
  return last;
}

// Calls work(0) to work(count - 1), each once, some of them at the same time. Where no thread is to be had,
// this one does it all.
void for_each_in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  const auto take = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> threads;
  try {
    while (threads.size() + 1 < std::min(count, kMaxThreads)) threads.emplace_back(take);
  } catch (const std::system_error&) {  // NOLINT(bugprone-empty-catch)
  }
  take();
}

Propagation sum_up(const std::vector<Witness>& witnesses, const std::vector<Sight>& sights,
                   const std::string& name) {
  Propagation all{.visible = true, .reason = name + ": "};
  std::size_t told = 0;
  for (std::size_t i = 0; i < sights.size(); ++i) {
    if (sights[i].visible) continue;
    all.visible = false;
    if (sights[i].ttl) all.ttl = all.ttl ? std::max(all.ttl, sights[i].ttl) : sights[i].ttl;
    if (told++ >= kMaxTold) continue;
    all.reason += (told > 1 ? "; " : "") + witnesses[i].title + " " + sights[i].problem;
  }
  if (told > kMaxTold) all.reason += "; and " + std::to_string(told - kMaxTold) + " more";
  if (all.visible) all.reason.clear();
  return all;
}

Propagation ask_all(DnsLookup& lookup, const std::vector<Witness>& witnesses, const std::string& name,
                    const std::string& value) {
  std::vector<Sight> sights(witnesses.size());
  for_each_in_parallel(witnesses.size(),
                       [&](std::size_t i) { sights[i] = look(lookup, witnesses[i], name, value); });
  return sum_up(witnesses, sights, name);
}

std::vector<Witness> caches(const std::vector<std::string>& servers) {
  std::vector<Witness> witnesses;
  for (const std::string& server : servers) witnesses.push_back({.title = server, .servers = {server}});
  return witnesses;
}

Witness authority(const ZoneServer& server, int port) {
  Witness witness{.title = server.name, .servers = {}};
  for (const std::string& address : server.addresses) {
    witness.servers.push_back(to_string(ServerAddress{.host = address, .port = port}));
  }
  // The system may know a name that the given servers do not (/etc/hosts).
  if (witness.servers.empty())
    witness.servers.push_back(to_string(ServerAddress{.host = server.name, .port = port}));
  return witness;
}

}  // namespace

Result<Propagation> check_propagation(DnsLookup& lookup, const std::string& name, const std::string& value,
                                      const PropagationSettings& settings) {
  if (!settings.nameservers.empty()) return ask_all(lookup, caches(settings.nameservers), name, value);
  if (settings.recursive_only) return ask_all(lookup, caches(settings.recursive_nameservers), name, value);
  const Nameservers recursive{.lookup = lookup, .servers = settings.recursive_nameservers};
  const std::string end = TRY(follow_cnames(recursive, name));
  const std::string zone = TRY(find_zone(recursive, end));
  std::vector<Witness> witnesses;
  for (const ZoneServer& server : TRY(authoritative_servers(recursive, zone))) {
    witnesses.push_back(authority(server, settings.authoritative_port));
  }
  Propagation seen = ask_all(lookup, witnesses, end, value);
  seen.ttl = std::nullopt;
  return seen;
}

}  // namespace cw::dns
