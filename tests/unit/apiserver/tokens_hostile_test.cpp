// Tokens that are none.
#include "lib/base/encoding.h"
#include "lib/pki/digest.h"
#include "tests/unit/apiserver/token_scene.h"

namespace cw::apiserver {
namespace {

std::string with_part(const std::string& token, int part, const std::string& text) {
  std::vector<std::string> parts(3);
  int at = 0;
  for (const char c : token) {
    if (c == '.')
      ++at;
    else
      parts[static_cast<std::size_t>(at)] += c;
  }
  parts[static_cast<std::size_t>(part)] = encode_base64url(text);
  return parts[0] + "." + parts[1] + "." + parts[2];
}

}  // namespace

TEST_CASE("hostile tokens are none", "[tokens]") {
  TokenScene scene;
  const std::string good = scene.token();
  const TokenKeys& keys = scene.api.tokens().keys();
  const std::string key_id = Json::parse(keys.key_set())["keys"][0]["kid"];
  const std::string none = R"({"alg":"none"})";
  const std::string payload = pki::parse_compact_jws(good)->payload;
  const std::string input = pki::jws_signing_input(none, payload);
  // With the public key as the secret of an HMAC.
  const std::string hmac_input = pki::jws_signing_input(R"({"alg":"HS256"})", payload);
  const std::string hmac = hmac_input + "." + encode_base64url(pki::hmac_sha256(keys.key_set(), hmac_input));
  const auto other_key = pki::PrivateKey::generate({pki::KeyAlgorithm::Ecdsa, 256}).value();
  const auto forged = [&](const std::string& header) {
    return pki::sign_compact_jws(other_key, header, payload).value();
  };
  Json admin = Json::parse(payload);
  admin["sub"] = "system:serviceaccount:kube-system:admin";
  admin["kubernetes.io"]["namespace"] = "kube-system";
  const std::vector<std::string> hostile{"",
                                         ".",
                                         "..",
                                         "...",
                                         "a.b.c",
                                         good + ".",
                                         "." + good,
                                         good + "A",
                                         good + " ",
                                         good + "=",
                                         good.substr(0, good.size() - 1),
                                         good.substr(0, good.rfind('.') + 1),
                                         input + ".",
                                         hmac,
                                         forged(R"({"alg":"ES256"})"),
                                         forged(R"({"alg":"ES256","kid":")" + key_id + "\"}"),
                                         with_part(good, 0, none),
                                         with_part(good, 0, "[]"),
                                         with_part(good, 0, R"({"alg":"ES384"})"),
                                         with_part(good, 0, R"({"alg":"ES256","crit":["exp"]})"),
                                         with_part(good, 1, admin.dump()),
                                         with_part(good, 1, "null"),
                                         with_part(good, 1, R"({"iss":1})"),
                                         with_part(good, 1, std::string(200, '[')),
                                         with_part(good, 2, std::string(64, '\0')),
                                         with_part(good, 2, std::string(64, '\xff')),
                                         with_part(good, 2, ""),
                                         std::string(kMaxTokenBytes + 1, 'a'),
                                         std::string("\0.\0.\0", 5)};
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    INFO(i);
    CHECK_FALSE(scene.is_good(hostile[i]));
  }
  CHECK(scene.api.tokens().remembered() == 0);
  CHECK(scene.is_good(good));
  CHECK(scene.api.tokens().remembered() == 1);
  CHECK(scene.refusal(forged(R"({"alg":"ES256","kid":"x"})")) ==
        "[invalid bearer token, invalid signature, no keys found]");
}

TEST_CASE("claims of other types are no claims", "[tokens]") {
  for (const char* text : {R"({"exp":"1"})", R"({"exp":-1})", R"({"exp":1e300})", R"({"aud":[1]})",
                           R"({"aud":{}})", R"({"jti":1})", R"({"kubernetes.io":{"serviceaccount":"x"}})",
                           R"({"kubernetes.io":{"pod":{"name":[]}}})"}) {
    INFO(text);
    CHECK_FALSE(decode_claims(Json::parse(text)).has_value());
  }
  const TokenClaims claims{
      .issuer = "i", .subject = "s", .audiences = {"a"}, .name_space = "n", .account = {"x", "u"}};
  CHECK(*decode_claims(Json::parse(encode_claims(claims))) == claims);
}

TEST_CASE("only so many tokens are remembered", "[tokens]") {
  TokenScene scene;
  const std::string first = scene.token();
  CHECK(scene.is_good(first));
  for (int i = 0; i < 1030; ++i)
    scene.is_good(scene.api.tokens()
                      .keys()
                      .sign({.issuer = std::string(kTokenIssuer),
                             .subject = "s",
                             .id = std::to_string(i),
                             .name_space = "ns",
                             .account = {"bot", "x"}})
                      .value());
  CHECK(scene.api.tokens().remembered() == 1024);
  CHECK(scene.is_good(first));
}

}  // namespace cw::apiserver
