// Enforcement: which advice the operator wants refused instead of warned of (--enforce). Data and its parser.
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace cw::webhook {

inline constexpr std::string_view kEnforceAll = "all";

struct Enforcement {
  std::vector<std::string_view> rules = {};  // ids of advice_rules(), sorted; they live for ever

  bool empty() const { return rules.empty(); }
  bool covers(std::string_view rule) const;
  bool operator==(const Enforcement&) const = default;
};

// Each item is a rule id, "all", or several with commas between. Invalid: an id that there is not, with those
// that come near.
Result<Enforcement> parse_enforcement(const std::vector<std::string>& items);

}  // namespace cw::webhook
