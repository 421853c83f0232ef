// How many manifests are read at most, beside what lib/yaml/limits.h says of one text: they come from charts
// and repositories of others. Data.
#pragma once

#include <cstddef>

#include "lib/yaml/limits.h"

namespace cw::cli::manifest {

inline constexpr std::size_t kMaxFileBytes = yaml::kMaxTextBytes;
inline constexpr std::size_t kMaxTotalBytes = 64UL << 20U;
inline constexpr std::size_t kMaxFiles = 10000;
inline constexpr std::size_t kMaxDocuments = yaml::kMaxDocuments;  // of one file, items of lists included

}  // namespace cw::cli::manifest
