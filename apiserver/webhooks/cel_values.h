// JSON as CEL sees what has no schema. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "lib/cel/value.h"

namespace cw::apiserver::webhooks {

// Objects become maps with keys of text, whole numbers int, others double.
cel::Value cel_value(const nlohmann::json&);

}  // namespace cw::apiserver::webhooks
