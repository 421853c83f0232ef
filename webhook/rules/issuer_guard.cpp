#include <utility>

#include "lib/policy/guard.h"
#include "webhook/rules/issuer_parts.h"

namespace cw::webhook {
namespace {

constexpr std::string_view kSource = "ours: reference/policy.md 3.4, docs/policy.md";

// What lib/policy stamps.
constexpr RuleInfo kRules[] = {
    {"guard.allowed-namespaces", kSource}, {"guard.allowed-namespace-selector", kSource},
    {"guard.allowed-dns", kSource},        {"guard.allowed-san-kinds", kSource},
    {"guard.max-sans", kSource},           {"guard.unknown-annotation", kSource},
};

}  // namespace

kube::FieldErrors check_guard(const kube::ObjectMeta* before, const kube::ObjectMeta& after) {
  kube::FieldErrors found = policy::validate_guard(after.annotations);
  if (found.empty() || before == nullptr) return found;
  return without_known(std::move(found), policy::validate_guard(before->annotations));
}

void list_guard_rules(RuleList& into) { list_rows(into, kRules); }

}  // namespace cw::webhook
