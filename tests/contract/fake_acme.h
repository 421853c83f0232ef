// FakeAcme: an ACME server in memory, and FakeAcmeClient, which talks to it without a wire. As a real one:
// accounts by key, authorizations that are reused when told, orders that become ready when all of them are
// valid, chains that fit the CSR with an alternate, renewal information, refusals with problem documents. Not
// as a real one: nothing is validated but as the test says, nonces and signatures do not exist.
// Thread-safe. FakeAcmeClient passes acme_client_contract.h.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/acme/client.h"
#include "lib/base/clock.h"
#include "tests/contract/fake_acme_authority.h"

namespace cw::contract {

enum class AcmeCall : std::uint8_t {
  Directory,
  RegisterAccount,
  FindAccount,
  UpdateContact,
  DeactivateAccount,
  RollKeyOver,
  NewOrder,
  GetOrder,
  GetAuthorization,
  DeactivateAuthorization,
  AcceptChallenge,
  Finalize,
  GetCertificate,
  Revoke,
  GetRenewalInfo,
};

// What becomes of a challenge.
struct Verdict {
  enum class Kind : std::uint8_t { Valid, Invalid, Waiting } kind = Kind::Valid;
  std::string error = {};  // if Invalid: the problem in words
};

struct FakeAcmeOptions {
  bool renewal_info = true;
  bool external_account_required = false;
  std::map<std::string, std::string> profiles = {};  // name to description
  // Offered for each name, in this order; of them only dns-01 for wildcards, http-01 and tls-alpn-01 for IPs.
  std::vector<std::string> challenge_types = {"http-01", "dns-01", "tls-alpn-01"};
  std::chrono::seconds certificate_lifetime = std::chrono::hours(90 * 24);
  std::optional<std::chrono::seconds> retry_after = {};  // said with what is not settled yet
};

class FakeAcme {
 public:
  static constexpr const char* kRootName = "Fake Root";         // above the chain that an order gives
  static constexpr const char* kOtherRootName = "Fake Root 2";  // above its alternate

  explicit FakeAcme(const Clock& clock, FakeAcmeOptions options = {});

  // -- what is to happen --
  // The next `times` calls of that kind are answered so. They count as calls.
  void fail_next(AcmeCall, acme::Failure, int times = 1);
  // Asked before each call, without a lock held; nullopt: go on.
  void fail_when(std::function<std::optional<acme::Failure>(AcmeCall)>);
  // Asked when a challenge is accepted, without a lock held. Without it every accepted challenge is valid.
  void judge_by(std::function<Verdict(const acme::Authorization&, const acme::Challenge&)>);
  // Later, for a challenge that is Waiting; or at any time.
  void settle(const std::string& challenge_url, const Verdict&);
  // New authorizations for this identifier are valid from the start.
  void authorize_beforehand(const acme::Identifier&, bool wildcard = false);
  // From now on finalize answers "processing" until finish_orders.
  void finalize_slowly();
  void finish_orders();
  // As when the server gives up on it. An empty error stays empty.
  void set_order_status(const std::string& url, const std::string& status, const std::string& error = {});
  void set_authorization_status(const std::string& url, const std::string& status);
  // From now on it answers 404.
  void lose_order(const std::string& url);
  // Without it: the last third of the life, for certificates that were issued here.
  void set_renewal_info(const std::string& certificate_id, const acme::RenewalInfo&);

  // -- what has happened --
  std::size_t calls(AcmeCall) const;
  std::size_t calls() const;
  void forget_calls();
  std::vector<acme::OrderRequest> order_requests() const;  // those that made an order, oldest first
  std::vector<std::string> order_urls() const;             // oldest first
  std::optional<acme::Order> find_order(const std::string& url);
  std::optional<acme::Authorization> find_authorization(const std::string& url) const;
  std::vector<std::string> accepted_challenges() const;  // URLs, in order
  std::vector<acme::Account> accounts() const;
  bool is_revoked(std::string_view certificate_der) const;

 private:
  friend class FakeAcmeClient;
  friend class FakeAcmeWire;

  struct OrderState {
    acme::Order order;
    acme::OrderRequest request;
  };

  acme::Answer<Done> enter(AcmeCall);
  // All below: with the lock held.
  std::string new_url(const char* kind);
  std::string add_authorization(const acme::Identifier&);
  acme::Answer<acme::Order> add_order(const acme::OrderRequest&);
  void refresh(OrderState&);
  acme::Order shown(const OrderState&) const;
  acme::Answer<OrderState*> order_at(const std::string& url);
  acme::Answer<acme::RenewalInfo> renewal_info_of(const std::string& certificate_id) const;
  void settle_locked(const std::string& challenge_url, const Verdict&);
  acme::Answer<Done> issue(OrderState&, std::string_view csr_der);

  const Clock& clock_;
  const FakeAcmeOptions options_;
  const FakeAuthority authority_;
  mutable std::mutex mutex_;
  int last_number_ = 0;
  std::map<std::string, acme::Account> accounts_;  // by thumbprint of the key
  std::map<std::string, OrderState> orders_;       // by URL
  std::vector<std::string> order_urls_;
  std::vector<acme::OrderRequest> order_requests_;
  std::map<std::string, acme::Authorization> authorizations_;
  std::map<std::string, std::string> authorization_of_;   // by URL of a challenge
  std::map<std::string, acme::CertificateChain> chains_;  // by URL of a certificate
  std::map<std::string, pki::Certificate> leaves_;        // by certificate_id
  std::vector<acme::Identifier> authorized_;              // a wildcard with "*."
  std::vector<std::string> accepted_;
  std::set<std::string, std::less<>> revoked_;
  std::set<std::string> replaced_;
  std::map<std::string, acme::RenewalInfo> renewal_info_;
  bool finalizes_slowly_ = false;
  std::map<AcmeCall, std::size_t> calls_;
  std::map<AcmeCall, std::vector<acme::Failure>> failures_;
  std::function<std::optional<acme::Failure>(AcmeCall)> check_;
  std::function<Verdict(const acme::Authorization&, const acme::Challenge&)> judge_;
};

class FakeAcmeClient final : public acme::AcmeClient {
 public:
  FakeAcmeClient(FakeAcme& server, const pki::PrivateKey& account_key);

  acme::Answer<acme::Directory> directory() override;
  acme::Answer<acme::Account> register_account(const acme::AccountRequest&) override;
  acme::Answer<acme::Account> find_account() override;
  acme::Answer<acme::Account> update_contact(const std::vector<std::string>& contact) override;
  acme::Answer<acme::Account> deactivate_account() override;
  acme::Answer<Done> roll_key_over(const pki::PrivateKey& new_key) override;
  acme::Answer<acme::Order> new_order(const acme::OrderRequest&) override;
  acme::Answer<acme::Order> get_order(const std::string& url) override;
  acme::Answer<acme::Authorization> get_authorization(const std::string& url) override;
  acme::Answer<acme::Authorization> deactivate_authorization(const std::string& url) override;
  acme::Answer<acme::Challenge> accept_challenge(const std::string& url) override;
  acme::Answer<acme::Order> finalize(const std::string& finalize_url, std::string_view csr_der) override;
  acme::Answer<acme::CertificateChain> get_certificate(const std::string& url) override;
  acme::Answer<Done> revoke(std::string_view certificate_der, acme::RevocationReason) override;
  acme::Answer<acme::RenewalInfo> get_renewal_info(const std::string& certificate_id) override;
  std::string key_authorization(std::string_view token) const override;

 private:
  friend class FakeAcmeWire;
  FakeAcmeClient(FakeAcme& server, std::string thumbprint)
      : server_(server), thumbprint_(std::move(thumbprint)) {}
  acme::Answer<Done> roll_over_to(const std::string& thumbprint);
  // What a server answers; new_order makes of it what a client does.
  acme::Answer<acme::Order> post_order(const acme::OrderRequest&);

  // Both with the server's lock held.
  acme::Answer<acme::Account*> account();
  acme::Answer<Done> enter(AcmeCall, std::unique_lock<std::mutex>&);

  FakeAcme& server_;
  std::string thumbprint_;  // under the server's lock
};

// A failure as a server's problem document makes it: refusal(403, "unauthorized", "no").
acme::Failure refusal(int status, const std::string& short_type, const std::string& detail);

}  // namespace cw::contract
