// What the rules of a policy speak of: `self`, the one value; `cr`, who asks for what; isServiceAccount and
// serviceAccount with getName and getNamespace. Thread-safe.
// Source: reference/policy.md 1.4; approver-policy pkg/internal/approver/validation.
#pragma once

#include <vector>

#include "lib/cel/environment.h"
#include "lib/cel/value.h"
#include "lib/policy/request_view.h"

namespace cw::policy {

const cel::Environment& rule_environment();  // lives as long as the process

// The value of `cr`.
cel::Value request_value(const RequestView&);

}  // namespace cw::policy
