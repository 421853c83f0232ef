// TokenAuthenticator: whose token this is. The signature of a recent token is not verified again; whether its
// account, and what it is bound to, are still there is looked up each time. Tokens are never logged.
// Thread-safe. Source: k8s.io/kubernetes pkg/serviceaccount/{jwt,claims,legacy}.go.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "apiserver/store.h"
#include "apiserver/tokens/token_keys.h"
#include "lib/base/clock.h"
#include "lib/kube/admission_review.h"

namespace cw::apiserver {

struct TokenUser {
  kube::UserInfo user;
  std::vector<std::string> audiences;  // those asked for that the token is for
};

class TokenAuthenticator {
 public:
  TokenAuthenticator(const Store& store, const Clock& clock) : store_(store), clock_(clock) {}
  TokenAuthenticator(const TokenAuthenticator&) = delete;
  TokenAuthenticator& operator=(const TokenAuthenticator&) = delete;

  // Before anything else is asked; once.
  void use(std::unique_ptr<const TokenKeys> keys) { keys_ = std::move(keys); }

  // Empty audiences: this API server. A refusal is what TokenReview tells.
  Result<TokenUser, std::string> authenticate(std::string_view token,
                                              const std::vector<std::string>& audiences = {}) const;

  const TokenKeys& keys() const { return *keys_; }
  std::size_t remembered() const;
  // The Secrets whose tokens have been used since the last call.
  std::set<ObjectKey> take_used_secrets() const;

 private:
  using Claims = Result<TokenClaims, TokenKeys::Refusal>;
  struct Known {
    std::string digest;  // of the token
    TokenClaims claims;
  };
  Claims verified(std::string_view token) const;
  void remember(std::string digest, const TokenClaims&) const;
  Result<kube::UserInfo, std::string> user_of(std::string_view token, const TokenClaims&) const;
  Result<kube::UserInfo, std::string> bound_user(const TokenClaims&) const;
  Result<kube::UserInfo, std::string> secret_user(std::string_view token, const TokenClaims&) const;

  const Store& store_;
  const Clock& clock_;
  std::unique_ptr<const TokenKeys> keys_;
  mutable std::mutex mutex_;         // guards what follows
  mutable std::list<Known> recent_;  // the newest first
  mutable std::unordered_map<std::string_view, std::list<Known>::iterator> by_digest_;
  mutable std::set<ObjectKey> used_secrets_;
};

}  // namespace cw::apiserver
