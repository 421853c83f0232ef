#include "tests/contract/fake_acme_jws.h"

#include "lib/base/encoding.h"
#include "lib/pki/der.h"
#include "lib/pki/jws.h"
#include "lib/pki/signature.h"

namespace cw::contract {
namespace {

namespace der = pki::der;
using Json = nlohmann::json;

Error invalid(const std::string& why) { return {Code::Invalid, why}; }

Result<std::string> decoded(const Json& object, const char* name) {
  const auto text = object.value(name, std::string("!"));
  auto bytes = decode_base64url(text);
  if (!bytes) return invalid(std::string(name) + " is no base64url");
  return *std::move(bytes);
}

std::string spki(const std::string& algorithm, const std::string& parameters, const std::string& bits) {
  return der::sequence(der::sequence(der::known_oid(algorithm) + parameters) + der::bit_string(bits));
}

Result<std::string> curve_oid(const std::string& name) {
  if (name == "P-256") return std::string("1.2.840.10045.3.1.7");
  if (name == "P-384") return std::string("1.3.132.0.34");
  if (name == "P-521") return std::string("1.3.132.0.35");
  return invalid("unknown curve " + name);
}

pki::SignatureAlgorithm algorithm_of(const std::string& name) {
  using enum pki::SignatureAlgorithm;
  if (name == "RS256") return Sha256WithRsa;
  if (name == "ES256") return EcdsaWithSha256;
  if (name == "ES384") return EcdsaWithSha384;
  return name == "ES512" ? EcdsaWithSha512 : PureEd25519;
}

std::string der_signature(const std::string& side_by_side) {
  const std::string_view whole = side_by_side;
  const std::size_t half = whole.size() / 2;
  const auto number = [](std::string_view bytes) {
    bytes.remove_prefix(std::min(bytes.find_first_not_of('\0'), bytes.size() - 1));
    return der::positive_integer(bytes);
  };
  return der::sequence(number(whole.substr(0, half)) + number(whole.substr(half)));
}

}  // namespace

Result<Jws> parse_jws(std::string_view text) {
  const Json whole = Json::parse(text, nullptr, false);
  if (!whole.is_object()) return invalid("the body is no JSON object");
  Jws jws;
  jws.header = Json::parse(TRY(decoded(whole, "protected")), nullptr, false);
  if (!jws.header.is_object()) return invalid("the protected header is no JSON object");
  jws.payload = TRY(decoded(whole, "payload"));
  jws.signature = TRY(decoded(whole, "signature"));
  jws.signing_input = whole["protected"].get<std::string>() + "." + whole["payload"].get<std::string>();
  return jws;
}

Result<pki::PublicKey> parse_jwk(const Json& jwk) {
  const std::string type = jwk.value("kty", "");
  if (type == "RSA") {
    const std::string modulus = TRY(decoded(jwk, "n")), exponent = TRY(decoded(jwk, "e"));
    const std::string numbers = der::positive_integer(modulus) + der::positive_integer(exponent);
    return pki::PublicKey::parse_spki(
        spki("1.2.840.113549.1.1.1", der::element(der::kNull, ""), der::sequence(numbers)));
  }
  if (type == "EC") {
    const std::string curve = der::known_oid(TRY(curve_oid(jwk.value("crv", ""))));
    const std::string x = TRY(decoded(jwk, "x")), y = TRY(decoded(jwk, "y"));
    return pki::PublicKey::parse_spki(spki("1.2.840.10045.2.1", curve, "\x04" + x + y));
  }
  if (type != "OKP") return invalid("unknown kind of key " + type);
  return pki::PublicKey::parse_spki(spki("1.3.101.112", "", TRY(decoded(jwk, "x"))));
}

Status verify_jws(const Jws& jws, const pki::PublicKey& key) {
  const std::string algorithm = jws.header.value("alg", "");
  if (algorithm != TRY(pki::jws_algorithm(key))) return invalid(algorithm + " is not for this key");
  const bool pair = key.algorithm() == pki::KeyAlgorithm::Ecdsa;
  return pki::verify_signature({.algorithm = pki::algorithm_identifier(algorithm_of(algorithm)),
                                .bits = pair ? der_signature(jws.signature) : jws.signature},
                               jws.signing_input, key, pki::Sha1::Refuse);
}

}  // namespace cw::contract
