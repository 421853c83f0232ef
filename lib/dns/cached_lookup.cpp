#include "lib/dns/cached_lookup.h"

#include <algorithm>

namespace cw::dns {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMaxKept = 4096;
constexpr seconds kMaxLifetime{3600};
constexpr seconds kMaxNegativeLifetime{60};  // a zone that was just made should be found

bool is_kept(RecordType type) {
  return type == RecordType::Soa || type == RecordType::Ns || type == RecordType::A ||
         type == RecordType::Aaaa;
}

seconds shortest(const std::vector<Record>& records) {
  const auto least = std::min_element(records.begin(), records.end(),
                                      [](const Record& a, const Record& b) { return a.ttl < b.ttl; });
  return least == records.end() ? seconds(0) : least->ttl;
}

}  // namespace

seconds lifetime_of(const DnsAnswer& answer) {
  if (answer.code != ResponseCode::NoError && answer.code != ResponseCode::NxDomain) return seconds(0);
  if (!answer.records.empty()) return std::min(shortest(answer.records), kMaxLifetime);
  std::vector<Record> soa;
  std::copy_if(answer.authority.begin(), answer.authority.end(), std::back_inserter(soa),
               [](const Record& record) { return record.type == RecordType::Soa; });
  return shortest(soa);
}

Result<DnsAnswer> CachedLookup::ask(const Question& question, const std::string& server) {
  if (!is_kept(question.type)) return inner_.ask(question, server);
  const Key key{question.type, question.name, server};
  {
    const std::scoped_lock lock(mutex_);
    const auto found = kept_.find(key);
    if (found != kept_.end() && clock_.now() < found->second.until) return found->second.answer;
  }
  DnsAnswer answer = TRY(inner_.ask(question, server));
  keep(key, answer);
  return answer;
}

void CachedLookup::keep(const Key& key, const DnsAnswer& answer) {
  seconds lifetime = lifetime_of(answer);
  if (answer.records.empty()) lifetime = std::min(lifetime, kMaxNegativeLifetime);
  if (lifetime <= seconds(0)) return;
  const TimePoint now = clock_.now();
  const std::scoped_lock lock(mutex_);
  if (kept_.size() >= kMaxKept)
    std::erase_if(kept_, [&](const auto& each) { return each.second.until <= now; });
  if (kept_.size() >= kMaxKept) kept_.clear();
  kept_[key] = {.answer = answer, .until = now + lifetime};
}

}  // namespace cw::dns
