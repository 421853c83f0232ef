// How much of manifests is read at most. Manifests come from charts and repositories of others: a file that
// is too large, too deep, or that multiplies itself by aliases ends with a message and in bounded time. Data.
#pragma once

#include <cstddef>

namespace cw::cli::manifest {

inline constexpr std::size_t kMaxFileBytes = 8UL << 20U;
inline constexpr std::size_t kMaxTotalBytes = 64UL << 20U;
inline constexpr std::size_t kMaxFiles = 10000;
inline constexpr std::size_t kMaxDocuments = 20000;  // of one file, items of lists included
// Of one file, aliases multiplied: each value is a node.
inline constexpr std::size_t kMaxNodes = 400000;
inline constexpr std::size_t kMaxScalarBytes = 2 * kMaxFileBytes;
inline constexpr std::size_t kMaxKeyBytes = 4096;
inline constexpr std::size_t kMaxDirectives = 64;  // %TAG, of one document

}  // namespace cw::cli::manifest
