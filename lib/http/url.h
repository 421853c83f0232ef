// Absolute http and https URLs, as far as a client needs them: where to connect, what to ask for, where a
// redirect leads (RFC 3986 §5.2, without dot segments); and the query of a target. Pure. Errors: Invalid.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::http {

struct SplitUrl {
  std::string origin;  // "https://host:port", as it stands in the URL
  std::string target;  // path and query; "/" if there is none
};
// Another scheme, user information, no host, blanks or control characters are refused. A fragment is dropped.
Result<SplitUrl> split_url(std::string_view url);

// The URL that a Location header names, seen from the URL that was asked for.
Result<std::string> resolve_location(const std::string& asked, std::string_view location);

// Of "/path?a=b=c&d", with escapes decoded: {"a": "b=c"}, {"d": ""}. As in Go's net/url, a pair with a wrong
// escape or a ';' is left out.
std::multimap<std::string, std::string> query_of(std::string_view target);

}  // namespace cw::http
