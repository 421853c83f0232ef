// Label and field selectors of list and watch, for the fake. Malformed ones match nothing. Pure.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace cw::contract {

// "a=b,c!=d,e in (f,g),h notin (i),j,!k"
bool matches_labels(const nlohmann::json& object, std::string_view selector);
// "metadata.name=x,spec.issuerRef.name!=y"; a field that is absent counts as "".
bool matches_fields(const nlohmann::json& object, std::string_view selector);

}  // namespace cw::contract
