// Authenticator: who a request is from, by client certificate or bearer token; without either the anonymous
// user. Thread-safe.
#pragma once

#include "apiserver/tokens/token_authenticator.h"
#include "lib/http/server.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

class Authenticator {
 public:
  explicit Authenticator(const TokenAuthenticator& tokens) : tokens_(tokens) {}

  // 401 for a token that is not good.
  kube::Outcome<kube::UserInfo> authenticate(const http::Request&) const;

 private:
  const TokenAuthenticator& tokens_;
};

}  // namespace cw::apiserver
