// Small texts that several providers need: names with and without the last dot, URL encoding (RFC 3986 §2.3),
// quoted TXT values (RFC 1035 §5.1). Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cw::dns01 {

std::string without_dot(std::string_view name);
// The name, and each name above it that still has a dot inside: the zones that may hold it, longest first.
// All without the last dot.
std::vector<std::string> zones_of(std::string_view name);
// "_acme-challenge.www" of "_acme-challenge.www.example.com." in "example.com."; "@" for the zone itself.
std::string relative_name(std::string_view name, std::string_view zone);

// "\"value\""; unquoted() takes several strings in a row too, as TXT records show them.
std::string quoted_txt(std::string_view value);
std::string unquoted_txt(std::string_view text);

using Parameters = std::vector<std::pair<std::string, std::string>>;
// "a=1&b=2": a query, or a form.
std::string url_encoded(const Parameters&);

}  // namespace cw::dns01
