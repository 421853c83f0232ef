// The rules that are code and no table row: of the admission plugins and of decoding. For the test that each
// has its cases. Ids are what Verdict.errors[].rule says.
#pragma once

#include "webhook/rules/rule.h"

namespace cw::webhook {

RuleList plugin_rules();

}  // namespace cw::webhook
