// GoogleToken: the access token that Google's APIs are asked with: from a service account's key (RFC 7523, a
// JWT signed RS256), or from the surroundings (GOOGLE_APPLICATION_CREDENTIALS, the machine's metadata
// server). Thread-safe. Errors: Forbidden, Unavailable, Invalid (the key file is none).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/dns01/oauth.h"
#include "lib/dns01/wires.h"
#include "lib/pki/private_key.h"

namespace cw::dns01 {

struct GoogleServiceAccount {
  std::string email;
  std::string key_id;
  std::string token_url;
  pki::PrivateKey key;
};
// The JSON file that Google makes for a service account.
Result<GoogleServiceAccount> parse_google_service_account(std::string_view json);

class GoogleToken {
 public:
  // nullopt: from the surroundings.
  GoogleToken(Wires wires, std::optional<GoogleServiceAccount> account)
      : wires_(std::move(wires)), account_(std::move(account)), kept_(wires_.clock) {}

  Result<std::shared_ptr<const SecretBytes>> current() {
    return kept_.get([this] { return renew(); });
  }
  void forget() { kept_.forget(); }

 private:
  Result<AccessToken> renew();
  Result<AccessToken> ask_with(const GoogleServiceAccount&);
  Result<AccessToken> ask_metadata();

  Wires wires_;
  std::optional<GoogleServiceAccount> account_;
  Renewed<SecretBytes> kept_;
};

}  // namespace cw::dns01
