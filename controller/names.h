// --controllers: which of the field's controllers are on (reference/controllers.md 0.1). Several of them are
// one reconciler here; each name switches its part.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "lib/base/result.h"

namespace cw::controller {

// Expands "*", "-name" and plain names; order does not matter, a "-name" always wins. Invalid names the entry
// that is unknown.
Result<std::set<std::string>> enabled_controllers(const std::vector<std::string>& wanted);

}  // namespace cw::controller
