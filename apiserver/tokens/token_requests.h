// TokenRequest (POST serviceaccounts/NAME/token) and TokenReview: made and looked at, never stored.
// Thread-safe. Source: k8s.io/kubernetes pkg/registry/core/serviceaccount/storage/token.go,
// pkg/registry/authentication/tokenreview.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/resource_row.h"
#include "apiserver/store.h"
#include "apiserver/tokens/token_authenticator.h"
#include "lib/base/clock.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

struct TokenParts {
  const Store& store;
  const TokenAuthenticator& tokens;
  const Clock& clock;
};

// The request with its token, for the account of that key. 404 without the account or what the token is to be
// bound to, 409 if one of them has another UID than the request says, 422 for times out of bounds.
kube::Outcome<Json> make_token(Json request, const ObjectKey& account, const TokenParts&);

// The review with its status. 400 without a token.
kube::Outcome<Json> review_token(Json review, const TokenParts&);

KindRules token_request_rules();

// How long a token is valid whose request does not say it.
inline constexpr std::int64_t kDefaultTokenSeconds = 3600;

}  // namespace cw::apiserver
