// Findings of `certwright check` as text. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/kube/field_error.h"

namespace cw::cli {

struct Finding {
  std::string field;  // empty: the object as a whole
  std::string message;
  std::string_view rule;
};

Finding finding_of(const kube::FieldError&);

// The findings in a webhook's refusal, "[spec.a: Required value, spec.b: Invalid value: …]". One without a
// field where it names none.
std::vector<Finding> split_refusal(std::string_view message, std::string_view rule);

// Without control characters: what comes from a manifest must not drive the reader's terminal.
std::string printable(std::string_view);

}  // namespace cw::cli
