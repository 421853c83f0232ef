// RequestRecord: one HTTP request to an ACME server, for metrics. Data, valid while it is handed over.
// Source: reference/controllers.md 9.6.
#pragma once

#include <chrono>
#include <string_view>

namespace cw::acme {

struct RequestRecord {
  std::string_view action;  // "authorize_order"; a nonce that is fetched for it counts under it too
  std::string_view host;    // with the port if the URL has one
  std::string_view method;
  std::string_view scheme;
  int status = 0;  // 999: no answer
  std::chrono::microseconds took{};
};

}  // namespace cw::acme
