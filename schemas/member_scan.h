// A pass over JSON text that sees what the tree no longer has: members that stand twice, and where in the
// text each value is.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cw::schemas {

// The paths of members that their object has already, each once, at most 100: "spec.foo", "spec.list[0].bar".
// The text must have passed kube::parse_json.
std::vector<std::string> find_duplicate_members(std::string_view json);

// Where malformed JSON stops making sense; nullopt if it does not, or is nested too deeply to tell.
std::optional<std::size_t> find_syntax_error(std::string_view json);

// Calls back for each member and item, in order, with its path and an offset into the text that lies in it or
// just before it.
using OnPlace = std::function<void(const std::string& path, std::size_t offset)>;
void scan_places(std::string_view json, const OnPlace&);

}  // namespace cw::schemas
