// One value of a configuration file, checked against the type of its member and turned into what the flag
// takes. Pure. Types as sigs.k8s.io/yaml and encoding/json tell them apart: a quoted number is a text.
#pragma once

#include <string>
#include <vector>

#include "cli/config_file.h"
#include "lib/kube/field_error.h"

namespace YAML {
class Node;
}  // namespace YAML

namespace cw::cli {

struct ConfigValue {
  std::vector<std::string> inputs = {};  // none: as if the member were not there
  kube::FieldErrors errors = {};
};

// `value` is not null. May throw what yaml-cpp throws.
ConfigValue read_config_value(MemberType, const YAML::Node& value, const kube::FieldPath& at);

}  // namespace cw::cli
