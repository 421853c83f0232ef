// Text from outside as a terminal may show it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace cw::cli::manifest {

// Without control characters, those of Unicode's C1 block too: spaces instead, also of line ends.
std::string printable(std::string_view text);
// The same, but line ends stay.
std::string printable_lines(std::string_view text);

}  // namespace cw::cli::manifest
