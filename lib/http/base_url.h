// The scheme, host and port of a base URL such as "https://[::1]:6443". Pure.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::http {

struct BaseUrl {
  enum class Scheme : std::uint8_t { Http, Https } scheme = Scheme::Https;
  std::string host;  // without brackets
  int port = 443;
  std::string authority() const;  // as the Host header says it
};

// Invalid: another scheme, user information, a path, query or fragment, a port out of range.
Result<BaseUrl> parse_base_url(std::string_view);

}  // namespace cw::http
