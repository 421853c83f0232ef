// Ages as kubectl shows them: "45s", "3m20s", "5d". Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "lib/base/clock.h"

namespace cw::apiserver {

std::string human_duration(std::chrono::seconds);
// Of an RFC 3339 time; "<unknown>" if it is empty or none.
std::string human_age(std::string_view time, TimePoint now);

}  // namespace cw::apiserver
