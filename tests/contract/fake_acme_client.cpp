#include "lib/acme/problem.h"
#include "lib/pki/jwk.h"
#include "tests/contract/fake_acme.h"

namespace cw::contract {

using acme::Answer;
using Lock = std::unique_lock<std::mutex>;

FakeAcmeClient::FakeAcmeClient(FakeAcme& server, const pki::PrivateKey& account_key) : server_(server) {
  const auto thumbprint = pki::jwk_thumbprint(account_key.public_key());
  CW_ASSERT(thumbprint.has_value());
  thumbprint_ = *thumbprint;
}

Answer<acme::Account*> FakeAcmeClient::account() {
  const auto found = server_.accounts_.find(thumbprint_);
  if (found == server_.accounts_.end()) {
    return refusal(400, "accountDoesNotExist", "there is no account for this key");
  }
  if (found->second.status != "valid") {
    return refusal(403, "unauthorized", "the account is " + found->second.status);
  }
  return &found->second;
}

// Afterwards the lock is held, and the account is one that may ask.
Answer<Done> FakeAcmeClient::enter(AcmeCall call, Lock& lock) {
  TRY(server_.enter(call));
  lock = Lock(server_.mutex_);
  TRY(account());
  return Done{};
}

Answer<acme::Directory> FakeAcmeClient::directory() {
  TRY(server_.enter(AcmeCall::Directory));
  const std::string base = "https://acme.example";
  return acme::Directory{.new_nonce = base + "/new-nonce",
                         .new_account = base + "/new-account",
                         .new_order = base + "/new-order",
                         .revoke_cert = base + "/revoke-cert",
                         .key_change = base + "/key-change",
                         .renewal_info = server_.options_.renewal_info ? base + "/renewal-info" : "",
                         .profiles = server_.options_.profiles,
                         .external_account_required = server_.options_.external_account_required,
                         .terms_of_service = {}};
}

Answer<acme::Account> FakeAcmeClient::register_account(const acme::AccountRequest& request) {
  TRY(server_.enter(AcmeCall::RegisterAccount));
  const Lock lock(server_.mutex_);
  if (server_.accounts_.count(thumbprint_) > 0) return *TRY(account());
  if (server_.options_.external_account_required && !request.external_account) {
    return refusal(403, "externalAccountRequired", "an external account binding is required");
  }
  return server_.accounts_[thumbprint_] = {
             .url = server_.new_url("account"), .status = "valid", .contact = request.contact};
}

Answer<acme::Account> FakeAcmeClient::find_account() {
  Lock lock;
  TRY(enter(AcmeCall::FindAccount, lock));
  return *TRY(account());
}

Answer<acme::Account> FakeAcmeClient::update_contact(const std::vector<std::string>& contact) {
  Lock lock;
  TRY(enter(AcmeCall::UpdateContact, lock));
  acme::Account& mine = *TRY(account());
  mine.contact = contact;
  return mine;
}

Answer<acme::Account> FakeAcmeClient::deactivate_account() {
  Lock lock;
  TRY(enter(AcmeCall::DeactivateAccount, lock));
  acme::Account& mine = *TRY(account());
  mine.status = "deactivated";
  return mine;
}

Answer<Done> FakeAcmeClient::roll_key_over(const pki::PrivateKey& new_key) {
  const auto thumbprint = pki::jwk_thumbprint(new_key.public_key());
  if (!thumbprint) return refusal(400, "badPublicKey", thumbprint.error().message);
  return roll_over_to(*thumbprint);
}

Answer<Done> FakeAcmeClient::roll_over_to(const std::string& thumbprint) {
  Lock lock;
  TRY(enter(AcmeCall::RollKeyOver, lock));
  if (server_.accounts_.count(thumbprint) > 0) {
    return refusal(409, "malformed", "the new key has an account already");
  }
  auto mine = server_.accounts_.extract(thumbprint_);
  mine.key() = thumbprint;
  server_.accounts_.insert(std::move(mine));
  thumbprint_ = thumbprint;
  return Done{};
}

Answer<acme::Order> FakeAcmeClient::post_order(const acme::OrderRequest& request) {
  Lock lock;
  TRY(enter(AcmeCall::NewOrder, lock));
  return server_.add_order(request);
}

Answer<acme::Order> FakeAcmeClient::new_order(const acme::OrderRequest& request) {
  if (!request.profile.empty() && server_.options_.profiles.count(request.profile) == 0) {
    return acme::unsupported("acme: certificate authority does not advertise a profile with name " +
                             request.profile);
  }
  acme::OrderRequest taken = request;
  if (!server_.options_.renewal_info) taken.replaces.clear();
  auto order = post_order(taken);
  if (order || taken.replaces.empty() || !acme::is_about_replaces(order.error())) return order;
  taken.replaces.clear();
  return post_order(taken);
}

Answer<acme::Order> FakeAcmeClient::get_order(const std::string& url) {
  Lock lock;
  TRY(enter(AcmeCall::GetOrder, lock));
  return server_.shown(*TRY(server_.order_at(url)));
}

Answer<acme::Authorization> FakeAcmeClient::get_authorization(const std::string& url) {
  Lock lock;
  TRY(enter(AcmeCall::GetAuthorization, lock));
  const auto found = server_.authorizations_.find(url);
  if (found == server_.authorizations_.end()) return refusal(404, "malformed", "no authorization " + url);
  acme::Authorization shown = found->second;
  if (shown.status == "pending") shown.retry_after = server_.options_.retry_after;
  return shown;
}

Answer<acme::Authorization> FakeAcmeClient::deactivate_authorization(const std::string& url) {
  Lock lock;
  TRY(enter(AcmeCall::DeactivateAuthorization, lock));
  const auto found = server_.authorizations_.find(url);
  if (found == server_.authorizations_.end()) return refusal(404, "malformed", "no authorization " + url);
  found->second.status = "deactivated";
  return found->second;
}

Answer<acme::Challenge> FakeAcmeClient::accept_challenge(const std::string& url) {
  Lock lock;
  TRY(enter(AcmeCall::AcceptChallenge, lock));
  const auto owner = server_.authorization_of_.find(url);
  if (owner == server_.authorization_of_.end()) return refusal(404, "malformed", "no challenge " + url);
  auto& authorization = server_.authorizations_.at(owner->second);
  const auto find = [&]() -> acme::Challenge& {
    for (auto& candidate : authorization.challenges) {
      if (candidate.url == url) return candidate;
    }
    CW_ASSERT(false);
  };
  acme::Challenge& challenge = find();
  if (authorization.status != "pending") return challenge;
  server_.accepted_.push_back(url);
  challenge.status = "processing";
  const auto judge = server_.judge_;
  const acme::Authorization seen = authorization;
  const acme::Challenge answered = challenge;
  lock.unlock();
  const Verdict verdict = judge ? judge(seen, answered) : Verdict{};
  server_.settle(url, verdict);
  return answered;
}

Answer<acme::Order> FakeAcmeClient::finalize(const std::string& finalize_url, std::string_view csr_der) {
  Lock lock;
  TRY(enter(AcmeCall::Finalize, lock));
  for (auto& [url, state] : server_.orders_) {
    if (state.order.finalize != finalize_url) continue;
    server_.refresh(state);
    if (state.order.status != "ready") {
      return refusal(403, "orderNotReady", "the order is " + state.order.status);
    }
    TRY(server_.issue(state, csr_der));
    return server_.shown(state);
  }
  return refusal(404, "malformed", "there is no order to finalize at " + finalize_url);
}

Answer<acme::CertificateChain> FakeAcmeClient::get_certificate(const std::string& url) {
  Lock lock;
  TRY(enter(AcmeCall::GetCertificate, lock));
  const auto found = server_.chains_.find(url);
  if (found == server_.chains_.end()) return refusal(404, "malformed", "there is no certificate " + url);
  return found->second;
}

Answer<Done> FakeAcmeClient::revoke(std::string_view certificate_der, acme::RevocationReason) {
  Lock lock;
  TRY(enter(AcmeCall::Revoke, lock));
  if (!server_.revoked_.insert(std::string(certificate_der)).second) {
    return refusal(400, "alreadyRevoked", "the certificate has been revoked before");
  }
  return Done{};
}

Answer<acme::RenewalInfo> FakeAcmeClient::get_renewal_info(const std::string& certificate_id) {
  TRY(server_.enter(AcmeCall::GetRenewalInfo));
  const Lock lock(server_.mutex_);
  if (!server_.options_.renewal_info) return acme::unsupported("the server has no renewal information");
  return server_.renewal_info_of(certificate_id);
}

std::string FakeAcmeClient::key_authorization(std::string_view token) const {
  const Lock lock(server_.mutex_);
  return std::string(token) + "." + thumbprint_;
}

}  // namespace cw::contract
