// YAML as the API server reads it from a request: the first document, with the words of errors that go-yaml
// v2 has. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/base/result.h"
#include "lib/kube/json.h"

namespace cw::yaml {

struct ParsedYaml {
  kube::Json json;
  // `line 3: key "a" already set in map`; the last of equal keys counts.
  std::vector<std::string> repeated;
};

// "yaml: unmarshal errors:" and a line for each repeated key. Precondition: there is one.
std::string strict_message(const ParsedYaml&);

// Invalid: "yaml: line 2: mapping values are not allowed in this context".
Result<ParsedYaml> parse_yaml(std::string_view text);

}  // namespace cw::yaml
