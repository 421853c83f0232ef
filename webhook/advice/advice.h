// What advice is made of: rows of rule tables, what they may ask, and what they find. Advice says that
// something will probably not do what its author wants; it refuses nothing unless the operator says so
// (enforcement.h). Ids are stable: kubectl shows them, --enforce names them, docs/advice.md lists them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/clock.h"
#include "webhook/advice/facts.h"

namespace cw::webhook {

struct Advice {
  std::string_view rule;
  std::string path;    // "spec.dnsNames[2]"
  std::string value;   // what is wrong there; empty where the path says it all
  std::string detail;  // what is wrong and what to do, for people
};

// Takes what the rules of one object find. Makes nothing as long as nothing is found.
class AdviceSink {
 public:
  void begin(std::string_view rule) { rule_ = rule; }
  void add(std::string path, std::string_view value, std::string detail) {
    found_.push_back({rule_, std::move(path), std::string(value), std::move(detail)});
  }
  const std::vector<Advice>& found() const { return found_; }

 private:
  std::string_view rule_;
  std::vector<Advice> found_;
};

// The issuer that an object refers to is looked up once.
struct AdviceContext {
  const Facts& facts;
  TimePoint now;
  std::string_view name_space;      // of the object; empty for a ClusterIssuer
  kube::ObjectKey issuer_key = {};  // of the issuerRef; name_space is empty for a ClusterIssuer
  IssuerFact issuer = {};           // Unknown also for issuers of foreign groups
};

template <typename T>
struct AdviceRule {
  std::string_view id;
  std::string_view source;
  void (*check)(const T&, const AdviceContext&, AdviceSink&);
};

template <typename T>
void run_advice(std::span<const AdviceRule<T>> table, const T& object, const AdviceContext& context,
                AdviceSink& sink) {
  for (const AdviceRule<T>& rule : table) {
    sink.begin(rule.id);
    rule.check(object, context, sink);
  }
}

struct AdviceInfo {
  std::string_view id;
  std::string_view source;
};
using AdviceInfoList = std::vector<AdviceInfo>;

template <typename T>
void list_advice(AdviceInfoList& into, std::span<const AdviceRule<T>> table) {
  for (const AdviceRule<T>& rule : table) into.push_back({rule.id, rule.source});
}

}  // namespace cw::webhook
