#include "lib/dns01/google_token.h"

#include <nlohmann/json.hpp>

#include "lib/base/encoding.h"
#include "lib/base/file.h"
#include "lib/kube/json_access.h"

namespace cw::dns01 {
namespace {

constexpr std::string_view kProvider = "Google";
constexpr std::string_view kScope = "https://www.googleapis.com/auth/ndev.clouddns.readwrite";
constexpr std::chrono::seconds kLife{3600};
constexpr std::size_t kMaxFile = 1UL << 16U;

Result<std::string> signed_claims(const GoogleServiceAccount& account, TimePoint now) {
  kube::Json header = {{"alg", "RS256"}, {"typ", "JWT"}};
  if (!account.key_id.empty()) header["kid"] = account.key_id;
  const auto issued = now.time_since_epoch().count();
  const kube::Json claims = {{"iss", account.email},
                             {"scope", kScope},
                             {"aud", account.token_url},
                             {"iat", issued},
                             {"exp", issued + kLife.count()}};
  const std::string text = encode_base64url(header.dump()) + "." + encode_base64url(claims.dump());
  const auto signature = TRY(account.key.sign(pki::SignatureAlgorithm::Sha256WithRsa, text));
  return text + "." + encode_base64url(signature);
}

}  // namespace

Result<GoogleServiceAccount> parse_google_service_account(std::string_view text) {
  const auto json = kube::parse_json(text);
  if (!json || !json->is_object()) return Error{Code::Invalid, "the service account is no JSON object"};
  if (const auto type = kube::text_member(*json, "type"); type != "service_account") {
    return Error{Code::Invalid, "the type of the service account has to be \"service_account\""};
  }
  auto key = pki::PrivateKey::parse_pem(kube::text_member(*json, "private_key"));
  if (!key) return Error{Code::Invalid, "private_key of the service account is no private key"};
  GoogleServiceAccount account{.email = kube::text_member(*json, "client_email"),
                               .key_id = kube::text_member(*json, "private_key_id"),
                               .token_url = kube::text_member(*json, "token_uri"),
                               .key = std::move(key).value()};
  if (account.token_url.empty()) account.token_url = "https://oauth2.googleapis.com/token";
  if (account.email.empty()) return Error{Code::Invalid, "the service account has no client_email"};
  if (!account.token_url.starts_with("https://")) {
    return Error{Code::Invalid, "token_uri of the service account has to begin with https://"};
  }
  return account;
}

Result<AccessToken> GoogleToken::ask_with(const GoogleServiceAccount& account) {
  const auto claims = TRY(signed_claims(account, wires_.clock.now()));
  return exchange_token(
      wires_.fetch,
      {kProvider,
       "get an access token",
       token_form(account.token_url,
                  {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", claims}}),
       {claims}},
      wires_.clock.now());
}

Result<AccessToken> GoogleToken::ask_metadata() {
  auto host = wires_.environment("GCE_METADATA_HOST");
  if (host.empty()) host = "metadata.google.internal";
  return exchange_token(
      wires_.fetch,
      {kProvider,
       "get an access token from the machine's metadata server",
       {.url = "http://" + host + "/computeMetadata/v1/instance/service-accounts/default/token",
        .headers = {{"Metadata-Flavor", "Google"}}}},
      wires_.clock.now());
}

Result<AccessToken> GoogleToken::renew() {
  if (account_) return ask_with(*account_);
  const auto file = wires_.environment("GOOGLE_APPLICATION_CREDENTIALS");
  if (file.empty()) return ask_metadata();
  const SecretBytes text(TRY(read_file(file, kMaxFile)));
  auto account = parse_google_service_account(text.reveal());
  if (!account) {
    return Error{Code::Invalid, "Google: GOOGLE_APPLICATION_CREDENTIALS: " + account.error().message};
  }
  return ask_with(*account);
}

}  // namespace cw::dns01
