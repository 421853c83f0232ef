// After a rush of work the allocator holds much that nobody uses: this gives it back to the system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>

namespace cw::controller {

struct Rushes {
  std::function<std::uint64_t()> seen;   // passes, and what else takes memory for a while, so far
  std::function<std::size_t()> waiting;  // passes that are due
};
// Until stopped: looks every few seconds, and acts when a rush is over.
void return_memory_after_rushes(const std::stop_token&, const Rushes&);

}  // namespace cw::controller
