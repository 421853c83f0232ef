// JSON as a manifest: one value or several in a row, with the place of every value. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/manifest/place.h"
#include "cli/manifest/yaml_value.h"
#include "lib/kube/json.h"

namespace cw::cli::manifest {

struct JsonDocument {
  kube::Json json;
  PlaceTree places;
  std::vector<RepeatedMember> repeated;
};

struct JsonStream {
  std::vector<JsonDocument> documents;  // those before the problem
  std::vector<TextProblem> problems;    // none or one
};

// `first_line` is the number of the text's first line.
JsonStream read_json(std::string_view text, int first_line, Budget& budget);

}  // namespace cw::cli::manifest
