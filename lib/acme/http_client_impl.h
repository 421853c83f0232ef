// What HttpAcmeClient is made of. Private to it: http_client.cpp has orders and certificates,
// http_account.cpp the account.
#pragma once

#include <mutex>
#include <shared_mutex>
#include <string>

#include "lib/acme/exchange.h"
#include "lib/acme/http_client.h"

namespace cw::acme {

struct HttpAcmeClient::Impl {
  Exchange exchange;
  // Held by one that speaks with the account key, as a writer by the one that changes it: a request beside
  // the change would be refused or not, as it comes.
  std::shared_mutex speaking;
  pki::PrivateKey key;            // under `speaking`
  mutable std::mutex mutex = {};  // of the two below
  std::string thumbprint;
  std::string account_url;

  std::string known_account_url() const;
  void speak_for(const std::string& url);

  // All with `speaking` held.
  Answer<std::string> find_account_url();
  Answer<http::ClientResponse> post(const Call&, std::string_view payload);
  // newAccount, signed with the key itself; the answer's account, with its URL.
  Answer<Account> post_new_account(const char* action, const Signer&, std::string_view payload);
  Answer<Account> post_account(const char* action, std::string_view payload);
  Answer<Account> find_account(const Signer&);
  // Afterwards the account has the new key; `key` is still the old one.
  Answer<Done> change_key(const pki::PrivateKey& new_key, const std::string& account, const std::string& url);
  Answer<Order> try_new_order(const OrderRequest&);
  Answer<Order> post_new_order(const OrderRequest&);
};

}  // namespace cw::acme
