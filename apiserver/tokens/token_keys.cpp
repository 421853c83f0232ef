#include "apiserver/tokens/token_keys.h"

#include <optional>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/encoding.h"
#include "lib/kube/json.h"
#include "lib/pki/digest.h"
#include "lib/pki/jwk.h"
#include "lib/pki/jws.h"

namespace cw::apiserver {
namespace {

constexpr const char* kFile = "service-account.key";

Result<std::optional<pki::PrivateKey>> read_key(const DataDirectory& directory) {
  const std::string path = directory.file(kFile);
  auto text = TRY(read_file_if_there(path));
  if (!text) return std::optional<pki::PrivateKey>();
  const SecretBytes pem(*std::move(text));
  Result<pki::PrivateKey> key = pki::PrivateKey::parse_pem(pem.reveal());
  if (key) return std::optional(*std::move(key));
  return Error{Code::Unavailable, path + ": " + key.error().message +
                                      "; remove it to get a new one; tokens made until now end with it"};
}

Result<pki::PrivateKey> find_or_make_key(const DataDirectory* directory, pki::KeyMaker& keys) {
  if (directory != nullptr) {
    auto kept = TRY(read_key(*directory));
    if (kept) return *std::move(kept);
  }
  pki::PrivateKey key = TRY(keys.make_key({pki::KeyAlgorithm::Ecdsa, 256}));
  if (directory == nullptr) return key;
  const SecretBytes pem = TRY(key.to_pem(pki::KeyEncoding::Pkcs8));
  TRY(write_private_file(directory->file(kFile), pem.reveal()));
  return key;
}

// What the token says of its issuer, not believed yet.
bool names_our_issuer(const Json& claims) {
  const std::string issuer = text_member(claims, "iss");
  return issuer == kTokenIssuer || issuer == kLegacyIssuer;
}

}  // namespace

Result<std::unique_ptr<TokenKeys>> TokenKeys::open(const DataDirectory* directory, pki::KeyMaker& keys) {
  pki::PrivateKey key = TRY(find_or_make_key(directory, keys));
  const pki::PublicKey& shown = key.public_key();
  std::string algorithm(TRY(pki::jws_algorithm(shown)));
  // As kube-apiserver makes it: a digest, so that nobody takes it for the key.
  std::string key_id = encode_base64url(pki::sha256(shown.spki_der()));
  std::string jwk = TRY(pki::encode_jwk(shown));
  return std::unique_ptr<TokenKeys>(
      new TokenKeys(std::move(key), std::move(algorithm), std::move(key_id), std::move(jwk)));
}

Result<std::string> TokenKeys::sign(const TokenClaims& claims) const {
  const Json header{{"alg", algorithm_}, {"kid", key_id_}};
  return pki::sign_compact_jws(key_, dumped(header), encode_claims(claims));
}

Result<TokenClaims, TokenKeys::Refusal> TokenKeys::verify(std::string_view token) const {
  const Refusal none_of_ours{};
  if (token.size() > kMaxTokenBytes) return none_of_ours;
  const Result<pki::CompactJws> jws = pki::parse_compact_jws(token);
  if (!jws) return none_of_ours;
  const Result<Json> header = kube::parse_json(jws->header);
  const Result<Json> payload = kube::parse_json(jws->payload);
  if (!header || !payload || !header->is_object() || !names_our_issuer(*payload)) return none_of_ours;
  // "crit" lists what a reader must understand; this one understands nothing more.
  if (header->contains("crit")) return none_of_ours;
  const Json* key_id = find_member(*header, "kid");
  if (key_id != nullptr && *key_id != key_id_) return Refusal{"invalid signature, no keys found"};
  // The algorithm is the key's, whatever the header says: "none" or HS256 with the public key do not count.
  const bool is_signed = text_member(*header, "alg") == algorithm_ &&
                         pki::verify_jws_signature(key_.public_key(), jws->signing_input, jws->signature);
  if (!is_signed) return Refusal{"go-jose/go-jose: error in cryptographic primitive"};
  Result<TokenClaims> claims = decode_claims(*payload);
  if (!claims) return Refusal{claims.error().message};
  return std::move(claims).value();
}

std::string TokenKeys::key_set() const {
  Json key = Json::parse(jwk_);
  key.update({{"use", "sig"}, {"kid", key_id_}, {"alg", algorithm_}});
  const Json set{{"keys", Json::array({std::move(key)})}};
  return dumped(set);
}

std::string TokenKeys::openid_configuration(const std::string& url) const {
  const Json configuration{{"issuer", kTokenIssuer},
                           {"jwks_uri", url + "/openid/v1/jwks"},
                           {"response_types_supported", Json::array({"id_token"})},
                           {"subject_types_supported", Json::array({"public"})},
                           {"id_token_signing_alg_values_supported", Json::array({algorithm_})}};
  return dumped(configuration);
}

}  // namespace cw::apiserver
