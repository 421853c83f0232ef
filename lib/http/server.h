// Server: the one HTTP(S) listener of the program. Hides cpp-httplib; every limit against hostile peers lives
// here. A handler runs on a thread of the server's own growing pool; many at once. It never throws outwards:
// what escapes it becomes a 500 and the connection lives on.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/http/peer_identity.h"
#include "lib/http/tls_identity.h"

namespace cw::http {

struct Request {
  std::string method = {};  // "GET"
  std::string path = {};    // percent-decoded, without the query
  std::string target = {};  // as sent, with the query
  std::multimap<std::string, std::string> query = {};
  std::string body = {};  // whole; never longer than ServerOptions::max_body
  std::optional<PeerIdentity> peer = {};
  std::string address = {};  // of the peer, in numbers: "127.0.0.1"
  std::vector<std::pair<std::string, std::string>> headers = {};

  // First value of a header, name in any case; empty if absent.
  std::string_view header(std::string_view name) const;
  // First value of a query parameter; empty if absent.
  std::string_view parameter(std::string_view name) const;
};

// Writes a piece of a streamed body; false = the peer is gone, or the server stops: return.
using StreamWriter = std::function<bool(std::string_view piece)>;

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  // If set, `body` is ignored and this is called once, on the connection's thread, until it returns.
  // Call the writer at least once a second with "" to learn that the peer has gone.
  std::function<void(const StreamWriter&)> stream = {};
};

using Handler = std::function<Response(const Request&)>;

struct ServerOptions {
  std::string address = "127.0.0.1";              // "", "0.0.0.0" or "::": all, IPv6 included
  int port = 0;                                   // 0: any free one
  std::shared_ptr<const TlsIdentity> tls = {};    // absent: plain HTTP
  std::string client_ca_pem = {};                 // not empty: client certificates are asked for and verified
  bool require_client_certificate = false;        // else a peer without one is let in with no identity
  std::size_t max_body = 3UL << 20U;              // bytes; more is 413, chunked bodies too
  std::size_t max_header_bytes = 64UL << 10U;     // more is 431
  std::size_t max_headers = 100;                  // more is 431
  std::size_t max_connections = 1024;             // more wait in the accept queue
  std::size_t max_connections_per_peer = 512;     // of one address or IPv6 /64; more are closed; 0: no cap
  std::size_t max_streams = 1200;                 // streamed answers at once; more is 429
  std::chrono::milliseconds read_timeout{10000};  // of one whole request once it has begun
  std::chrono::milliseconds idle_timeout{90000};  // between requests of a connection
  // Turns "no such request line", 413, 431 and the like into this program's form of an error body.
  std::function<Response(int status, std::string_view message)> error_body = {};
};

class Server {
 public:
  Server(ServerOptions, Handler);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();  // stops

  // Binds and serves on threads of its own. Unavailable if the address is taken. Returns the port.
  Result<int> start();
  // No new connections; requests under way end, at most `drain` long. Streams are told to end at once.
  void stop(std::chrono::milliseconds drain = std::chrono::seconds(5));

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cw::http
