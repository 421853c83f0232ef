// Failures made from what a server refused, and problems in words, as Go's acme.Error prints them. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "lib/acme/failure.h"

namespace cw::acme {

inline constexpr std::string_view kProblemPrefix = "urn:ietf:params:acme:error:";

// "403 urn:ietf:params:acme:error:unauthorized: detail", subproblems behind it; the number is left out if it
// is 0.
std::string describe(const Problem&);

Failure refused(Problem, std::optional<std::chrono::seconds> retry_after = {});
Failure malformed_answer(std::string what);
Failure unsupported(std::string what);

}  // namespace cw::acme
