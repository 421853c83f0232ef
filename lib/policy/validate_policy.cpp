// What the webhook refuses of a CertificateRequestPolicy. Source: reference/policy.md 1.7.
#include <algorithm>
#include <charconv>
#include <utility>

#include "lib/kube/names.h"
#include "lib/policy/compiled_policy.h"
#include "lib/policy/runnable_policy.h"

namespace cw::policy {
namespace {

using kube::FieldError;
using kube::FieldErrors;
using kube::FieldPath;

constexpr std::int64_t kMaxKeySize = 8192;
constexpr std::string_view kEd25519 = "Ed25519";

constexpr std::string_view kWebhook = "approver-policy pkg/internal/webhook/validator.go";
constexpr std::string_view kAllowed = "approver-policy pkg/internal/approver/allowed/validation.go";
constexpr std::string_view kConstraints = "approver-policy pkg/internal/approver/constraints/validation.go";

void add(FieldErrors& errors, FieldError error, std::string_view rule) {
  error.rule = rule;
  errors.push_back(std::move(error));
}

void check_selector(const api::PolicySelector& selector, FieldErrors& errors) {
  const FieldPath at("spec.selector");
  if (!selector.issuer_ref && !selector.name_space) {
    add(errors,
        kube::required(at, "say which issuers or namespaces it is for: issuerRef or namespace; {} is all"),
        "policy.selector.required");
  }
  if (!selector.name_space) return;
  for (const auto& [key, value] : selector.name_space->match_labels) {
    kube::Problems problems = kube::qualified_name_problems(key);
    for (std::string& problem : kube::label_value_problems(value)) problems.push_back(std::move(problem));
    if (problems.empty()) continue;
    add(errors,
        kube::invalid(at.child("namespace").child("matchLabels"), kube::quoted(key + "=" + value),
                      problems.front()),
        "policy.selector.match-labels");
  }
}

void check_required(const AllowedAttribute& allowed, const FieldPath& at, FieldErrors& errors) {
  if (!allowed.required || allowed.is_open()) return;
  const std::string_view member = allowed.single ? "value" : "values";
  add(errors,
      kube::required(at.child(member), "what is required must also be allowed: give " + std::string(member) +
                                           " or validations"),
      "policy.allowed.required");
}

// Decimal arcs, each without leading zeros and below 2^63: the only form in which a request's OID is
// written, so that any other would never match.
bool is_canonical_oid(std::string_view oid) {
  while (true) {
    const std::size_t dot = oid.find('.');
    const std::string_view arc = oid.substr(0, dot);
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(arc.data(), arc.data() + arc.size(), number);
    if (arc.empty() || failed != std::errc{} || end != arc.data() + arc.size() || arc.front() == '-' ||
        (arc.front() == '0' && arc.size() > 1)) {
      return false;
    }
    if (dot == std::string_view::npos) return true;
    oid.remove_prefix(dot + 1);
  }
}

void check_oids(const kube::List<api::AllowedOid>& list, const FieldPath& at, bool in_subject,
                FieldErrors& errors) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const FieldPath entry = at.index(i);
    const std::string& oid = list[i].oid;
    if (!is_canonical_oid(oid)) {
      add(errors,
          kube::invalid(
              entry.child("oid"), kube::quoted(oid),
              "must be an object identifier in dotted decimal form, such as 1.3.6.1.4.1.311.20.2.3"),
          "policy.oid.form");
    } else if (const AttributeRow* row = in_subject ? row_of_oid(oid) : nullptr; row != nullptr) {
      add(errors,
          kube::invalid(entry.child("oid"), kube::quoted(oid),
                        "has a field of its own: use " + std::string(row->path)),
          "policy.oid.named");
    }
    check_required(allowed_of(list[i]), entry, errors);
  }
}

void check_allowed(const std::optional<api::PolicyAllowed>& allowed, FieldErrors& errors) {
  if (!allowed) return;
  for (const AttributeRow& row : attribute_rows()) {
    check_required(allowed_of(allowed, row.attribute), FieldPath(row.path), errors);
  }
  check_oids(allowed->other_names, FieldPath(kOtherNamesPath), false, errors);
  if (allowed->subject) {
    check_oids(allowed->subject->other_attributes, FieldPath(kOtherAttributesPath), true, errors);
  }
}

void check_key_size(const std::optional<std::int64_t>& size, const FieldPath& at, bool of_ed25519,
                    FieldErrors& errors) {
  if (!size) return;
  if (of_ed25519) {
    add(errors, kube::invalid(at, std::to_string(*size), "Ed25519 keys have one size only; leave it out"),
        "policy.key.ed25519-size");
  }
  if (*size < 0 || *size > kMaxKeySize) {
    add(errors, kube::invalid(at, std::to_string(*size), "must be between 0 and 8192"),
        "policy.key.size-range");
  }
}

void check_key(const api::ConstrainedPrivateKey& key, const FieldPath& at, FieldErrors& errors) {
  static const std::vector<std::string> kAlgorithms{"RSA", "ECDSA", "Ed25519"};
  if (key.algorithm &&
      std::find(kAlgorithms.begin(), kAlgorithms.end(), *key.algorithm) == kAlgorithms.end()) {
    add(errors, kube::not_supported(at.child("algorithm"), kube::quoted(*key.algorithm), kAlgorithms),
        "policy.key.algorithm");
  }
  const bool of_ed25519 = key.algorithm && *key.algorithm == kEd25519;
  check_key_size(key.max_size, at.child("maxSize"), of_ed25519, errors);
  check_key_size(key.min_size, at.child("minSize"), of_ed25519, errors);
  if (key.max_size && key.min_size && *key.max_size < *key.min_size) {
    add(errors,
        kube::invalid(at.child("maxSize"), std::to_string(*key.max_size), "must not be below minSize"),
        "policy.key.size-order");
  }
}

void check_not_negative(const std::optional<Duration>& duration, const FieldPath& at, FieldErrors& errors) {
  if (!duration || *duration >= Duration::zero()) return;
  add(errors, kube::invalid(at, kube::quoted(format_duration(*duration)), "must not be negative"),
      "policy.duration.negative");
}

void check_constraints(const std::optional<api::PolicyConstraints>& constraints, FieldErrors& errors) {
  if (!constraints) return;
  const FieldPath at("spec.constraints");
  if (constraints->private_key) check_key(*constraints->private_key, at.child("privateKey"), errors);
  const std::optional<Duration>& longest = constraints->max_duration;
  const std::optional<Duration>& shortest = constraints->min_duration;
  if (longest && shortest && *longest < *shortest) {
    add(errors,
        kube::invalid(at.child("maxDuration"), kube::quoted(format_duration(*longest)),
                      "must not be below minDuration"),
        "policy.duration.order");
  }
  check_not_negative(longest, at.child("maxDuration"), errors);
  check_not_negative(shortest, at.child("minDuration"), errors);
}

}  // namespace

kube::FieldErrors validate(const api::CertificateRequestPolicy& policy) {
  // Plugins and rules: what also keeps a policy from being ready.
  FieldErrors errors = CompiledPolicy::compile(policy)->problems();
  check_selector(policy.spec.selector, errors);
  check_allowed(policy.spec.allowed, errors);
  check_constraints(policy.spec.constraints, errors);
  return errors;
}

const std::vector<PolicyRuleInfo>& policy_rules() {
  static const std::vector<PolicyRuleInfo> rules{{"policy.plugin.unknown", kWebhook},
                                                 {"policy.selector.required", kWebhook},
                                                 {"policy.selector.match-labels", kWebhook},
                                                 {"policy.allowed.required", kAllowed},
                                                 {"policy.cel.compile", kAllowed},
                                                 {"policy.oid.form", kAllowed},
                                                 {"policy.oid.named", kAllowed},
                                                 {"policy.key.algorithm", kConstraints},
                                                 {"policy.key.size-range", kConstraints},
                                                 {"policy.key.size-order", kConstraints},
                                                 {"policy.key.ed25519-size", kConstraints},
                                                 {"policy.duration.negative", kConstraints},
                                                 {"policy.duration.order", kConstraints}};
  return rules;
}

}  // namespace cw::policy
