// Warnings about formats in the schemas of a definition that nothing checks: most are slips. Pure. Source:
// apiextensions-apiserver pkg/registry/customresourcedefinition/strategy.go and
// pkg/apiserver/validation/formats.go.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace cw::apiserver {

// `unrecognized format "dateTime"`, each once, sorted; not those that `old` (null: there is none) has
// already. The definition must be valid.
std::vector<std::string> format_warnings(const nlohmann::json& definition, const nlohmann::json* old);

}  // namespace cw::apiserver
