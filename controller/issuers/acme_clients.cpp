#include "controller/issuers/acme_clients.h"

namespace cw::controller::issuers {

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
    is_new = entry.client != client;
    entry = {issuer, traits, std::move(client)};
  }
  if (is_new && on_new_) on_new_(issuer);
}

void AcmeClients::forget(const kube::ObjectKey& issuer) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(by_uid_, [&](const auto& entry) { return entry.second.issuer == issuer; });
}

}  // namespace cw::controller::issuers
