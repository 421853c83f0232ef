// Literals of a CEL source, and numbers in text as Go's strconv reads them. Pure; nullopt if malformed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cw::cel {

// The token with its prefix and quotes: r'…', """…""", b'\xff'. Line ends become \n.
std::optional<std::string> unquoted(std::string_view literal);

// Digits after an optional '-'; "0x…" if `hex`.
std::optional<std::int64_t> parse_int(std::string_view text, bool hex);
std::optional<std::uint64_t> parse_uint(std::string_view text, bool hex);
// Too large is malformed, too small is 0.
std::optional<double> parse_decimal(std::string_view text);

// Go's strconv: ParseInt and ParseUint with base 10, ParseFloat, ParseBool.
std::optional<std::int64_t> go_int(std::string_view text);
std::optional<std::uint64_t> go_uint(std::string_view text);
std::optional<double> go_double(std::string_view text);
std::optional<bool> go_bool(std::string_view text);

}  // namespace cw::cel
