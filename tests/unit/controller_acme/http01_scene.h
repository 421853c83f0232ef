// A Challenge of HTTP-01 and what its builders make of it, for tests.
#pragma once

#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "controller/acme/http01_target.h"
#include "controller/acme/solver.h"
#include "lib/api/challenge.h"
#include "lib/base/clock.h"
#include "lib/http/fetch.h"
#include "tests/contract/fake_kube.h"

namespace cw::controller::acme::tests {

using kube::Json;

// 2026-01-02T03:04:05Z
inline constexpr TimePoint kStart{std::chrono::seconds(1767323045)};

// In "mesh", for www.example.com, with this spec.solver.http01.
inline api::Challenge challenge_with(const Json& http01, const std::string& dns_name = "www.example.com") {
  const Json object{
      {"apiVersion", "acme.cert-manager.io/v1"},
      {"kind", "Challenge"},
      {"metadata", {{"namespace", "mesh"}, {"name", "web-1-2-3"}, {"uid", "c-1"}}},
      {"spec",
       {{"url", "https://ca.test/chall/1"},
        {"authorizationURL", "https://ca.test/authz/1"},
        {"dnsName", dns_name},
        {"type", "HTTP-01"},
        {"token", "-token_1"},
        {"key", "-token_1.thumb"},
        {"solver", {{"http01", http01}}},
        {"issuerRef", {{"name", "ca"}}}}},
  };
  // The overload is named, for the other one wants simdjson.
  Result<api::Challenge> (*decode)(const Json&) = api::decode_challenge;
  const auto decoded = decode(object);
  if (!decoded) FAIL(decoded.error().message);
  return *decoded;
}

// Answers each request alike.
class OneAnswer final : public http::HttpFetch {
 public:
  explicit OneAnswer(Result<http::ClientResponse> answer) : answer_(std::move(answer)) {}
  Result<http::ClientResponse> fetch(const http::FetchRequest& request) override {
    url = request.url;
    return answer_;
  }
  std::string url;

 private:
  Result<http::ClientResponse> answer_;
};

}  // namespace cw::controller::acme::tests
