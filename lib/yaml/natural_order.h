// The order of keys in YAML that go-yaml writes: "a2" before "a10", letters after everything else. Pure.
#pragma once

#include <string_view>

namespace cw::yaml {

bool natural_less(std::string_view a, std::string_view b);

}  // namespace cw::yaml
