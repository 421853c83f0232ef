// JSON pointers (RFC 6901) as a list of unescaped tokens, looked up step by step without recursion. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace cw::kube {

using Json = nlohmann::json;
using PointerTokens = std::vector<std::string>;

// nullopt: does not start with '/', has a bad escape, or more than kMaxJsonDepth tokens. "" is the root.
std::optional<PointerTokens> parse_pointer(std::string_view text);
// "/spec/dnsNames/0"
std::string format_pointer(const PointerTokens&);
// An array index without leading zeros; nullopt for all else ("-" too).
std::optional<std::size_t> parse_index(std::string_view token);

// nullptr if there is nothing; valid until the document changes.
const Json* find_at(const Json& document, const PointerTokens&);
Json* find_at(Json& document, const PointerTokens&);

}  // namespace cw::kube
