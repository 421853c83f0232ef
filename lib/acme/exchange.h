// Exchange: requests to one ACME server, signed or not: nonces, the directory, limits, what the server asked
// to wait with, records for metrics. An answer with a status of 400 or more is a Failure. Thread-safe: the
// requests run side by side. Source: RFC 8555 §6.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "lib/acme/decode.h"
#include "lib/acme/failure.h"
#include "lib/acme/held_back.h"
#include "lib/acme/http_client.h"
#include "lib/acme/messages.h"
#include "lib/acme/nonces.h"
#include "lib/acme/rate_limits.h"
#include "lib/http/fetch.h"
#include "lib/pki/private_key.h"

namespace cw::acme {

struct Call {
  std::string_view action;  // for metrics; a literal
  Endpoint endpoint = Endpoint::Other;
  std::string url = {};
  std::string accept = {};   // the type of answer that is asked for, or empty
  std::string subject = {};  // see held_back.h
};

struct Signer {
  const pki::PrivateKey& key;
  std::string kid;  // empty: the key itself is sent
};

class Exchange {
 public:
  // Options without holes; the clock must outlive it.
  Exchange(HttpAcmeClientOptions, std::shared_ptr<http::HttpFetch>, const Clock&);

  Answer<http::ClientResponse> get(const Call&);
  // Again with another nonce as long as the server refuses the nonce, up to max_refused_nonces times.
  Answer<http::ClientResponse> post(const Call&, const Signer&, std::string_view payload);
  // Not sent if it is one too many for the account.
  std::optional<Failure> take_order();

  // Those who ask while it is being fetched get what that brings, an error too.
  Answer<Directory> directory();
  // After a URL of the directory was not found: false if it is so young that there is no use in another look.
  bool forget_directory();

  Body body_of(const http::ClientResponse&) const;
  std::optional<std::chrono::seconds> retry_after(const http::ClientResponse&) const;
  // The Location of an answer.
  Answer<std::string> location(const http::ClientResponse&, std::string_view what) const;

 private:
  Answer<Directory> fetch_directory();
  Answer<std::string> take_nonce(std::string_view action);
  Answer<http::ClientResponse> send(const Call&, const http::FetchRequest&);
  Answer<http::ClientResponse> fetch_recorded(const Call&, const http::FetchRequest&);
  std::optional<Failure> reason_to_wait(const Call&);
  Failure failure_of(const Call&, const http::ClientResponse&);

  const HttpAcmeClientOptions options_;
  const std::shared_ptr<http::HttpFetch> fetch_;
  const Clock& clock_;
  const bool https_only_;
  NoncePool nonces_;
  RateLimits limits_;
  HeldBack held_back_;

  std::mutex directory_mutex_;  // held while it is being fetched
  std::optional<Directory> directory_;
  TimePoint directory_fetched_{};
  std::optional<Failure> directory_failure_;  // of the last fetch
  std::atomic<unsigned> directory_failures_ = 0;
};

}  // namespace cw::acme
