#include "lib/acme/jws.h"

#include <nlohmann/json.hpp>

#include "lib/acme/jwk.h"
#include "lib/base/encoding.h"
#include "lib/pki/der.h"
#include "lib/pki/digest.h"

namespace cw::acme {
namespace {

namespace der = pki::der;

std::string signing_input(std::string_view protected_header, std::string_view payload) {
  return encode_base64url(protected_header) + "." + encode_base64url(payload);
}

std::string flattened(std::string_view signing_input, std::string_view signature) {
  const std::size_t dot = signing_input.find('.');
  return R"({"protected":")" + std::string(signing_input.substr(0, dot)) + R"(","payload":")" +
         std::string(signing_input.substr(dot + 1)) + R"(","signature":")" + encode_base64url(signature) +
         R"("})";
}

struct Algorithm {
  std::string_view name;  // RFC 7518 §3.1, RFC 8037 §3.1
  pki::SignatureAlgorithm signs_with;
};

Result<Algorithm> algorithm_of(const pki::PublicKey& key) {
  using enum pki::SignatureAlgorithm;
  switch (key.algorithm()) {
    case pki::KeyAlgorithm::Rsa:
      return Algorithm{"RS256", Sha256WithRsa};  // whatever its size
    case pki::KeyAlgorithm::Ed25519:
      return Algorithm{"EdDSA", PureEd25519};
    case pki::KeyAlgorithm::Ecdsa:
      break;
  }
  if (key.size() == 256) return Algorithm{"ES256", EcdsaWithSha256};
  if (key.size() == 384) return Algorithm{"ES384", EcdsaWithSha384};
  if (key.size() == 521) return Algorithm{"ES512", EcdsaWithSha512};
  return Error{Code::Invalid,
               "an account key cannot be an ECDSA key of " + std::to_string(key.size()) + " bits"};
}

// Big-endian, of exactly that many bytes.
Result<std::string> padded_number(der::Reader& numbers, std::size_t bytes) {
  std::string_view number = TRY(numbers.content(der::kInteger, "signature"));
  number.remove_prefix(std::min(number.find_first_not_of('\0'), number.size()));
  if (number.size() > bytes) return Error{Code::Internal, "an ECDSA signature is too long for its curve"};
  return std::string(bytes - number.size(), '\0') + std::string(number);
}

Result<std::string> side_by_side(std::string_view der_signature, int curve_bits) {
  const std::size_t bytes = static_cast<std::size_t>(curve_bits + 7) / 8;
  der::Reader outer(der_signature);
  der::Reader numbers = TRY(outer.enter(der::kSequence, "signature"));
  const std::string r = TRY(padded_number(numbers, bytes));
  return r + TRY(padded_number(numbers, bytes));
}

}  // namespace

std::string json_quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<std::string_view> jws_algorithm(const pki::PublicKey& key) { return TRY(algorithm_of(key)).name; }

Result<std::string> jws_signature(const pki::PrivateKey& key, std::string_view signing_input) {
  const Algorithm algorithm = TRY(algorithm_of(key.public_key()));
  std::string signature = TRY(key.sign(algorithm.signs_with, signing_input));
  if (key.algorithm() != pki::KeyAlgorithm::Ecdsa) return signature;
  return side_by_side(signature, key.size());
}

Result<std::string> sign_jws(const pki::PrivateKey& key, const JwsHeader& header, std::string_view payload) {
  std::string text = R"({"alg":")" + std::string(TRY(jws_algorithm(key.public_key()))) + '"';
  if (header.kid.empty())
    text += R"(,"jwk":)" + TRY(encode_jwk(key.public_key()));
  else
    text += R"(,"kid":)" + json_quoted(header.kid);
  if (!header.nonce.empty()) text += R"(,"nonce":)" + json_quoted(header.nonce);
  text += R"(,"url":)" + json_quoted(header.url) + "}";
  const std::string input = signing_input(text, payload);
  return flattened(input, TRY(jws_signature(key, input)));
}

Result<std::string> bind_external_account(const ExternalAccount& account, const pki::PublicKey& account_key,
                                          const std::string& new_account_url) {
  const std::string header = R"({"alg":"HS256","kid":)" + json_quoted(account.key_id) + R"(,"url":)" +
                             json_quoted(new_account_url) + "}";
  const std::string input = signing_input(header, TRY(encode_jwk(account_key)));
  return flattened(input, pki::hmac_sha256(account.key, input));
}

Result<std::string> sign_key_change(const pki::PrivateKey& new_key, const pki::PublicKey& old_key,
                                    const std::string& account_url, const std::string& key_change_url) {
  const std::string old_jwk = TRY(encode_jwk(old_key));
  const std::string payload = R"({"account":)" + json_quoted(account_url) + R"(,"oldKey":)" + old_jwk + "}";
  return sign_jws(new_key, {.url = key_change_url}, payload);
}

}  // namespace cw::acme
