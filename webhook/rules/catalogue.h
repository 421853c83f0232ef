// Every validation rule there is, in one list: for the test that each has its cases, and for `check`.
#pragma once

#include "webhook/rules/rule.h"

namespace cw::webhook {

RuleList validation_rules();

}  // namespace cw::webhook
