#include "lib/acme/jws.h"

#include <nlohmann/json.hpp>

#include "lib/base/encoding.h"
#include "lib/pki/digest.h"
#include "lib/pki/jwk.h"
#include "lib/pki/jws.h"

namespace cw::acme {
namespace {

std::string flattened(std::string_view signing_input, std::string_view signature) {
  const std::size_t dot = signing_input.find('.');
  return R"({"protected":")" + std::string(signing_input.substr(0, dot)) + R"(","payload":")" +
         std::string(signing_input.substr(dot + 1)) + R"(","signature":")" + encode_base64url(signature) +
         R"("})";
}

}  // namespace

std::string json_quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<std::string> sign_jws(const pki::PrivateKey& key, const JwsHeader& header, std::string_view payload) {
  std::string text = R"({"alg":")" + std::string(TRY(pki::jws_algorithm(key.public_key()))) + '"';
  if (header.kid.empty())
    text += R"(,"jwk":)" + TRY(pki::encode_jwk(key.public_key()));
  else
    text += R"(,"kid":)" + json_quoted(header.kid);
  if (!header.nonce.empty()) text += R"(,"nonce":)" + json_quoted(header.nonce);
  text += R"(,"url":)" + json_quoted(header.url) + "}";
  const std::string input = pki::jws_signing_input(text, payload);
  return flattened(input, TRY(pki::jws_signature(key, input)));
}

Result<std::string> bind_external_account(const ExternalAccount& account, const pki::PublicKey& account_key,
                                          const std::string& new_account_url) {
  const std::string header = R"({"alg":"HS256","kid":)" + json_quoted(account.key_id) + R"(,"url":)" +
                             json_quoted(new_account_url) + "}";
  const std::string input = pki::jws_signing_input(header, TRY(pki::encode_jwk(account_key)));
  return flattened(input, pki::hmac_sha256(account.key, input));
}

Result<std::string> sign_key_change(const pki::PrivateKey& new_key, const pki::PublicKey& old_key,
                                    const std::string& account_url, const std::string& key_change_url) {
  const std::string old_jwk = TRY(pki::encode_jwk(old_key));
  const std::string payload = R"({"account":)" + json_quoted(account_url) + R"(,"oldKey":)" + old_jwk + "}";
  return sign_jws(new_key, {.url = key_change_url}, payload);
}

}  // namespace cw::acme
