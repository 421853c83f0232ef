// Plain scalars of YAML as sigs.k8s.io/yaml (go-yaml v2) resolves them, and so kubectl, helm and kustomize:
// yes and on are booleans, 0x10 is a number, 2024-01-02 is text. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/kube/json.h"

namespace cw::yaml {

// The value of a plain scalar without a tag. Infinities and NaN come as floating-point numbers, which JSON
// does not have: the caller refuses them.
kube::Json plain_scalar(std::string_view text);

// The value of a scalar with an explicit tag ("tag:yaml.org,2002:int"). A tag that YAML does not define is
// text. Invalid: the text is not of that type.
Result<kube::Json> tagged_scalar(std::string_view tag, std::string_view text);

// A mapping's key as a JSON member name; nullopt: a key that JSON cannot have (null).
std::optional<std::string> key_name(const kube::Json& key, std::string_view text);

}  // namespace cw::yaml
