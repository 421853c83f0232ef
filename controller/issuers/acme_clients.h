// AcmeClients: the ACME client of each issuer that has an account, by the issuer's UID. The issuer reconciler
// puts them in when it has seen the account; Orders and Challenges take them. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
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

  // The server says that it does not know the account. True: the issuer will look at it again. False: it has
  // done so not long ago, and that has not helped.
  bool doubt(const std::string& issuer_uid);
  bool is_doubted(const std::string& issuer_uid) const;

  using Handler = std::function<void(const kube::ObjectKey& issuer)>;
  // Both before the first put. Called when an issuer has a client that it had not, or one that is beyond
  // doubt again, and when one is doubted; on the thread that brings it about.
  void on_new(Handler handler) { on_new_ = std::move(handler); }
  void on_doubt(Handler handler) { on_doubt_ = std::move(handler); }

 private:
  struct Entry {
    kube::ObjectKey issuer;
    std::string traits;
    Pointer client;
    bool is_doubted = false;
    std::optional<std::chrono::steady_clock::time_point> doubted_at = {};  // last
  };
  mutable std::mutex mutex_;
  std::map<std::string, Entry> by_uid_;
  Handler on_new_;
  Handler on_doubt_;
};

}  // namespace cw::controller::issuers
