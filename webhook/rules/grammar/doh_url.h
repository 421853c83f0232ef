// Where a DNS-over-HTTPS query goes: an https URL with a host, as Go's url.ParseRequestURI accepts it. Pure.
// Source: reference/admission.md 2.9 ValidDNS01Nameserver; Go net/url 1.26.
#pragma once

#include <string_view>

namespace cw::webhook {

inline constexpr std::string_view kHttpsPrefix = "https://";

// `text` starts with kHttpsPrefix.
bool is_doh_url(std::string_view text);

}  // namespace cw::webhook
