// JWK, thumbprints and JWS, against the examples of the RFCs.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/acme/jws.h"
#include "lib/base/encoding.h"
#include "lib/pki/der.h"
#include "lib/pki/digest.h"
#include "lib/pki/jwk.h"
#include "lib/pki/jws.h"
#include "tests/contract/fake_acme_jws.h"

namespace cw::acme {
namespace {

using contract::parse_jwk;
using contract::parse_jws;
using contract::verify_jws;
using nlohmann::json;

template <typename T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(result).value();
}

pki::PrivateKey key_of(pki::KeyAlgorithm algorithm, int size = 0) {
  return must(pki::PrivateKey::generate({algorithm, size}));
}

// RFC 8037 appendix A.1.
const json kEdJwk{{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}};
pki::PrivateKey ed_key() {
  namespace der = pki::der;
  const auto seed = decode_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
  const std::string pkcs8 = der::sequence(der::integer(0) + der::sequence(der::known_oid("1.3.101.112")) +
                                          der::octet_string(der::octet_string(*seed)));
  return must(pki::PrivateKey::parse_pem(pki::encode_pem("PRIVATE KEY", pkcs8)));
}

TEST_CASE("the thumbprint of an RSA key is that of RFC 7638", "[jwk]") {
  const json jwk{{"kty", "RSA"},
                 {"n",
                  "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
                  "BJECPebWKRXjBZCi"
                  "FV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
                  "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb"
                  "9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-"
                  "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls"
                  "1jF44-csFCur-kEgU8awapJzKnqDKgw"},
                 {"e", "AQAB"}};
  const auto key = must(parse_jwk(jwk));
  CHECK(must(pki::jwk_thumbprint(key)) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  CHECK(json::parse(must(pki::encode_jwk(key))) == jwk);
}

TEST_CASE("the thumbprint of an Ed25519 key is that of RFC 8037", "[jwk]") {
  CHECK(must(pki::jwk_thumbprint(ed_key().public_key())) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  CHECK(json::parse(must(pki::encode_jwk(ed_key().public_key()))) == kEdJwk);
}

TEST_CASE("a JWK has its members in the order of the alphabet and no blanks", "[jwk]") {
  const auto text = must(pki::encode_jwk(key_of(pki::KeyAlgorithm::Ecdsa, 384).public_key()));
  CHECK(text == json::parse(text).dump());
  CHECK(text.starts_with(R"({"crv":"P-384","kty":"EC","x":")"));
}

TEST_CASE("coordinates of a JWK are as long as the curve's field", "[jwk]") {
  // Of 300 points of P-256 one at least is likely to have a coordinate with a leading zero byte.
  for (int i = 0; i < 300; ++i) {
    const auto jwk = json::parse(must(pki::encode_jwk(key_of(pki::KeyAlgorithm::Ecdsa, 256).public_key())));
    REQUIRE(jwk["x"].get<std::string>().size() == 43);
    REQUIRE(jwk["y"].get<std::string>().size() == 43);
  }
}

TEST_CASE("the signature of RFC 8037 comes out", "[jws]") {
  const std::string input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
  CHECK(encode_base64url(must(pki::jws_signature(ed_key(), input))) ==
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
}

TEST_CASE("the HMAC of RFC 4231 comes out", "[jws]") {
  CHECK(encode_hex(pki::hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

// The test's own verifier is one that takes RFC 7515 appendix A.3.
TEST_CASE("the ES256 signature of RFC 7515 verifies", "[jws]") {
  const json jwk{{"kty", "EC"},
                 {"crv", "P-256"},
                 {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
                 {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}};
  json whole{
      {"protected", "eyJhbGciOiJFUzI1NiJ9"},
      {"payload",
       "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"},
      {"signature",
       "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"}};
  CHECK(verify_jws(must(parse_jws(whole.dump())), must(parse_jwk(jwk))).has_value());
  whole["payload"] = "e30";
  CHECK_FALSE(verify_jws(must(parse_jws(whole.dump())), must(parse_jwk(jwk))).has_value());
}

TEST_CASE("each kind of key signs with its algorithm", "[jws]") {
  struct Case {
    pki::KeyAlgorithm kind;
    int size;
    const char* algorithm;
  };
  const auto kase =
      GENERATE(Case{pki::KeyAlgorithm::Ecdsa, 256, "ES256"}, Case{pki::KeyAlgorithm::Ecdsa, 384, "ES384"},
               Case{pki::KeyAlgorithm::Ecdsa, 521, "ES512"}, Case{pki::KeyAlgorithm::Rsa, 2048, "RS256"},
               Case{pki::KeyAlgorithm::Ed25519, 0, "EdDSA"});
  const auto key = key_of(kase.kind, kase.size);
  const auto text = must(sign_jws(key, {.url = "https://a.example/x", .nonce = "n", .kid = {}}, "{}"));
  const auto jws = must(parse_jws(text));
  CHECK(jws.header["alg"] == kase.algorithm);
  CHECK(jws.header["nonce"] == "n");
  CHECK(jws.header["url"] == "https://a.example/x");
  CHECK(jws.header["jwk"] == json::parse(must(pki::encode_jwk(key.public_key()))));
  CHECK_FALSE(jws.header.contains("kid"));
  CHECK(jws.payload == "{}");
  CHECK(verify_jws(jws, key.public_key()).has_value());
}

TEST_CASE("a large RSA key signs with RS256 all the same", "[jws]") {
  CHECK(must(pki::jws_algorithm(key_of(pki::KeyAlgorithm::Rsa, 3072).public_key())) == "RS256");
}

// r or s with leading zero bytes are short in DER, and padded in JWS (RFC 7518 §3.4).
TEST_CASE("ECDSA signatures have one length", "[jws]") {
  const auto key = key_of(pki::KeyAlgorithm::Ecdsa, 256);
  for (int i = 0; i < 600; ++i) REQUIRE(must(pki::jws_signature(key, std::to_string(i))).size() == 64);
}

TEST_CASE("with a key id the key itself is not sent", "[jws]") {
  const auto key = key_of(pki::KeyAlgorithm::Ecdsa);
  const auto jws = must(parse_jws(must(
      sign_jws(key, {.url = "https://a.example/\"", .nonce = "n", .kid = "https://a.example/\"1"}, ""))));
  CHECK(jws.header["kid"] == "https://a.example/\"1");
  CHECK(jws.header["url"] == "https://a.example/\"");
  CHECK_FALSE(jws.header.contains("jwk"));
  CHECK(jws.payload.empty());
}

TEST_CASE("an external account is bound by the account key under the CA's MAC key", "[jws]") {
  const auto key = key_of(pki::KeyAlgorithm::Ecdsa).public_key();
  const auto jws = must(parse_jws(
      must(bind_external_account({.key_id = "id \"1\"", .key = "secret"}, key, "https://a.example/new"))));
  CHECK(jws.header == json{{"alg", "HS256"}, {"kid", "id \"1\""}, {"url", "https://a.example/new"}});
  CHECK(jws.payload == must(pki::encode_jwk(key)));
  CHECK(jws.signature == pki::hmac_sha256("secret", jws.signing_input));
}

TEST_CASE("a key change is signed with the new key and names the old one", "[jws]") {
  const auto old_key = key_of(pki::KeyAlgorithm::Ecdsa).public_key();
  const auto new_key = key_of(pki::KeyAlgorithm::Ed25519);
  const auto jws = must(
      parse_jws(must(sign_key_change(new_key, old_key, "https://a.example/me", "https://a.example/change"))));
  CHECK(verify_jws(jws, new_key.public_key()).has_value());
  CHECK(jws.header["url"] == "https://a.example/change");
  CHECK_FALSE(jws.header.contains("nonce"));
  CHECK(json::parse(jws.payload) ==
        json{{"account", "https://a.example/me"}, {"oldKey", json::parse(must(pki::encode_jwk(old_key)))}});
}

}  // namespace
}  // namespace cw::acme
