// The files that a run reads: those named, all manifests below a folder that is named, standard input.
#pragma once

#include <istream>
#include <string>
#include <vector>

namespace cw::cli::manifest {

// Named: someone says that this is a manifest. Found: it lies in a folder, and may be anything in YAML.
enum class Origin { Named, Found };

struct Input {
  std::string name;  // as shown; "<stdin>" for "-"
  std::string text;
  Origin origin = Origin::Named;
  std::string problem = {};  // why it could not be read; then there is no text
};

// In the order given, folders sorted by path. Hidden folders and symbolic links to folders are not entered.
// What is beyond the limits (limits.h) is a problem of its own. `standard_input` may be nullptr.
std::vector<Input> read_inputs(const std::vector<std::string>& names, std::istream* standard_input);

}  // namespace cw::cli::manifest
