// Waiting that ends early when a thread is asked to stop.
#pragma once

#include <chrono>
#include <stop_token>

namespace cw {

// Waits, or less if `stop` is asked; false if so.
bool pause(const std::stop_token& stop, std::chrono::milliseconds);

}  // namespace cw
