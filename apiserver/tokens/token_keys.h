// TokenKeys: the key that signs ServiceAccounts' tokens, kept in the data directory (service-account.key) or,
// for a server without one, in memory. ES256. Immutable; thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "apiserver/data_directory.h"
#include "apiserver/tokens/token_claims.h"
#include "lib/pki/private_key.h"

namespace cw::apiserver {

// The issuer of tokens and the audience that this API server is.
inline constexpr std::string_view kTokenIssuer = "https://kubernetes.default.svc";
// Longer ones are no tokens of ours.
inline constexpr std::size_t kMaxTokenBytes = 8192;

class TokenKeys {
 public:
  // Makes a key if none is kept. Without a directory nothing is kept. Unavailable if the kept one cannot be
  // read; the message says what to do.
  static Result<std::unique_ptr<TokenKeys>> open(const DataDirectory*, pki::KeyMaker&);

  Result<std::string> sign(const TokenClaims&) const;

  // Why a text is no token of this server, in the words of kube-apiserver. `why` is empty for what does not
  // even say that it is one.
  struct Refusal {
    std::string why;
  };
  // Verifies signature, algorithm, key and issuer; neither times nor what the claims are about.
  Result<TokenClaims, Refusal> verify(std::string_view token) const;

  // GET /openid/v1/jwks: the public key, for others who are shown tokens.
  std::string key_set() const;
  // GET /.well-known/openid-configuration. `url`: of this server.
  std::string openid_configuration(const std::string& url) const;

 private:
  TokenKeys(pki::PrivateKey key, std::string algorithm, std::string key_id, std::string jwk)
      : key_(std::move(key)),
        algorithm_(std::move(algorithm)),
        key_id_(std::move(key_id)),
        jwk_(std::move(jwk)) {}

  pki::PrivateKey key_;
  std::string algorithm_;
  std::string key_id_;
  std::string jwk_;  // JSON text
};

}  // namespace cw::apiserver
