// Lint: what RFC 5280 demands of every certificate and what a verifier trips over if it is missing. Looked at
// before a CA's key signs anything (signer.h, Inspect). Only rules that no certificate breaks which works
// somewhere today: the field signs common names of any length, leaves with the key usage cert sign and
// certificates without any name, so these pass. That no extension comes twice and that every name can be read
// is seen to by the parser. Pure; thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/pki/certificate.h"

namespace cw::pki {

struct LintRule {
  std::string_view name;
  std::string_view section;  // of RFC 5280
  // What is wrong; nullopt: nothing.
  std::optional<std::string> (*problem)(const Certificate&);
};
std::span<const LintRule> lint_rules();

// Invalid: the first rule that is broken, by name and section, and how.
Status lint(const Certificate&);

}  // namespace cw::pki
