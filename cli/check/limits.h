// How much `certwright check` tells at most; what it reads at most is in cli/manifest/limits.h. Data.
#pragma once

#include <cstddef>

namespace cw::cli::check {

inline constexpr std::size_t kMaxFindings = 10000;
inline constexpr std::size_t kMaxFindingsOfObject = 200;

}  // namespace cw::cli::check
