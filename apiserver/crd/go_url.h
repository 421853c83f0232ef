// URLs as Go's net/url reads them, with its words for what is wrong. Pure. Source: Go's net/url.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"

namespace cw::apiserver {

struct GoUrl {
  std::string scheme;  // lower case
  std::string opaque;
  std::string user;  // as it is written
  std::string host;  // with the port
  std::string path;
  std::string raw_path;  // if it is not what escaping `path` gives
  std::string query;     // without '?'
  std::string fragment;  // without '#'

  std::string hostname() const;
  std::string port() const;
  std::string escaped_path() const;
  // In their order; what cannot be read is left out.
  std::vector<std::pair<std::string, std::string>> parameters() const;
};

// An absolute URI or path; '#' means nothing. Invalid: "parse \"x\": invalid URI for request".
Result<GoUrl> parse_request_uri(std::string_view text);
// The same with a fragment.
Result<GoUrl> parse_go_url(std::string_view text);

}  // namespace cw::apiserver
