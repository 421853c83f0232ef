// RawPeer: a client that sends exactly the bytes it is told to, for tests of what a server makes of them.
// Every wait is bounded; what does not come in time fails the test.
#pragma once

#include <string>
#include <string_view>

#include "lib/http/tls_context.h"
#include "lib/http/transport.h"

namespace cw::http::test {

class RawPeer {
 public:
  explicit RawPeer(int port);
  // From that address of the loopback.
  RawPeer(int port, const char* from);
  // With TLS, handshake done.
  RawPeer(int port, const ClientTls& tls);

  // False if the server has closed the connection.
  bool send(std::string_view bytes);
  // One answer with a Content-Length, or what came before the end.
  std::string read_answer();
  // All that comes until it contains this text, or until the end.
  std::string read_until(std::string_view text);
  std::string read_to_end();
  // Closed by the server, with nothing more sent.
  bool is_closed();
  void stop_sending() { transport_.finish_writing(); }
  Transport& transport() { return transport_; }

 private:
  // Appends to received_; false at the end.
  bool receive();
  std::string take(std::size_t count);

  Transport transport_;
  std::string received_;
};

// The number in the status line; 0 if there is none.
int status_of(std::string_view answer);
std::string_view body_of(std::string_view answer);

}  // namespace cw::http::test
