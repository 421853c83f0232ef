#include "controller/rushes.h"

#include <algorithm>
#include <chrono>

#include "lib/base/memory.h"
#include "lib/base/pause.h"

namespace cw::controller {
namespace {

constexpr std::chrono::seconds kCalmCheck{3};
constexpr std::uint64_t kRush = 200;

}  // namespace

void return_memory_after_rushes(const std::stop_token& stop, const Rushes& rushes) {
  std::uint64_t before = 0;
  while (pause(stop, kCalmCheck)) {
    const std::uint64_t seen = rushes.seen();
    before = std::min(before, seen);
    if (seen - before < kRush || rushes.waiting() > 0) continue;
    before = seen;
    return_free_memory();
  }
}

}  // namespace cw::controller
