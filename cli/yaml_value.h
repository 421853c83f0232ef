// A YAML node to JSON, with the types that go-yaml v2 (and so kubectl) gives plain scalars: yes and on are
// booleans, 0x10 is a number, 2024-01-02 is text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/manifest.h"
#include "lib/kube/json.h"

namespace YAML {
class Node;
}  // namespace YAML

namespace cw::cli {

class YamlValueReader {
 public:
  // Fills both; `nodes` counts over all documents of a file.
  YamlValueReader(Places& places, std::vector<ManifestProblem>& problems, std::size_t& nodes)
      : places_(places), problems_(problems), nodes_(nodes) {}

  // nullopt when the document cannot be used; a problem says why. May throw what yaml-cpp throws.
  std::optional<kube::Json> read(const YAML::Node& document);

 private:
  bool value(const YAML::Node& node, const std::string& path, int depth, kube::Json& to);
  bool sequence(const YAML::Node& node, const std::string& path, int depth, kube::Json& to);
  bool mapping(const YAML::Node& node, const std::string& path, int depth, kube::Json& to);
  bool merge(const YAML::Node& node, const std::string& path, int depth, kube::Json& to);
  bool refuse(const YAML::Node& node, const std::string& path, std::string message);

  Places& places_;
  std::vector<ManifestProblem>& problems_;
  std::size_t& nodes_;
};

// The value of a plain scalar. Infinities and NaN, which JSON does not have, are text.
kube::Json plain_scalar(std::string_view text);

}  // namespace cw::cli
