// A file taken apart at its "---" lines, as kubectl does before any YAML is parsed. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cw::cli::manifest {

struct DocumentText {
  std::string_view text;  // between two separators, into the file's text
  int first_line = 1;
  std::string source;  // "chart/templates/x.yaml" of helm's comment "# Source: …"; empty: none
};

std::vector<DocumentText> split_documents(std::string_view text);

}  // namespace cw::cli::manifest
