// The parts of a text between separators. Pure.
#pragma once

#include <string_view>
#include <vector>

namespace cw {

// One part more than there are separators (each a character of `separators`); parts may be empty. They point
// into `text`.
std::vector<std::string_view> split(std::string_view text, std::string_view separators);
std::vector<std::string_view> split_not_empty(std::string_view text, std::string_view separators);

}  // namespace cw
