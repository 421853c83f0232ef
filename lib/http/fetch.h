// HttpFetch: one HTTP(S) request to a URL, wherever it is: an ACME server, a cloud's API, the name that a CA
// will look at. Fetcher keeps a pool of connections for each of the origins used last. Thread-safe.
// Errors: Unavailable (no connection, time-out, broken or too long an answer), Invalid (a URL or certificate
// that does not parse). An HTTP status is no error: it is in the response.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/http/client.h"

namespace cw::http {

struct FetchRequest {
  std::string method = "GET";
  std::string url = {};  // "https://host:port/path?query", absolute, already encoded
  std::string body = {};
  std::string content_type = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

class HttpFetch {
 public:
  HttpFetch() = default;
  HttpFetch(const HttpFetch&) = delete;
  HttpFetch& operator=(const HttpFetch&) = delete;
  virtual ~HttpFetch() = default;
  virtual Result<ClientResponse> fetch(const FetchRequest&) = 0;
};

struct FetcherOptions {
  std::string ca_pem = {};         // trust exactly these; empty: the system's
  bool skip_verification = false;  // of the server's certificate
  std::string user_agent = "certwright";
  std::chrono::milliseconds timeout{30000};  // of one request, connect and redirects included
  std::size_t max_body = 1UL << 20U;         // bytes of an answer; more is Unavailable
  int max_redirects = 0;                     // followed for GET and HEAD only
  bool keep_alive = true;                    // false: a connection for each request
  // From a host name to the addresses to connect to, in numbers; empty function: as the system says.
  std::function<Result<std::vector<std::string>>(const std::string& host)> resolve = {};
};

class Fetcher final : public HttpFetch {
 public:
  explicit Fetcher(FetcherOptions);
  ~Fetcher() override;
  Result<ClientResponse> fetch(const FetchRequest&) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cw::http
