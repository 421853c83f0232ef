// Client: HTTP(S) requests with pooled keep-alive connections. Verifies the server unless told not to.
// Thread-safe: each call borrows a connection from the pool. Errors: Unavailable (no connection, time-out,
// broken answer), Invalid (bad base URL or certificate). An HTTP status is no error: it is in the response.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/secret.h"

namespace cw::http {

struct ClientOptions {
  std::string base_url = {};         // "https://127.0.0.1:6443", no path
  std::string ca_pem = {};           // trust exactly these; empty: the system's
  bool skip_verification = false;    // for --insecure-skip-tls-verify only
  std::string server_name = {};      // what the certificate has to be for; empty: the host of base_url
  std::string host_header = {};      // empty: host and port of base_url
  std::string certificate_pem = {};  // client certificate chain, or empty
  std::string private_key_pem = {};
  std::string bearer_token_file = {};  // read anew each minute, as in-cluster tokens rotate
  std::string bearer_token = {};
  std::string user_agent = "certwright";
  std::chrono::milliseconds timeout{30000};  // of one request, connect included
  std::size_t max_body = 64UL << 20U;        // bytes of an answer; more is Unavailable
  std::size_t max_idle_connections = 16;
};

struct ClientRequest {
  std::string method = "GET";
  std::string target = "/";  // path and query, already encoded
  std::string body = {};
  std::string content_type = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::chrono::milliseconds timeout{0};  // of this request; 0: the client's
};

struct ClientResponse {
  int status = 0;
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string address = {};  // that answered, where a Fetcher had a choice of them (FetcherOptions::resolve)
  std::string_view header(std::string_view name) const;
};

class Client {
 public:
  static Result<std::unique_ptr<Client>> create(ClientOptions);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  Result<ClientResponse> send(const ClientRequest&);
  // For good: what send() waits for now, and all that it is asked for later, is Unavailable at once.
  void stop();
  // A response whose body is read line by line as it comes (a watch). If the status is not 200 the whole body
  // is in the response and on_line is never called. Ends when the server ends it, on_line returns false or
  // `stop` is asked.
  Result<ClientResponse> stream_lines(const ClientRequest&,
                                      const std::function<bool(std::string_view line)>& on_line,
                                      std::stop_token stop);

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cw::http
