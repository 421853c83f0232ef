// ScriptedLookup: a DnsLookup whose answers a test writes down: a zone of all names, and what single servers
// say instead. Counts the questions. Thread-safe once the script is written.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "lib/dns/lookup.h"

namespace cw::test {

using dns::DnsAnswer;
using dns::RecordType;
using dns::ResponseCode;

class ScriptedLookup final : public dns::DnsLookup {
 public:
  // What every server says. Names without records are NXDOMAIN, with the SOA of their zone.
  void add(const std::string& name, RecordType type, const std::string& value, int ttl = 60) {
    records_.push_back({.name = name, .type = type, .ttl = std::chrono::seconds(ttl), .value = value});
  }
  void add_zone(const std::string& zone, int negative_ttl = 5) {
    add(zone, RecordType::Soa, "ns1." + zone, negative_ttl);
  }
  // What that server says to any question of that type.
  void answer(const std::string& server, RecordType type, Result<DnsAnswer> answer) {
    special_.insert_or_assign({server, type}, std::move(answer));
  }
  // Negative answers come without an SOA, as some servers send them.
  void leave_out_authority() { with_authority_ = false; }

  Result<DnsAnswer> ask(const dns::Question& question, const std::string& server) override {
    const std::scoped_lock lock(mutex_);
    asked_.emplace_back(question, server);
    const auto found = special_.find({server, question.type});
    if (found != special_.end()) return found->second;
    return compose(question);
  }

  std::size_t count(RecordType type) const {
    std::size_t n = 0;
    for (const auto& [question, server] : asked_) n += question.type == type ? 1 : 0;
    return n;
  }
  bool was_asked(const std::string& server) const {
    for (const auto& [question, to] : asked_) {
      if (to == server) return true;
    }
    return false;
  }

 private:
  // As a server that recurses: the chain of CNAMEs, then the records of the type.
  DnsAnswer compose(const dns::Question& question) const {
    DnsAnswer answer;
    std::string at = question.name;
    bool exists = false;
    for (std::size_t steps = 0; steps < 20; ++steps) {
      std::string next;
      for (const dns::Record& record : records_) {
        if (record.name != at) continue;
        exists = true;
        if (record.type == question.type) answer.records.push_back(record);
        if (record.type == RecordType::Cname && question.type != RecordType::Cname) {
          answer.records.push_back(record);
          next = record.value;
        }
      }
      if (next.empty()) break;
      at = next;
    }
    answer.code = exists ? ResponseCode::NoError : ResponseCode::NxDomain;
    if (answer.records.empty() && with_authority_) add_soa(question.name, answer);
    return answer;
  }
  void add_soa(const std::string& name, DnsAnswer& answer) const {
    const dns::Record* best = nullptr;
    for (const dns::Record& record : records_) {
      if (record.type != RecordType::Soa || !name.ends_with("." + record.name)) continue;
      if (best == nullptr || record.name.size() > best->name.size()) best = &record;
    }
    if (best != nullptr) answer.authority.push_back(*best);
  }

  std::vector<dns::Record> records_;
  bool with_authority_ = true;
  std::map<std::pair<std::string, RecordType>, Result<DnsAnswer>> special_;
  std::mutex mutex_;
  std::vector<std::pair<dns::Question, std::string>> asked_;
};

inline DnsAnswer code_only(ResponseCode code) { return {.code = code, .records = {}, .authority = {}}; }
inline Error no_answer() { return {Code::Unavailable, "no answer in time"}; }

}  // namespace cw::test
