// ConnectionPool: connections to one server, made on demand and kept for the next request while they are
// quiet. Thread-safe. Errors: Unavailable (no connection, time-out, certificate not accepted).
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/http/socket.h"
#include "lib/http/tls_context.h"
#include "lib/http/transport.h"

namespace cw::http {

struct ServerAddress {
  std::string host;  // a name, or an address in numbers without brackets
  int port = 0;
  std::string name;  // what the certificate has to be for
};

class ConnectionPool {
 public:
  // `tls` null: in the clear.
  ConnectionPool(ServerAddress address, std::unique_ptr<ClientTls> tls, std::size_t max_idle)
      : address_(std::move(address)), tls_(std::move(tls)), max_idle_(max_idle) {}

  // One that was kept and still seems good, or null.
  std::unique_ptr<Transport> take_kept();
  Result<std::unique_ptr<Transport>> connect(Deadline, int interrupt) const;
  void keep(std::unique_ptr<Transport>);

 private:
  struct Kept {
    std::unique_ptr<Transport> transport;
    std::chrono::steady_clock::time_point since;
  };
  Status shake_hands(Transport&, Deadline, int interrupt) const;

  const ServerAddress address_;
  const std::unique_ptr<ClientTls> tls_;
  const std::size_t max_idle_;
  std::mutex mutex_;
  std::vector<Kept> kept_;  // the newest last
};

}  // namespace cw::http
