#include "lib/acme/decode.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/acme/sent.h"

namespace cw::acme {
namespace {

using nlohmann::json;
using test::complaint;
using test::Sent;

json directory() {
  return {{"newNonce", "https://a.example/nonce"},
          {"newAccount", "https://a.example/account"},
          {"newOrder", "https://a.example/order"},
          {"revokeCert", "https://a.example/revoke"},
          {"keyChange", "https://a.example/key"},
          {"renewalInfo", "https://a.example/renewal"},
          {"random", {{"https://community.example", 1}}},
          {"meta",
           {{"termsOfService", "https://a.example/terms.pdf"},
            {"externalAccountRequired", true},
            {"profiles", {{"classic", "https://a.example/classic"}, {"short", "short one"}}}}}};
}

json order() {
  return {{"status", "pending"},
          {"authorizations", {"https://a.example/authz/1", "https://a.example/authz/2"}},
          {"identifiers", {{{"type", "dns"}, {"value", "a.example"}}}},
          {"finalize", "https://a.example/finalize/1"}};
}

json challenge(const std::string& type = "http-01") {
  return {{"type", type},
          {"url", "https://a.example/chall/1"},
          {"status", "pending"},
          {"token", "DGyRejmCefe7v4NfDGDKfA"}};
}

json authorization() {
  return {{"status", "pending"},
          {"identifier", {{"type", "dns"}, {"value", "a.example"}}},
          {"challenges", {challenge("http-01"), challenge("dns-01")}}};
}

json renewal() {
  return {{"suggestedWindow", {{"start", "2025-01-02T04:00:00Z"}, {"end", "2025-01-03T04:00:00Z"}}},
          {"explanationURL", "https://a.example/why"}};
}

// The document with one member set to something else; null: removed.
json with(json document, const char* pointer, const json& value) {
  const json::json_pointer place(pointer);
  if (value.is_null())
    document[place.parent_pointer()].erase(place.back());
  else
    document[place] = value;
  return document;
}

struct Bad {
  const char* pointer;
  json value;
  const char* complaint;
};

template <typename Decode>
void check_bad(const json& good, const std::vector<Bad>& table, Decode decode) {
  for (const Bad& bad : table) {
    INFO(bad.pointer << " = " << bad.value.dump().substr(0, 80));
    const Sent sent(with(good, bad.pointer, bad.value));
    CHECK(complaint(decode(sent.body)) == bad.complaint);
  }
}

TEST_CASE("a directory is decoded", "[decode]") {
  const Sent sent(directory());
  const auto decoded = decode_directory(sent.body);
  REQUIRE(decoded.has_value());
  CHECK(decoded->new_order == "https://a.example/order");
  CHECK(decoded->renewal_info == "https://a.example/renewal");
  CHECK(decoded->external_account_required);
  CHECK(decoded->profiles.at("short") == "short one");
  CHECK(decoded->terms_of_service == "https://a.example/terms.pdf");
}

TEST_CASE("a directory without what is optional is decoded", "[decode]") {
  json least = directory();
  for (const char* name : {"meta", "renewalInfo", "keyChange", "revokeCert"}) least.erase(name);
  const Sent sent(least);
  const auto decoded = decode_directory(sent.body);
  REQUIRE(decoded.has_value());
  CHECK(decoded->renewal_info.empty());
  CHECK_FALSE(decoded->external_account_required);
}

TEST_CASE("a bad directory is Malformed", "[decode]") {
  json many = json::object();
  for (int i = 0; i < 101; ++i) many["p" + std::to_string(i)] = "x";
  check_bad(
      directory(),
      {{"/newOrder", nullptr, "acme: directory: \"newOrder\" is missing"},
       {"/newNonce", 7, "acme: directory: \"newNonce\" is not a string"},
       {"/newNonce", "",
        "acme: directory: \"newNonce\" is no URL to use: URL \"\": it has to begin with https:// or http://"},
       {"/newAccount", "http://a.example/account",
        "acme: directory: \"newAccount\" is no URL to use: URL \"http://a.example/account\": it has to begin "
        "with https:// as the directory's does"},
       {"/newAccount", "https://a.example/" + std::string(2048, 'x'),
        "acme: directory: \"newAccount\" is longer than 2048 bytes"},
       {"/meta", json::array(), "acme: directory: \"meta\" is not an object"},
       {"/meta/externalAccountRequired", "yes",
        "acme: directory: \"externalAccountRequired\" is neither true nor false"},
       {"/meta/profiles", many, "acme: directory: \"profiles\" has more than 100 members"},
       {"/meta/profiles/short", 5, "acme: directory: \"short\" is not a string"}},
      decode_directory);
}

TEST_CASE("an order is decoded", "[decode]") {
  json whole = order();
  whole["status"] = "invalid";
  whole["certificate"] = "https://a.example/cert/1";
  whole["error"] = {{"type", "urn:ietf:params:acme:error:caa"}, {"detail", "forbidden"}, {"status", 403}};
  const Sent sent(whole);
  const auto decoded = decode_order(sent.body);
  REQUIRE(decoded.has_value());
  CHECK(decoded->authorizations.size() == 2);
  CHECK(decoded->finalize == "https://a.example/finalize/1");
  CHECK(decoded->certificate == "https://a.example/cert/1");
  CHECK(decoded->error == "403 urn:ietf:params:acme:error:caa: forbidden");
}

TEST_CASE("a bad order is Malformed", "[decode]") {
  check_bad(order(),
            {{"/status", nullptr, "acme: order: \"status\" is missing"},
             {"/status", "done", "acme: order: \"status\" is \"done\", which the protocol does not have"},
             {"/status", "valid", "acme: order: \"certificate\" is missing"},
             {"/authorizations", json::array(), "acme: order: \"authorizations\" is missing or empty"},
             {"/authorizations", "https://a.example/1", "acme: order: \"authorizations\" is not a list"},
             {"/authorizations", json(std::vector<std::string>(1001, "https://a.example/1")),
              "acme: order: \"authorizations\" has more than 1000 items"},
             {"/authorizations/1", 1, "acme: order: \"authorizations[1]\" is not a string"},
             {"/authorizations/1", "file:///etc/passwd",
              "acme: order: \"authorizations[1]\" is no URL to use: URL \"file:///etc/passwd\": its "
              "scheme, host or port is wrong"},
             {"/finalize", nullptr, "acme: order: \"finalize\" is missing"},
             {"/error", "text", "acme: order: \"error\" is not an object"}},
            decode_order);
}

TEST_CASE("an authorization is decoded", "[decode]") {
  json whole = authorization();
  whole["wildcard"] = true;
  whole["challenges"][1]["status"] = "invalid";
  whole["challenges"][1]["error"] = {{"type", "urn:ietf:params:acme:error:compound"},
                                     {"detail", "several"},
                                     {"subproblems",
                                      {{{"type", "urn:ietf:params:acme:error:dns"},
                                        {"detail", "NXDOMAIN"},
                                        {"identifier", {{"type", "dns"}, {"value", "a.example"}}}}}}};
  const Sent sent(whole);
  const auto decoded = decode_authorization(sent.body);
  REQUIRE(decoded.has_value());
  CHECK(decoded->identifier == Identifier{"dns", "a.example"});
  CHECK(decoded->wildcard);
  REQUIRE(decoded->challenges.size() == 2);
  CHECK(decoded->challenges[0].token == "DGyRejmCefe7v4NfDGDKfA");
  CHECK(decoded->challenges[1].error ==
        "urn:ietf:params:acme:error:compound: several; a.example: urn:ietf:params:acme:error:dns: NXDOMAIN");
}

TEST_CASE("a bad authorization is Malformed", "[decode]") {
  check_bad(authorization(),
            {{"/identifier", nullptr, "acme: authorization: \"identifier\" is missing"},
             {"/identifier/value", 5, "acme: authorization: \"value\" is not a string"},
             {"/challenges", nullptr, "acme: authorization: \"challenges\" is missing"},
             {"/challenges", json(std::vector<json>(65, challenge())),
              "acme: authorization: \"challenges\" has more than 64 items"},
             {"/challenges/0", "x", "acme: authorization: \"challenges\" has an item that is no object"},
             {"/challenges/0/token", nullptr, "acme: authorization: \"token\" is missing"},
             {"/challenges/0/token", "../../secret", "acme: authorization: \"token\" is not base64url"},
             {"/challenges/0/token", "", "acme: authorization: \"token\" is not base64url"},
             {"/challenges/0/token", std::string(513, 'a'),
              "acme: authorization: \"token\" is longer than 512 bytes"},
             {"/challenges/0/url", nullptr, "acme: authorization: \"url\" is missing"},
             {"/challenges/0/status", "new",
              "acme: authorization: \"status\" is \"new\", which the protocol does not have"},
             {"/wildcard", "true", "acme: authorization: \"wildcard\" is neither true nor false"}},
            decode_authorization);
}

TEST_CASE("challenges of unknown types may be of any form", "[decode]") {
  json whole = authorization();
  whole["challenges"].push_back({{"type", "dns-persist-01"}, {"issuer-domain-names", {"a.example"}}});
  json other = challenge("new-02");
  other["token"] = "not / base64url";
  whole["challenges"].push_back(other);
  const Sent sent(whole);
  const auto decoded = decode_authorization(sent.body);
  REQUIRE(decoded.has_value());
  REQUIRE(decoded->challenges.size() == 3);
  CHECK(decoded->challenges[2].type == "new-02");
  CHECK(decoded->challenges[2].token.empty());
}

TEST_CASE("an account is decoded, and a bad one Malformed", "[decode]") {
  const json good{{"status", "valid"}, {"contact", {"mailto:a@a.example"}}, {"orders", "whatever"}};
  const Sent sent(good);
  const auto decoded = decode_account(sent.body);
  REQUIRE(decoded.has_value());
  CHECK(decoded->contact == std::vector<std::string>{"mailto:a@a.example"});
  check_bad(good,
            {{"/status", "on", "acme: account: \"status\" is \"on\", which the protocol does not have"},
             {"/contact", "a", "acme: account: \"contact\" is not a list"},
             {"/contact/0", 1, "acme: account: \"contact[0]\" is not a string"}},
            decode_account);
}

TEST_CASE("renewal information is decoded, and a bad one Malformed", "[decode]") {
  const Sent sent(renewal());
  const auto decoded = decode_renewal_info(sent.body);
  REQUIRE(decoded.has_value());
  CHECK(decoded->end - decoded->start == std::chrono::hours(24));
  CHECK(decoded->explanation_url == "https://a.example/why");
  check_bad(renewal(),
            {{"/suggestedWindow", nullptr, "acme: renewal information: \"suggestedWindow\" is missing"},
             {"/suggestedWindow/start", nullptr, "acme: renewal information: \"start\" is missing"},
             {"/suggestedWindow/start", "tomorrow",
              "acme: renewal information: \"start\" is no time: \"tomorrow\" is not an RFC 3339 time"},
             {"/suggestedWindow/end", "2025-01-02T04:00:00Z",
              "acme: renewal information: \"suggestedWindow\" ends before it begins"}},
            decode_renewal_info);
}

}  // namespace
}  // namespace cw::acme
