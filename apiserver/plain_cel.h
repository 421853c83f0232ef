// What stands between JSON and CEL where no schema says more: rules of definitions and conditions of
// webhooks. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/cel/program.h"
#include "lib/cel/value.h"

namespace cw::apiserver {

// JSON as CEL sees it: objects become maps with keys of text, whole numbers int, others double.
cel::Value plain_value(const nlohmann::json&);

// What a value of that kind holds; empty for any other.
const std::string& text_of(const cel::Value&);
const std::vector<cel::Value>& items_of(const cel::Value&);

// What is wrong with an expression, as kube-apiserver tells it: the line, and a mark under the place.
std::string shown_issues(const cel::CompileError&, std::string_view source);
// If it is sound but for its type: that type.
std::optional<std::string> type_mistake(const cel::CompileError&);
// "1:5: no such key: data" without the place.
std::string without_place(const std::string& message);

}  // namespace cw::apiserver
