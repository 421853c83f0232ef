// Rest: the JSON API of one provider at one base URL. Each request carries the headers that prove who asks.
// Thread-safe. Errors: exchange.h.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/dns01/exchange.h"
#include "lib/http/fetch.h"
#include "lib/kube/json.h"

namespace cw::dns01 {

using Headers = std::vector<std::pair<std::string, std::string>>;

class Rest {
 public:
  Rest(http::HttpFetch& fetch, std::string_view provider, std::string base)
      : fetch_(fetch), provider_(provider), base_(std::move(base)) {}

  struct Request {
    std::string_view action;
    std::string_view method = "GET";
    std::string target;     // behind the base URL
    std::string body = {};  // JSON
    Headers headers = {};   // the proof, and others
    std::string_view secret = {};
  };
  Result<kube::Json> ask(const Request&) const;
  const std::string& base() const { return base_; }

 private:
  http::HttpFetch& fetch_;
  std::string_view provider_;
  std::string base_;
};

}  // namespace cw::dns01
