// AcmeClients: the ACME client of each issuer that has an account, by the issuer's UID. The issuer reconciler
// puts them in when it has seen the account; Orders and Challenges take them. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "lib/acme/client.h"
#include "lib/base/result.h"
#include "lib/kube/resource.h"
#include "lib/pki/private_key.h"

namespace cw::controller::issuers {

// What makes a client, beside the account's key.
struct AcmeEndpoint {
  std::string server;     // URL of the directory
  std::string ca_bundle;  // PEM; empty: the system's
  bool skip_verification = false;
  std::string account_url = {};  // empty: not known yet
};
// Invalid: a URL or bundle that does not parse.
using MakeAcmeClient = std::function<Result<std::unique_ptr<::cw::acme::AcmeClient>>(
    const AcmeEndpoint&, const pki::PrivateKey& account_key)>;

class AcmeClients {
 public:
  using Pointer = std::shared_ptr<::cw::acme::AcmeClient>;

  Pointer find(const std::string& issuer_uid) const;  // null: the issuer has no account yet
  // Only if it was put in with these traits: whatever else would need another client.
  Pointer find(const std::string& issuer_uid, const std::string& traits) const;
  void put(const kube::ObjectKey& issuer, const std::string& issuer_uid, const std::string& traits, Pointer);
  // No client for it any more, whatever UID it had.
  void forget(const kube::ObjectKey& issuer);

  // Before the first put: called when an issuer has a client that it had not, on the thread that brings it.
  void on_new(std::function<void(const kube::ObjectKey& issuer)> handler) { on_new_ = std::move(handler); }

 private:
  struct Entry {
    kube::ObjectKey issuer;
    std::string traits;
    Pointer client;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Entry> by_uid_;
  std::function<void(const kube::ObjectKey&)> on_new_;
};

}  // namespace cw::controller::issuers
