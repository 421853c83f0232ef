// Random bytes from the kernel, for names and UIDs. Keys and serials come from lib/pki. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace cw {

std::string random_bytes(std::size_t count);
// RFC 9562 version 4, lower case.
std::string random_uuid();
// `count` characters of the alphabet that Kubernetes uses behind generateName (no vowels, no 0 1 3).
std::string random_name_suffix(std::size_t count = 5);
// The pause and up to half as much again, so that many who wait for the same do not come back at once.
std::chrono::milliseconds jittered(std::chrono::milliseconds pause);

}  // namespace cw
