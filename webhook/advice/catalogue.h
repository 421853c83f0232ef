// Every advice rule there is, sorted by id: for --enforce, for docs/advice.md and for the test that each has
// its cases. Made once.
#pragma once

#include "webhook/advice/advice.h"

namespace cw::webhook {

const AdviceInfoList& advice_rules();

}  // namespace cw::webhook
