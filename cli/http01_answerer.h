// Http01Answerer: the HTTP server that the CA asks (RFC 8555 §8.3). Answers what `find` knows, and nothing
// else. `find` is called by many threads at once. Source: reference/controllers.md 6.2.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/http/server.h"

namespace cw::cli {

// The key authorization for a host, without port and brackets, and a token.
using FindKey = std::function<std::optional<std::string>(std::string_view host, std::string_view token)>;

http::Response answer_http01(const http::Request&, const FindKey&);

class Http01Answerer {
 public:
  // `address`: "": all, IPv6 included. Port 0: any free one.
  Http01Answerer(std::string address, int port, FindKey find);
  // The port. Unavailable: it is taken, or not ours to take.
  Result<int> start() { return server_.start(); }
  void stop() { server_.stop(); }

 private:
  http::Server server_;
};

}  // namespace cw::cli
