// Text encodings of bytes: base64 (RFC 4648 §4 and §5), lower-case hex, UTF-8 checks. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cw {

// Standard alphabet with padding.
std::string encode_base64(std::string_view bytes);
// URL alphabet without padding.
std::string encode_base64url(std::string_view bytes);
// Standard alphabet, padding required; '\r' and '\n' are skipped as Go's StdEncoding does. nullopt if
// malformed.
std::optional<std::string> decode_base64(std::string_view text);
std::optional<std::string> decode_base64url(std::string_view text);

std::string encode_hex(std::string_view bytes);

bool is_valid_utf8(std::string_view text);

}  // namespace cw
