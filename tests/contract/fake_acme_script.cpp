// What tests tell FakeAcme and ask it.
#include "tests/contract/fake_acme.h"

namespace cw::contract {

void FakeAcme::fail_next(AcmeCall call, acme::Failure failure, int times) {
  const std::scoped_lock lock(mutex_);
  for (int i = 0; i < times; ++i) failures_[call].push_back(failure);
}

void FakeAcme::fail_when(std::function<std::optional<acme::Failure>(AcmeCall)> check) {
  const std::scoped_lock lock(mutex_);
  check_ = std::move(check);
}

void FakeAcme::judge_by(std::function<Verdict(const acme::Authorization&, const acme::Challenge&)> judge) {
  const std::scoped_lock lock(mutex_);
  judge_ = std::move(judge);
}

void FakeAcme::settle(const std::string& challenge_url, const Verdict& verdict) {
  const std::scoped_lock lock(mutex_);
  settle_locked(challenge_url, verdict);
}

void FakeAcme::authorize_beforehand(const acme::Identifier& identifier, bool wildcard) {
  const std::scoped_lock lock(mutex_);
  authorized_.push_back({identifier.type, (wildcard ? "*." : "") + identifier.value});
}

void FakeAcme::finalize_slowly() {
  const std::scoped_lock lock(mutex_);
  finalizes_slowly_ = true;
}

void FakeAcme::finish_orders() {
  const std::scoped_lock lock(mutex_);
  finalizes_slowly_ = false;
  for (auto& [url, state] : orders_) {
    if (state.order.status == "processing") state.order.status = "valid";
  }
}

void FakeAcme::set_order_status(const std::string& url, const std::string& status, const std::string& error) {
  const std::scoped_lock lock(mutex_);
  auto& order = orders_.at(url).order;
  order.status = status;
  order.error = error;
}

void FakeAcme::set_authorization_status(const std::string& url, const std::string& status) {
  const std::scoped_lock lock(mutex_);
  authorizations_.at(url).status = status;
}

void FakeAcme::lose_order(const std::string& url) {
  const std::scoped_lock lock(mutex_);
  orders_.erase(url);
}

void FakeAcme::set_renewal_info(const std::string& certificate_id, const acme::RenewalInfo& info) {
  const std::scoped_lock lock(mutex_);
  renewal_info_[certificate_id] = info;
}

std::size_t FakeAcme::calls(AcmeCall call) const {
  const std::scoped_lock lock(mutex_);
  const auto found = calls_.find(call);
  return found == calls_.end() ? 0 : found->second;
}

std::size_t FakeAcme::calls() const {
  const std::scoped_lock lock(mutex_);
  std::size_t sum = 0;
  for (const auto& [call, count] : calls_) sum += count;
  return sum;
}

void FakeAcme::forget_calls() {
  const std::scoped_lock lock(mutex_);
  calls_.clear();
}

std::vector<acme::OrderRequest> FakeAcme::order_requests() const {
  const std::scoped_lock lock(mutex_);
  return order_requests_;
}

std::vector<std::string> FakeAcme::order_urls() const {
  const std::scoped_lock lock(mutex_);
  return order_urls_;
}

std::optional<acme::Order> FakeAcme::find_order(const std::string& url) {
  const std::scoped_lock lock(mutex_);
  const auto found = order_at(url);
  if (!found) return std::nullopt;
  return shown(**found);
}

std::optional<acme::Authorization> FakeAcme::find_authorization(const std::string& url) const {
  const std::scoped_lock lock(mutex_);
  const auto found = authorizations_.find(url);
  if (found == authorizations_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> FakeAcme::accepted_challenges() const {
  const std::scoped_lock lock(mutex_);
  return accepted_;
}

std::vector<acme::Account> FakeAcme::accounts() const {
  const std::scoped_lock lock(mutex_);
  std::vector<acme::Account> accounts;
  for (const auto& [thumbprint, account] : accounts_) accounts.push_back(account);
  return accounts;
}

bool FakeAcme::is_revoked(std::string_view certificate_der) const {
  const std::scoped_lock lock(mutex_);
  return revoked_.find(certificate_der) != revoked_.end();
}

}  // namespace cw::contract
