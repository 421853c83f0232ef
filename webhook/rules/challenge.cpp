#include "webhook/rules/challenge.h"

namespace cw::webhook {
namespace {

constexpr FrozenField<api::Challenge> kFrozen[] = {
    {"challenge.spec.frozen", "CHL-01; acme/validation/challenge.go", "spec",
     [](const api::Challenge& before, const api::Challenge& after) { return before.spec != after.spec; }},
};

}  // namespace

Findings validate_create(const api::Challenge&, const RuleOptions&) { return {}; }

Findings validate_update(const api::Challenge& before, const api::Challenge& after, const RuleOptions&) {
  return {run_frozen<api::Challenge>(kFrozen, before, after, kube::FieldPath()), {}};
}

void list_challenge_rules(RuleList& into) { list_rows(into, kFrozen); }

}  // namespace cw::webhook
