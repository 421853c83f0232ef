// libFuzzer's entry of one target, which the build names: CW_FUZZ_TARGET.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.h"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cw::fuzz::CW_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
