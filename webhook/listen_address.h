// "host:port" of a listener, as cert-manager's flags write it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::webhook {

struct ListenAddress {
  std::string host;  // "0.0.0.0" if left out
  int port = 0;
  bool operator==(const ListenAddress&) const = default;
};

Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace cw::webhook
