// HttpAcmeClient: AcmeClient over HTTP. Keeps the directory (a day), nonces and the account's URL; holds
// back what the server's published limits or its last Retry-After would refuse. Without an account URL it
// looks the account up before the first request that needs one. Thread-safe: requests run side by side, but
// none beside a key rollover. Source: RFC 8555, 9773; limits: rate_limits.h.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "lib/acme/client.h"
#include "lib/acme/rate_limits.h"
#include "lib/acme/request_record.h"
#include "lib/base/clock.h"
#include "lib/http/fetch.h"

namespace cw::acme {

struct HttpAcmeClientOptions {
  std::string server_url = {};   // of the directory
  std::string account_url = {};  // empty: not known yet
  // nullopt: those of Let's Encrypt for its hosts, none for others.
  std::optional<RateLimitOptions> limits = {};
  int max_refused_nonces = 5;  // of one request, that is sent so often again
  std::function<void(const RequestRecord&)> observe = {};
  SteadyNow steady_now = {};                                  // empty: std::chrono::steady_clock
  std::function<void(std::chrono::milliseconds)> pause = {};  // empty: sleeps
};

class HttpAcmeClient final : public AcmeClient {
 public:
  // Invalid: the URL is none, or the key is of a kind that no ACME server takes. The clock must outlive the
  // client.
  static Result<std::unique_ptr<HttpAcmeClient>> create(HttpAcmeClientOptions,
                                                        const pki::PrivateKey& account_key,
                                                        std::shared_ptr<http::HttpFetch>, const Clock&);
  ~HttpAcmeClient() override;

  Answer<Directory> directory() override;
  Answer<Account> register_account(const AccountRequest&) override;
  Answer<Account> find_account() override;
  Answer<Account> update_contact(const std::vector<std::string>& contact) override;
  Answer<Account> deactivate_account() override;
  Answer<Done> roll_key_over(const pki::PrivateKey& new_key) override;
  Answer<Order> new_order(const OrderRequest&) override;
  Answer<Order> get_order(const std::string& url) override;
  Answer<Authorization> get_authorization(const std::string& url) override;
  Answer<Authorization> deactivate_authorization(const std::string& url) override;
  Answer<Challenge> accept_challenge(const std::string& url) override;
  Answer<Order> finalize(const std::string& finalize_url, std::string_view csr_der) override;
  Answer<CertificateChain> get_certificate(const std::string& url) override;
  Answer<Done> revoke(std::string_view certificate_der, RevocationReason) override;
  Answer<RenewalInfo> get_renewal_info(const std::string& certificate_id) override;
  std::string key_authorization(std::string_view token) const override;

 private:
  struct Impl;
  explicit HttpAcmeClient(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cw::acme
