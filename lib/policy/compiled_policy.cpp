#include "lib/policy/compiled_policy.h"

#include <utility>

#include "lib/api/names.h"
#include "lib/kube/names.h"
#include "lib/policy/cel_environment.h"
#include "lib/policy/runnable_policy.h"

namespace cw::policy {
namespace {

kube::FieldError stamped(kube::FieldError error, std::string_view rule) {
  error.rule = rule;
  return error;
}

// Compiles the rules of an attribute; `at` is its path. Faults become problems.
std::vector<RunnableRule> compile_rules(const AllowedAttribute& allowed, const kube::FieldPath& at,
                                        kube::FieldErrors& problems) {
  std::vector<RunnableRule> rules;
  rules.reserve(allowed.rules.size());
  for (std::size_t i = 0; i < allowed.rules.size(); ++i) {
    rules.push_back(runnable_rule(allowed.rules[i]));
    const RunnableRule& rule = rules.back();
    if (rule.program) continue;
    const kube::FieldPath place = at.child("validations").index(i);
    problems.push_back(
        stamped(kube::invalid(place, kube::quoted(rule.rule->rule), rule.fault), "policy.cel.compile"));
  }
  return rules;
}

std::vector<RunnableOid> compile_oids(const kube::List<api::AllowedOid>& list, const kube::FieldPath& at,
                                      kube::FieldErrors& problems) {
  std::vector<RunnableOid> out;
  out.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const AllowedAttribute allowed = allowed_of(list[i]);
    out.push_back({list[i].oid, {allowed, compile_rules(allowed, at.index(i), problems)}});
  }
  return out;
}

bool are_readable(const kube::Map& labels) {
  for (const auto& [key, value] : labels) {
    if (!kube::qualified_name_problems(key).empty() || !kube::label_value_problems(value).empty()) {
      return false;
    }
  }
  return true;
}

}  // namespace

RunnableRule runnable_rule(const api::ValidationRule& rule) {
  RunnableRule out{.rule = &rule};
  auto compiled = cel::Program::compile(rule.rule, rule_environment(), cel::Type{cel::Kind::Bool});
  if (compiled) {
    out.program = std::move(compiled).value();
  } else {
    out.fault = compiled.error().text();
  }
  return out;
}

RunnablePolicy::RunnablePolicy(api::CertificateRequestPolicy object) : CompiledPolicy(std::move(object)) {
  const api::CertificateRequestPolicySpec& spec = object_.spec;
  // No plugin is built in, so each name is unknown.
  for (const auto& [name, plugin] : spec.plugins) {
    problems_.push_back(stamped(kube::not_supported(kube::FieldPath("spec.plugins"), kube::quoted(name), {}),
                                "policy.plugin.unknown"));
    problems_.back().detail = "no plugin of that name is built in; remove it";
  }
  for (const AttributeRow& row : attribute_rows()) {
    RunnableAttribute& attribute = attributes_[static_cast<std::size_t>(row.attribute)];
    attribute.allowed = allowed_of(spec.allowed, row.attribute);
    attribute.rules = compile_rules(attribute.allowed, kube::FieldPath(row.path), problems_);
  }
  if (spec.allowed) {
    other_names_ = compile_oids(spec.allowed->other_names, kube::FieldPath(kOtherNamesPath), problems_);
    if (spec.allowed->subject) {
      other_attributes_ = compile_oids(spec.allowed->subject->other_attributes,
                                       kube::FieldPath(kOtherAttributesPath), problems_);
    }
  }
  if (spec.selector.name_space) labels_are_readable_ = are_readable(spec.selector.name_space->match_labels);
}

std::shared_ptr<const CompiledPolicy> CompiledPolicy::compile(api::CertificateRequestPolicy object) {
  return std::make_shared<const RunnablePolicy>(std::move(object));
}

Readiness CompiledPolicy::readiness() const {
  const kube::Condition* ready = kube::find_condition(object_.status.conditions, api::kReady);
  if (runnable(*this).has_unknown_plugin()) return Readiness::NotReady;
  if (ready == nullptr) return Readiness::NoCondition;
  // Its rules do not compile: it is asked, as in the field, and always fails.
  if (!problems_.empty()) return Readiness::Ready;
  return ready->status == kube::kConditionTrue ? Readiness::Ready : Readiness::NotReady;
}

PolicyMode CompiledPolicy::mode() const {
  const std::string* mode = object_.metadata.annotations.find(api::kPolicyModeAnnotation);
  if (mode != nullptr && *mode == "warn") return PolicyMode::Warn;
  if (mode != nullptr && *mode == "audit") return PolicyMode::Audit;
  return PolicyMode::Enforce;
}

}  // namespace cw::policy
