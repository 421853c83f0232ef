// DohLookup: questions over HTTPS (RFC 8484, POST). `server` is the https URL. As thread-safe as its
// HttpFetch.
#pragma once

#include <string>

#include "lib/dns/lookup.h"
#include "lib/http/fetch.h"

namespace cw::dns {

class DohLookup final : public DnsLookup {
 public:
  // `fetch` must outlive it.
  explicit DohLookup(http::HttpFetch& fetch) : fetch_(fetch) {}
  Result<DnsAnswer> ask(const Question&, const std::string& server) override;

 private:
  http::HttpFetch& fetch_;
};

}  // namespace cw::dns
