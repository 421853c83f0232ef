// The addresses of a host as the system's resolver gives them. Blocks as long as the resolver does.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"

namespace cw::http {

// In numbers, in the order to try them. An address in numbers is its own. Unavailable: none, or no resolver.
Result<std::vector<std::string>> system_addresses(const std::string& host);

}  // namespace cw::http
