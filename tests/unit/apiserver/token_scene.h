// A ServiceAccount "bot" and tokens of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "lib/pki/jws.h"
#include "tests/unit/apiserver/test_api.h"

namespace cw::apiserver {

inline const std::string kAccountsPath = "/api/v1/namespaces/ns/serviceaccounts";
inline const std::string kTokenPath = kAccountsPath + "/bot/token";

class TokenScene {
 public:
  TokenScene() { make("ServiceAccount", kAccountsPath, "bot"); }
  void make(const char* kind, const std::string& path, const std::string& name, const Json& more = {}) {
    Json object{{"apiVersion", "v1"}, {"kind", kind}, {"metadata", {{"name", name}}}};
    if (more.is_object()) object.update(more);
    const TestAnswer made = api.post(path, object);
    INFO(made.response.body);
    REQUIRE(made.status == 201);
  }
  TestAnswer ask(const Json& spec = Json::object()) { return api.post(kTokenPath, {{"spec", spec}}); }
  std::string token(const Json& spec = Json::object()) {
    const TestAnswer answer = ask(spec);
    INFO(answer.response.body);
    REQUIRE(answer.status == 201);
    return answer.body["status"]["token"];
  }
  std::string refusal(std::string_view token, const std::vector<std::string>& audiences = {}) {
    const auto found = api.tokens().authenticate(token, audiences);
    return found ? "" : found.error();
  }
  bool is_good(std::string_view token) { return api.tokens().authenticate(token).has_value(); }

  TestApi api;
};

inline Json claims_of(const std::string& token) {
  return Json::parse(pki::parse_compact_jws(token)->payload);
}

}  // namespace cw::apiserver
