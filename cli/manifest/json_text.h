// JSON as a manifest: one value or several in a row, with the place of every value. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/kube/json.h"
#include "lib/yaml/place.h"
#include "lib/yaml/yaml_value.h"

namespace cw::cli::manifest {

struct JsonDocument {
  kube::Json json;
  yaml::PlaceTree places;
  std::vector<yaml::RepeatedMember> repeated;
};

struct JsonStream {
  std::vector<JsonDocument> documents;      // those before the problem
  std::vector<yaml::TextProblem> problems;  // none or one
};

// `first_line` is the number of the text's first line.
JsonStream read_json(std::string_view text, int first_line, yaml::Budget& budget);

}  // namespace cw::cli::manifest
