// FakeAcmeWire: FakeAcme behind HTTP, without a socket: an HttpFetch that reads requests as RFC 8555 asks of
// servers (media type, signature, nonce, URL, account) and answers with JSON. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "lib/http/fetch.h"
#include "tests/contract/fake_acme.h"
#include "tests/contract/fake_acme_jws.h"

namespace cw::contract {

class FakeAcmeWire final : public http::HttpFetch {
 public:
  static constexpr const char* kDirectoryUrl = "https://acme.example/directory";

  // The server must outlive it.
  explicit FakeAcmeWire(FakeAcme& server) : server_(server) {}

  Result<http::ClientResponse> fetch(const http::FetchRequest&) override;

  // Every n-th good nonce is refused; 1: all; 0: none.
  void refuse_nonces(int every_nth);
  // Asked before each request; an answer of it is what the client gets.
  using Intercept = std::function<std::optional<Result<http::ClientResponse>>(const http::FetchRequest&)>;
  void intercept(Intercept);
  // Keys of external accounts, by their id.
  void accept_external_account(const acme::ExternalAccount&);

  std::vector<http::FetchRequest> requests() const;
  std::size_t count(const std::string& method, const std::string& url_part) const;
  void forget_requests();

 private:
  using Json = nlohmann::json;
  struct Asked {
    const http::FetchRequest& request;
    Json payload;  // null for POST-as-GET
    Jws jws;
    std::string path;  // "/order/1"
  };
  using Reply = acme::Answer<http::ClientResponse>;

  Reply answer(const http::FetchRequest&);
  Reply answer_unsigned(const http::FetchRequest&, const std::string& path);
  Reply answer_signed(const http::FetchRequest&, const std::string& path);
  acme::Answer<std::string> signer_of(const Jws&, const std::string& path);  // thumbprint
  acme::Answer<Done> use_nonce(const Jws&);
  Reply new_account(const Asked&, FakeAcmeClient&);
  acme::Answer<std::optional<acme::ExternalAccount>> external_account(const Asked&) const;
  Reply at_account(const Asked&, FakeAcmeClient&);
  Reply change_key(const Asked&, FakeAcmeClient&);
  Reply new_order(const Asked&, FakeAcmeClient&);
  Reply at_resource(const Asked&, FakeAcmeClient&);
  Reply certificate(const std::string& url, FakeAcmeClient&);
  std::string new_nonce();

  FakeAcme& server_;
  mutable std::mutex mutex_;
  std::map<std::string, pki::PublicKey> keys_;  // by thumbprint, of those seen
  std::map<std::string, std::string> external_;
  std::set<std::string> nonces_;
  int last_nonce_ = 0;
  int refuse_every_ = 0;
  int good_nonces_ = 0;
  Intercept intercept_;
  std::vector<http::FetchRequest> requests_;
};

}  // namespace cw::contract
