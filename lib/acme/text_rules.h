// Which texts of a server are taken as they are: alphabets, lengths, URLs; and how others are shown. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::acme {

inline constexpr std::size_t kMaxUrl = 2048;

// Not empty, and of the alphabet of RFC 4648 §5, without padding.
bool is_base64url(std::string_view text);

// Absolute, http or https (https only if asked for), not longer than kMaxUrl. Invalid says what is wrong.
Status check_server_url(std::string_view url, bool https_only);

// The text, or its beginning and "…": whole UTF-8 characters, no control characters, no broken ones.
std::string shown(std::string_view text, std::size_t at_most);

}  // namespace cw::acme
