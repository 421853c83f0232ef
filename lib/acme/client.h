// AcmeClient: one account at one ACME server. Each call is one exchange (with its nonce, and again if the
// nonce was refused); none of them waits for a state to come: the caller looks again. Implementations are
// thread-safe and pass tests/contract/acme_client_contract.h. Source: RFC 8555, 9773.
#pragma once

#include <string>
#include <string_view>

#include "lib/acme/failure.h"
#include "lib/acme/messages.h"
#include "lib/pki/private_key.h"

namespace cw::acme {

class AcmeClient {
 public:
  AcmeClient() = default;
  AcmeClient(const AcmeClient&) = delete;
  AcmeClient& operator=(const AcmeClient&) = delete;
  virtual ~AcmeClient() = default;

  // Fetched once, and again when it has become old or the server no longer knows a URL of it.
  virtual Answer<Directory> directory() = 0;

  // newAccount; an account that the key has already is answered as it is. From then on the client speaks for
  // it.
  virtual Answer<Account> register_account(const AccountRequest&) = 0;
  // The account that the key has: onlyReturnExisting. Refused accountDoesNotExist if none.
  virtual Answer<Account> find_account() = 0;
  virtual Answer<Account> update_contact(const std::vector<std::string>& contact) = 0;
  virtual Answer<Account> deactivate_account() = 0;
  // From then on signs with the new key.
  virtual Answer<Done> roll_key_over(const pki::PrivateKey& new_key) = 0;

  virtual Answer<Order> new_order(const OrderRequest&) = 0;
  virtual Answer<Order> get_order(const std::string& url) = 0;
  virtual Answer<Authorization> get_authorization(const std::string& url) = 0;
  virtual Answer<Authorization> deactivate_authorization(const std::string& url) = 0;
  virtual Answer<Challenge> accept_challenge(const std::string& url) = 0;
  virtual Answer<Order> finalize(const std::string& finalize_url, std::string_view csr_der) = 0;
  virtual Answer<CertificateChain> get_certificate(const std::string& url) = 0;
  virtual Answer<Done> revoke(std::string_view certificate_der, RevocationReason) = 0;
  // `certificate_id`: see renewal_info.h. Unsupported if the server has no renewal information.
  virtual Answer<RenewalInfo> get_renewal_info(const std::string& certificate_id) = 0;

  // token "." thumbprint of the account key (RFC 8555 §8.1).
  virtual std::string key_authorization(std::string_view token) const = 0;
};

}  // namespace cw::acme
