// What the process keeps resident, held to what a small service needs. Thread-safe.
#pragma once

namespace cw {

// Once, at the start of the program: few arenas, large blocks of their own, what is free at the top goes
// back.
void keep_memory_small();
// Gives back to the system what is free now, and the pages of code and constants that were only needed once
// (those in use come back from the page cache). Takes up to some milliseconds: when idle, after the start or
// a rush.
void return_free_memory();

}  // namespace cw
