// How much YAML is read at most. It comes from charts, repositories and clients of others: text that is too
// large, too deep, or that multiplies itself by aliases ends with a message and in bounded time. Data.
#pragma once

#include <cstddef>

namespace cw::yaml {

inline constexpr std::size_t kMaxTextBytes = 8UL << 20U;
inline constexpr std::size_t kMaxDocuments = 20000;  // of one text
// Of one text, aliases multiplied: each value is a node.
inline constexpr std::size_t kMaxNodes = 400000;
inline constexpr std::size_t kMaxScalarBytes = 2 * kMaxTextBytes;
inline constexpr std::size_t kMaxKeyBytes = 4096;
inline constexpr std::size_t kMaxDirectives = 64;  // %TAG, of one document

}  // namespace cw::yaml
