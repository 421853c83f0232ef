// Link headers (RFC 8288), as far as ACME uses them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/http/header_lookup.h"

namespace cw::acme {

inline constexpr std::size_t kMaxLinks = 16;

// The targets of the links with that relation, at most kMaxLinks, as URLs seen from the one that was asked.
// What is malformed is left out.
std::vector<std::string> find_links(const http::Headers&, std::string_view relation,
                                    const std::string& asked_url);

}  // namespace cw::acme
