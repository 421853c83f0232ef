// JSON as YAML, byte for byte as sigs.k8s.io/yaml (go-yaml v2) writes it, and so kube-apiserver and kubectl:
// keys in natural order, two spaces, lists not indented below their key, lines folded at 80 columns, quotes
// where the text would be read as something else. Pure. Source: go.yaml.in/yaml/v2.
#pragma once

#include <string>

#include "lib/kube/json.h"

namespace cw::yaml {

// Ends with a line feed. The tree must hold valid UTF-8.
std::string write_yaml(const kube::Json& value);

}  // namespace cw::yaml
