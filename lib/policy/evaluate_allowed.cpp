// What a request asks for against spec.allowed. Source: reference/policy.md 1.2, 1.3.
#include <algorithm>
#include <string>
#include <utility>

#include "lib/kube/field_error.h"
#include "lib/policy/evaluate_parts.h"
#include "lib/policy/wildcard.h"
#include "lib/policy/words.h"

namespace cw::policy {
namespace {

constexpr std::size_t kMaxShownRule = 200;
constexpr std::size_t kMaxShownPatterns = 8;
// Of one list; a request with thousands of bad names shall not fill a condition.
constexpr std::size_t kMaxFailuresOfList = 8;
constexpr std::uint64_t kBytesForOneCost = 64;  // of a pattern and its text
constexpr std::uint64_t kCostOfRule = 100;      // to begin with, so that many cheap ones end too

constexpr std::string_view kUnreadable =
    "a value of the subject is in an encoding that cannot be read as text; use UTF8String or PrintableString";
constexpr std::string_view kTooCostly = "the policy is too costly to evaluate";

class AllowedCheck {
 public:
  AllowedCheck(const RunnablePolicy& policy, const RequestFacts& facts, Budget& budget,
               std::vector<Failure>& failures)
      : policy_(policy), facts_(facts), budget_(budget), failures_(failures) {}

  void run() {
    for (const Unnameable& thing : facts_.view.unnameable) {
      if (!thing.field.empty()) continue;
      // The names cannot be told at all: nothing else that is said of them would be true.
      failures_.push_back({"", "", thing.detail, false, "make a new CSR"});
      return;
    }
    for (const Attribute a : {Attribute::CommonName, Attribute::DnsNames, Attribute::IpAddresses,
                              Attribute::Uris, Attribute::EmailAddresses}) {
      check(a);
    }
    check_is_ca();
    check_usages();
    check_unnameable();
    check_oids(policy_.other_names(), facts_.other_names, kOtherNamesPath, "otherNames");
    for (const Attribute a : {Attribute::Organizations, Attribute::Countries, Attribute::OrganizationalUnits,
                              Attribute::Localities, Attribute::Provinces, Attribute::StreetAddresses,
                              Attribute::PostalCodes, Attribute::SerialNumber}) {
      check(a);
    }
    check_oids(policy_.other_attributes(), facts_.other_attributes, kOtherAttributesPath, "literalSubject");
  }

 private:
  // Where a value is looked at: its path in the policy, and the field of a Certificate that asks for it.
  struct Place {
    std::string path;
    std::string_view asked_by;
  };

  void fail(std::string field, std::string shown, std::string detail, std::string hint) {
    failures_.push_back({std::move(field), std::move(shown), std::move(detail), false, std::move(hint)});
  }
  void fail_internally(std::string field, std::string shown, std::string detail) {
    failures_.push_back({std::move(field), std::move(shown), std::move(detail), true});
  }

  void check(Attribute attribute) {
    const AttributeRow& row = row_of(attribute);
    const RunnableAttribute& allowed = policy_.attribute(attribute);
    const AttributeValues& found = facts_.of(attribute);
    const Place place{std::string(row.path), row.asked_by};
    if (found.unreadable) fail(place.path, "", std::string(kUnreadable), "");
    if (!row.single) return check_list(allowed, found.values, place);
    if (found.unreadable) return;
    if (found.values.size() < 2) {
      return check_single(allowed, found.values.empty() ? std::string_view() : found.values.front(), place);
    }
    for (std::size_t i = 0; i < found.values.size() && failures_.size() < kMaxFailures; ++i) {
      check_single(allowed, found.values[i], {place.path + "[" + std::to_string(i) + "]", place.asked_by});
    }
  }

  // Empty is absent.
  void check_single(const RunnableAttribute& attribute, std::string_view value, const Place& place) {
    if (value.empty()) return check_absent(attribute.allowed, place);
    if (!attribute.allowed.is_open()) {
      return fail(place.path, shown_value(value), "the policy allows no value",
                  "remove spec." + std::string(place.asked_by));
    }
    if (!is_allowed(attribute.allowed, value, place)) {
      const std::string patterns = pattern_list(attribute.allowed);
      fail(place.path + ".value", shown_value(value), "must match " + patterns,
           "use a spec." + std::string(place.asked_by) + " that matches " + patterns);
    }
    std::vector<std::size_t> failed(attribute.rules.size());
    run_rules(attribute, value, place, failed);
  }

  void check_list(const RunnableAttribute& attribute, const std::vector<std::string_view>& values,
                  const Place& place) {
    if (values.empty()) return check_absent(attribute.allowed, place);
    if (!attribute.allowed.is_open()) {
      return fail_each(values, place.path, "the policy allows no values",
                       "remove spec." + std::string(place.asked_by));
    }
    std::vector<std::string_view> refused;
    for (const std::string_view value : values) {
      if (!is_allowed(attribute.allowed, value, place)) refused.push_back(value);
    }
    if (!refused.empty()) fail_patterns(attribute.allowed, refused, place);
    std::vector<std::size_t> failed(attribute.rules.size());
    for (const std::string_view value : values) run_rules(attribute, value, place, failed);
  }

  void fail_patterns(const AllowedAttribute& allowed, const std::vector<std::string_view>& refused,
                     const Place& place) {
    const std::string field = place.path + ".values";
    const std::string asked_by = "spec." + std::string(place.asked_by);
    if (allowed.patterns->empty()) {
      return fail_each(refused, field, "the policy allows no values", "remove " + asked_by);
    }
    const std::string patterns = pattern_list(allowed);
    fail_each(refused, field, "must match " + patterns,
              "remove it from " + asked_by + ", or use what matches " + patterns);
  }

  void check_absent(const AllowedAttribute& allowed, const Place& place) {
    if (!allowed.required) return;
    const bool has_patterns = allowed.patterns && !allowed.patterns->empty();
    fail(place.path + ".required", "", "must be requested",
         "give spec." + std::string(place.asked_by) +
             (has_patterns ? " a value that matches " + pattern_list(allowed) : " a value"));
  }

  void fail_each(const std::vector<std::string_view>& values, const std::string& field,
                 const std::string& detail, const std::string& hint) {
    for (std::size_t i = 0; i < values.size() && i < kMaxFailuresOfList; ++i) {
      const bool is_last = i + 1 == kMaxFailuresOfList && i + 1 < values.size();
      const std::string more =
          is_last ? "; the same for " + std::to_string(values.size() - i - 1) + " more values" : "";
      fail(field, shown_value(values[i]), detail + more, hint);
    }
  }

  // Patterns decide only where there are some.
  bool is_allowed(const AllowedAttribute& allowed, std::string_view value, const Place& place) {
    if (!allowed.patterns) return true;
    for (const std::string& pattern : *allowed.patterns) {
      if (!spend(1 + ((pattern.size() + value.size()) / kBytesForOneCost), place)) return false;
      if (matches_wildcard(pattern, value)) return true;
    }
    return false;
  }

  // Says once that the budget is used up; what follows fails.
  bool spend(std::uint64_t cost, const Place& place) {
    if (budget_.spend(cost)) return true;
    if (!is_too_costly_) fail_internally(place.path, "", std::string(kTooCostly));
    is_too_costly_ = true;
    return false;
  }

  static std::string pattern_list(const AllowedAttribute& allowed) {
    std::vector<std::string> shown;
    for (const std::string& pattern : *allowed.patterns) {
      shown.push_back(shown.size() < kMaxShownPatterns ? shortened(pattern, kMaxShownRule) : "");
    }
    return (shown.size() > 1 ? "one of " : "") + listed(shown, kMaxShownPatterns);
  }

  // `failed`: how often each rule has; one that has often enough says nothing new of further values.
  void run_rules(const RunnableAttribute& attribute, std::string_view value, const Place& place,
                 std::vector<std::size_t>& failed) {
    if (attribute.rules.empty()) return;
    const std::vector<cel::Value> bindings{cel::Value::of(value), facts_.request};
    for (std::size_t i = 0; i < attribute.rules.size(); ++i) {
      if (failed[i] == kMaxFailuresOfList) continue;
      const std::string field = place.path + ".validations[" + std::to_string(i) + "]";
      const std::size_t before = failures_.size();
      run_rule(attribute.rules[i], bindings, value, {field, place.asked_by});
      failed[i] += failures_.size() - before;
    }
  }

  void run_rule(const RunnableRule& rule, const std::vector<cel::Value>& bindings, std::string_view value,
                const Place& place) {
    if (!rule.program) {
      return fail_internally(place.path, shown_value(value), "the rule does not compile: " + rule.fault);
    }
    if (!spend(kCostOfRule, place)) return;
    std::uint64_t spent = 0;
    const cel::Limits limits{.cost = std::min(cel::Limits{}.cost, budget_.left), .spent = &spent};
    const Result<cel::Value> result = rule.program->evaluate(bindings, limits);
    budget_.spend(spent);
    if (!result) return fail_internally(place.path, shown_value(value), result.error().message);
    const bool* holds = result->as<bool>();
    if (holds != nullptr && *holds) return;
    fail(place.path, shown_value(value),
         rule.rule->message ? *rule.rule->message
                            : "failed rule: " + shortened(rule.rule->rule, kMaxShownRule),
         "use a spec." + std::string(place.asked_by) + " that keeps to the rule " +
             shortened(rule.rule->rule, kMaxShownRule));
  }

  void check_is_ca() {
    const auto& allowed = policy_.object().spec.allowed;
    if (!facts_.view.is_ca || (allowed && allowed->is_ca.value_or(false))) return;
    fail("spec.allowed.isCA", "true", "the policy does not allow CA certificates", "set spec.isCA to false");
  }

  void check_usages() {
    const auto& allowed = policy_.object().spec.allowed;
    std::vector<std::string> refused;
    for (const std::string& usage : facts_.view.usages) {
      const bool is_listed = allowed && std::any_of(allowed->usages.begin(), allowed->usages.end(),
                                                    [&](const std::string& pattern) {
                                                      return matches_wildcard(pattern, usage);
                                                    });
      if (!is_listed) refused.push_back(shown_value(usage));
    }
    if (refused.empty()) return;
    std::vector<std::string> usable = allowed ? allowed->usages.items() : std::vector<std::string>();
    fail("spec.allowed.usages", listed(refused, kMaxShownPatterns),
         usable.empty() ? "the policy allows no usages" : "allowed are " + listed(usable, kMaxShownPatterns),
         "remove " + listed(refused, kMaxShownPatterns) + " from spec.usages");
  }

  // Once a kind.
  void check_unnameable() {
    for (const Unnameable& thing : facts_.view.unnameable) {
      std::string field = thing.field.starts_with("spec.") ? thing.field : "spec.allowed." + thing.field;
      const bool is_known = std::any_of(failures_.begin(), failures_.end(),
                                        [&](const Failure& failure) { return failure.field == field; });
      if (!is_known)
        fail(std::move(field), "", thing.detail, "make a CSR without it: no policy can allow it");
    }
  }

  void check_oids(const std::vector<RunnableOid>& listed_oids, const std::vector<OidValues>& found,
                  std::string_view path, std::string_view asked_by) {
    const auto place_of = [&](std::string_view oid) {
      return Place{std::string(path) + "[" + std::string(oid) + "]", asked_by};
    };
    static const RunnableAttribute nothing;
    for (const OidValues& entry : found) {
      if (failures_.size() >= kMaxFailures) return;
      const Place place = place_of(entry.oid);
      if (entry.found.unreadable) fail(place.path, "", std::string(kUnreadable), "");
      if (entry.found.values.empty()) continue;
      const auto at = std::find_if(listed_oids.rbegin(), listed_oids.rend(),
                                   [&](const RunnableOid& one) { return one.oid == entry.oid; });
      check_list(at != listed_oids.rend() ? at->attribute : nothing, entry.found.values, place);
    }
    for (const RunnableOid& one : listed_oids) {
      const bool is_found = std::any_of(found.begin(), found.end(),
                                        [&](const OidValues& entry) { return entry.oid == one.oid; });
      if (!is_found) check_absent(one.attribute.allowed, place_of(one.oid));
    }
  }

  // Of one policy: more say nothing new.
  static constexpr std::size_t kMaxFailures = 256;

  const RunnablePolicy& policy_;
  const RequestFacts& facts_;
  Budget& budget_;
  std::vector<Failure>& failures_;
  bool is_too_costly_ = false;
};

}  // namespace

void evaluate_allowed(const RunnablePolicy& policy, const RequestFacts& facts, Budget& budget,
                      std::vector<Failure>& failures) {
  AllowedCheck(policy, facts, budget, failures).run();
}

}  // namespace cw::policy
