#include "controller/issuers/acme_clients.h"

namespace cw::controller::issuers {
namespace {

constexpr std::chrono::minutes kBetweenDoubts{10};

}  // namespace

AcmeClients::Pointer AcmeClients::find(const std::string& issuer_uid) const {
  const std::scoped_lock lock(mutex_);
  const auto found = by_uid_.find(issuer_uid);
  return found != by_uid_.end() ? found->second.client : nullptr;
}

AcmeClients::Pointer AcmeClients::find(const std::string& issuer_uid, const std::string& traits) const {
  const std::scoped_lock lock(mutex_);
  const auto found = by_uid_.find(issuer_uid);
  return found != by_uid_.end() && found->second.traits == traits ? found->second.client : nullptr;
}

void AcmeClients::put(const kube::ObjectKey& issuer, const std::string& issuer_uid, const std::string& traits,
                      Pointer client) {
  bool is_new = false;
  {
    const std::scoped_lock lock(mutex_);
    Entry& entry = by_uid_[issuer_uid];
    is_new = entry.client != client || entry.is_doubted;
    entry = {issuer, traits, std::move(client), false, entry.doubted_at};
  }
  if (is_new && on_new_) on_new_(issuer);
}

bool AcmeClients::doubt(const std::string& issuer_uid) {
  kube::ObjectKey issuer;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = by_uid_.find(issuer_uid);
    if (found == by_uid_.end()) return false;
    Entry& entry = found->second;
    if (entry.is_doubted) return true;
    const auto now = std::chrono::steady_clock::now();
    if (entry.doubted_at && now - *entry.doubted_at < kBetweenDoubts) return false;
    entry.is_doubted = true;
    entry.doubted_at = now;
    issuer = entry.issuer;
  }
  if (on_doubt_) on_doubt_(issuer);
  return true;
}

bool AcmeClients::is_doubted(const std::string& issuer_uid) const {
  const std::scoped_lock lock(mutex_);
  const auto found = by_uid_.find(issuer_uid);
  return found != by_uid_.end() && found->second.is_doubted;
}

void AcmeClients::forget(const kube::ObjectKey& issuer) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(by_uid_, [&](const auto& entry) { return entry.second.issuer == issuer; });
}

}  // namespace cw::controller::issuers
