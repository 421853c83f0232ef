// LoopbackServer: a name server on a free loopback port, UDP and TCP, that says what a test tells it to. A
// datagram may be answered by several.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "lib/http/socket.h"

namespace cw::test {

class LoopbackServer {
 public:
  using Answer = std::function<std::vector<std::string>(std::string_view query)>;
  // Without `tcp` nobody listens there.
  LoopbackServer(Answer udp, Answer tcp = nullptr);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::string server() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  bool bind_both();
  void serve_udp(const std::stop_token&, const Answer&);
  void serve_tcp(const std::stop_token&, const Answer&);

  int port_ = 0;
  http::Descriptor udp_;
  http::Descriptor tcp_;
  std::vector<std::jthread> threads_;
};

}  // namespace cw::test
