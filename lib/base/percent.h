// Percent encoding of URLs (RFC 3986 §2.1, §2.3). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cw {

// Everything but unreserved characters (letters, digits and "-._~") and those of `keep` becomes %XX.
std::string percent_encoded(std::string_view text, std::string_view keep = {});
// nullopt: a "%" without two hex digits behind it.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace cw
