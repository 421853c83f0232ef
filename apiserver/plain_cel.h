// What stands between JSON and CEL where no schema says more: rules of definitions and conditions of
// webhooks. Pure.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/cel/value.h"

namespace cw::apiserver {

// JSON as CEL sees it: objects become maps with keys of text, whole numbers int, others double.
cel::Value plain_value(const nlohmann::json&);

// What a value of that kind holds; empty for any other.
const std::string& text_of(const cel::Value&);
const std::vector<cel::Value>& items_of(const cel::Value&);

}  // namespace cw::apiserver
