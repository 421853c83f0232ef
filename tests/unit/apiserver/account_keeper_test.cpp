// What a cluster's controllers do about ServiceAccounts.
#include <catch2/catch.hpp>

#include "lib/base/encoding.h"
#include "tests/unit/apiserver/test_api.h"

namespace cw::apiserver {
namespace {

const std::string kAccountsPath = "/api/v1/namespaces/ns/serviceaccounts";
const HouseOptions kHouse{.ca_pem = "the CA"};

Json token_secret(const char* name, const char* account) {
  return {{"metadata", {{"name", name}, {"annotations", {{"kubernetes.io/service-account.name", account}}}}},
          {"type", "kubernetes.io/service-account-token"}};
}

Json account(const char* name) { return {{"metadata", {{"name", name}}}}; }

}  // namespace

TEST_CASE("each namespace has an account and the CA, and gets them again", "[accounts]") {
  TestApi api(nullptr, kHouse);
  api.keep_house();
  CHECK(api.get(kAccountsPath + "/default").status == 200);
  const std::string ca = std::string(kConfigMaps) + "/kube-root-ca.crt";
  CHECK(api.get(ca).body["data"] == Json{{"ca.crt", "the CA"}});
  REQUIRE(api.remove(kAccountsPath + "/default").status == 200);
  REQUIRE(api.patch(ca, {{"data", {{"ca.crt", "another"}}}}).status == 200);
  api.keep_house();
  CHECK(api.get(kAccountsPath + "/default").status == 200);
  CHECK(api.get(ca).body["data"]["ca.crt"] == "the CA");
  REQUIRE(api.post("/api/v1/namespaces", {{"metadata", {{"name", "next"}}}}).status == 201);
  api.keep_house();
  CHECK(api.get("/api/v1/namespaces/next/serviceaccounts/default").status == 200);
  REQUIRE(api.remove("/api/v1/namespaces/next").status == 200);
  api.keep_house();
  CHECK(api.get("/api/v1/namespaces/next").status == 404);
}

TEST_CASE("controllers that are off do nothing", "[accounts]") {
  TestApi api;
  REQUIRE(api.post(kSecrets, token_secret("t", "none")).status == 201);
  api.keep_house();
  CHECK(api.get(kAccountsPath).body["items"].empty());
  CHECK(api.get(kConfigMaps).body["items"].empty());
  CHECK(api.get(std::string(kSecrets) + "/t").status == 200);
}

TEST_CASE("a Secret for a token gets it, and the token lives as long as the Secret", "[accounts]") {
  TestApi api(nullptr, kHouse);
  const std::string path = std::string(kSecrets) + "/t";
  REQUIRE(api.post(kAccountsPath, account("bot")).status == 201);
  REQUIRE(api.post(kSecrets, token_secret("t", "bot")).status == 201);
  api.keep_house();
  const Json data = api.get(path).body["data"];
  CHECK(data["ca.crt"] == encode_base64("the CA"));
  CHECK(data["namespace"] == encode_base64("ns"));
  const std::string token = decode_base64(data["token"].get<std::string>()).value();
  const auto found = api.tokens().authenticate(token);
  REQUIRE(found.has_value());
  CHECK(found->user.username == "system:serviceaccount:ns:bot");
  CHECK(found->user.extra.empty());
  api.keep_house();
  CHECK(api.get(path).body["metadata"]["labels"]["kubernetes.io/legacy-token-last-used"] == "2023-11-14");
  CHECK(api.get(path).body["data"] == data);

  REQUIRE(api.patch(path, {{"metadata",
                            {{"labels", {{"kubernetes.io/legacy-token-invalid-since", "2023-01-01"}}}}}})
              .status == 200);
  CHECK_FALSE(api.tokens().authenticate(token));
  REQUIRE(api.patch(path, {{"metadata", {{"labels", nullptr}}}}).status == 200);
  CHECK(api.tokens().authenticate(token).has_value());
  REQUIRE(api.patch(path, {{"data", {{"token", encode_base64("x")}}}}).status == 200);
  CHECK(api.tokens().authenticate(token).error() ==
        "[invalid bearer token, Token does not match server's copy]");
  REQUIRE(api.remove(path).status == 200);
  CHECK(api.tokens().authenticate(token).error() == "[invalid bearer token, Token has been invalidated]");
}

TEST_CASE("a Secret for a token goes with its account", "[accounts]") {
  TestApi api(nullptr, kHouse);
  REQUIRE(api.post(kSecrets, token_secret("t", "none")).status == 201);
  api.keep_house();
  CHECK(api.get(std::string(kSecrets) + "/t").status == 404);
  REQUIRE(api.post(kAccountsPath, account("bot")).status == 201);
  REQUIRE(api.post(kSecrets, token_secret("t", "bot")).status == 201);
  api.keep_house();
  REQUIRE(api.remove(kAccountsPath + "/bot").status == 200);
  api.keep_house();
  CHECK(api.get(std::string(kSecrets) + "/t").status == 404);
}

TEST_CASE("an account does not name a Secret that has gone", "[accounts]") {
  TestApi api(nullptr, kHouse);
  Json bot = account("bot");
  bot["secrets"] = Json::array({{{"name", "t"}}, {{"name", "other"}}});
  REQUIRE(api.post(kAccountsPath, bot).status == 201);
  REQUIRE(api.post(kSecrets, token_secret("t", "bot")).status == 201);
  api.keep_house();
  REQUIRE(api.remove(std::string(kSecrets) + "/t").status == 200);
  api.keep_house();
  CHECK(api.get(kAccountsPath + "/bot").body["secrets"] == Json::array({{{"name", "other"}}}));
}

}  // namespace cw::apiserver
