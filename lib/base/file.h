// Whole small files: keys, certificates, configuration. Thread-safe.
#pragma once

#include <cstddef>
#include <string>

#include "lib/base/result.h"

namespace cw {

// Unavailable if it cannot be read, Invalid if it is larger than `limit` bytes.
Result<std::string> read_file(const std::string& path, std::size_t limit);

}  // namespace cw
