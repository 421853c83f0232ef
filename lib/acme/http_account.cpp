#include "lib/acme/http_client_impl.h"
#include "lib/acme/jws.h"
#include "lib/acme/problem.h"
#include "lib/pki/jwk.h"

namespace cw::acme {
namespace {

using Shared = std::shared_lock<std::shared_mutex>;

std::string contact_list(const std::vector<std::string>& contact) {
  std::string list = "[";
  for (const std::string& one : contact) list += (list.size() > 1 ? "," : "") + json_quoted(one);
  return list + "]";
}

Result<std::string> registration(const AccountRequest& request, const pki::PublicKey& key,
                                 const std::string& new_account_url) {
  std::string text = R"({"termsOfServiceAgreed":true)";
  if (!request.contact.empty()) text += R"(,"contact":)" + contact_list(request.contact);
  if (request.external_account) {
    text += R"(,"externalAccountBinding":)" +
            TRY(bind_external_account(*request.external_account, key, new_account_url));
  }
  return text + "}";
}

}  // namespace

std::string HttpAcmeClient::Impl::known_account_url() const {
  const std::scoped_lock lock(mutex);
  return account_url;
}

void HttpAcmeClient::Impl::speak_for(const std::string& url) {
  const std::scoped_lock lock(mutex);
  account_url = url;
}

Answer<Account> HttpAcmeClient::Impl::post_new_account(const char* action, const Signer& signer,
                                                       std::string_view payload) {
  const Call call{
      .action = action, .endpoint = Endpoint::Account, .url = TRY(exchange.directory()).new_account};
  const auto response = TRY(exchange.post(call, signer, payload));
  const std::string url = TRY(exchange.location(response, "account"));
  // RFC 8555 §7.3.1 asks for no more than the Location of an account that there was already.
  if (response.body.empty()) return Account{.url = url, .status = "valid", .contact = {}};
  Account account = TRY(decode_account(exchange.body_of(response)));
  account.url = url;
  return account;
}

Answer<Account> HttpAcmeClient::Impl::find_account(const Signer& signer) {
  return post_new_account("get_registration", signer, R"({"onlyReturnExisting":true})");
}

Answer<std::string> HttpAcmeClient::Impl::find_account_url() {
  if (std::string known = known_account_url(); !known.empty()) return known;
  const Account account = TRY(find_account({.key = key, .kid = {}}));
  speak_for(account.url);
  return account.url;
}

Answer<http::ClientResponse> HttpAcmeClient::Impl::post(const Call& call, std::string_view payload) {
  const Signer signer{.key = key, .kid = TRY(find_account_url())};
  return exchange.post(call, signer, payload);
}

Answer<Account> HttpAcmeClient::Impl::post_account(const char* action, std::string_view payload) {
  const std::string url = TRY(find_account_url());
  const auto response = TRY(post({.action = action, .endpoint = Endpoint::Account, .url = url}, payload));
  Account account = TRY(decode_account(exchange.body_of(response)));
  account.url = url;
  return account;
}

Answer<Account> HttpAcmeClient::register_account(const AccountRequest& request) {
  const Shared lock(impl_->speaking);
  const std::string url = TRY(impl_->exchange.directory()).new_account;
  const auto payload = registration(request, impl_->key.public_key(), url);
  if (!payload) return malformed_answer("acme: " + payload.error().message);
  Account account =
      TRY(impl_->post_new_account("register_account", {.key = impl_->key, .kid = {}}, *payload));
  impl_->speak_for(account.url);
  return account;
}

Answer<Account> HttpAcmeClient::find_account() {
  const Shared lock(impl_->speaking);
  Account account = TRY(impl_->find_account({.key = impl_->key, .kid = {}}));
  impl_->speak_for(account.url);
  return account;
}

Answer<Account> HttpAcmeClient::update_contact(const std::vector<std::string>& contact) {
  const Shared lock(impl_->speaking);
  return impl_->post_account("update_registration", R"({"contact":)" + contact_list(contact) + "}");
}

Answer<Account> HttpAcmeClient::deactivate_account() {
  const Shared lock(impl_->speaking);
  return impl_->post_account("unnamed_action", R"({"status":"deactivated"})");
}

Answer<Done> HttpAcmeClient::Impl::change_key(const pki::PrivateKey& new_key, const std::string& account,
                                              const std::string& url) {
  const auto payload = sign_key_change(new_key, key.public_key(), account, url);
  if (!payload) return malformed_answer("acme: " + payload.error().message);
  const auto answer = exchange.post({.action = "unnamed_action", .endpoint = Endpoint::Account, .url = url},
                                    {.key = key, .kid = account}, *payload);
  if (!answer && answer.error().kind == Failure::Kind::Throttled) return answer.error();
  // An answer may be lost on its way, and Pebble answers 200 where it has refused: what counts is which
  // account the new key has. To sign with a key that has none would be the end of the account.
  const auto found = find_account({.key = new_key, .kid = {}});
  const bool changed = found ? found->url == account : answer.has_value() && !found.error().is_final();
  if (changed) return Done{};
  if (!answer) return answer.error();
  return malformed_answer("acme: the server took the new key, but does not know it afterwards");
}

Answer<Done> HttpAcmeClient::roll_key_over(const pki::PrivateKey& new_key) {
  const std::unique_lock lock(impl_->speaking);
  const std::string url = TRY(impl_->exchange.directory()).key_change;
  if (url.empty()) return unsupported("acme: the server does not offer to change the key");
  const auto thumbprint = pki::jwk_thumbprint(new_key.public_key());
  if (!thumbprint) return malformed_answer("acme: " + thumbprint.error().message);
  TRY(impl_->change_key(new_key, TRY(impl_->find_account_url()), url));
  impl_->key = new_key;
  const std::scoped_lock names(impl_->mutex);
  impl_->thumbprint = *thumbprint;
  return Done{};
}

std::string HttpAcmeClient::key_authorization(std::string_view token) const {
  const std::scoped_lock lock(impl_->mutex);
  return std::string(token) + "." + impl_->thumbprint;
}

}  // namespace cw::acme
