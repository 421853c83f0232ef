// Whatever a server sends: not JSON, too much of it, problems of any form.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/acme/bounded_json.h"
#include "lib/acme/decode.h"
#include "lib/acme/problem.h"
#include "lib/pki/serving.h"
#include "tests/unit/acme/sent.h"

namespace cw::acme {
namespace {

using nlohmann::json;
using test::complaint;
using test::Sent;

constexpr const char* kJson = "application/json";

const json kOrder{{"status", "pending"},
                  {"authorizations", {"https://a.example/authz/1"}},
                  {"finalize", "https://a.example/finalize/1"}};

TEST_CASE("what is no JSON object within bounds is Malformed", "[decode]") {
  const auto decode = [](const std::string& text, const char* type = kJson) {
    const Sent sent(text, type);
    return complaint(decode_order(sent.body));
  };
  const std::string broken = "acme: order: the answer is no JSON object: ";
  CHECK(decode("") == broken);
  CHECK(decode("[]") == broken + "[]");
  CHECK(decode("{\"status\":") == broken + "{\"status\":");
  CHECK(decode("{\"a\":1e999}") == broken + "{\"a\":1e999}");
  CHECK(decode(std::string("{}\0{", 4)).starts_with(broken));
  CHECK(decode("{\"a\":\"\xff\"}").starts_with(broken));
  CHECK(decode("{} trailing").starts_with(broken));
  CHECK(decode("<html>Bad\ngateway</html>", "text/html") ==
        "acme: order: the server answered with text/html, not with JSON: <html>Bad gateway</html>");
  CHECK(decode(std::string(kMaxJsonBytes + 1, ' ')) ==
        "acme: order: an answer of 262145 bytes is too long; at most 262144 are read");
  CHECK(decode(R"({"x":{"a":1,"b":2,"a":3}})") == "acme: order: the answer has \"a\" twice");
  const std::string deep = R"({"x":)" + std::string(40, '[') + std::string(40, ']') + "}";
  CHECK(decode(deep) == "acme: order: the answer nests deeper than 16 levels");
  const std::string huge = R"({"x":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  CHECK(decode(huge) == "acme: order: the answer nests deeper than 16 levels");
  const std::string objects = [] {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "{\"a\":";
    return text + "1" + std::string(1000, '}');
  }();
  CHECK(decode(objects) == "acme: order: the answer nests deeper than 16 levels");
}

TEST_CASE("JSON of a type that is not said is JSON", "[decode]") {
  const std::string text = kOrder.dump();
  for (const char* type :
       {"", "application/json", "Application/JSON;charset=utf-8", "application/hal+json"}) {
    CHECK(decode_order({.content_type = type, .bytes = text}).has_value());
  }
  CHECK_FALSE(decode_order({.content_type = "text/plain", .bytes = text}).has_value());
}

TEST_CASE("a problem document is decoded", "[decode]") {
  const Sent sent(json{{"type", "urn:ietf:params:acme:error:rejectedIdentifier"},
                       {"detail", "some are bad"},
                       {"status", 200},
                       {"subproblems",
                        {{{"type", "urn:ietf:params:acme:error:malformed"},
                          {"detail", "underscore"},
                          {"identifier", {{"type", "dns"}, {"value", "_x.example"}}}},
                         7}}});
  const auto problem = decode_problem(403, sent.body);
  CHECK(problem.status == 403);
  CHECK(problem.short_type() == "rejectedIdentifier");
  REQUIRE(problem.subproblems.size() == 1);
  CHECK(problem.subproblems[0].identifier == "_x.example");
  CHECK(describe(problem) ==
        "403 urn:ietf:params:acme:error:rejectedIdentifier: some are bad; _x.example: "
        "urn:ietf:params:acme:error:malformed: underscore");
}

TEST_CASE("whatever a server refuses with becomes a problem", "[decode]") {
  const auto problem = [](const std::string& text, const char* type = kJson) {
    const Sent sent(text, type);
    return describe(decode_problem(502, sent.body));
  };
  CHECK(problem("<h1>Bad gateway</h1>", "text/html") == "502 about:blank: <h1>Bad gateway</h1>");
  CHECK(problem("", "") == "502 about:blank: the server answered without a reason");
  CHECK(problem("{}") == "502 about:blank: ");
  CHECK(problem(R"({"type":5,"detail":[1],"subproblems":"x"})") == "502 about:blank: ");
  CHECK(problem(R"({"title":"Oh"})", "application/problem+json") == "502 about:blank: Oh");
  CHECK(problem(std::string(1000, 'x'), "text/plain").size() < 300);
  CHECK(problem("\xff\xfe\n\x01", "text/plain") == "502 about:blank:     ");
}

TEST_CASE("problems are cut to a bounded size", "[decode]") {
  json whole{
      {"type", std::string(1000, 't')}, {"detail", std::string(10'000, 'd')}, {"subproblems", json::array()}};
  for (int i = 0; i < 500; ++i) whole["subproblems"].push_back({{"detail", "x"}});
  const Sent sent(whole);
  const auto problem = decode_problem(400, sent.body);
  CHECK(problem.type.size() < 300);
  CHECK(problem.detail.size() < 4200);
  CHECK(problem.subproblems.size() == 100);
}

TEST_CASE("what is no PEM chain is Malformed", "[decode]") {
  const auto decode = [](const std::string& text, const char* type) {
    const Sent sent(text, type);
    return complaint(decode_chain(sent.body));
  };
  CHECK(decode("x", "text/html") ==
        "acme: certificate: the server answered with text/html, not with application/pem-certificate-chain");
  CHECK(decode("", "application/pem-certificate-chain").starts_with("acme: certificate: "));
  CHECK(decode("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
               "application/pem-certificate-chain")
            .starts_with("acme: certificate: "));
  CHECK(decode(std::string(100'000, '-'), "application/pem-certificate-chain")
            .starts_with("acme: certificate: "));
}

TEST_CASE("a chain that is cut off is Malformed, not a shorter chain", "[decode]") {
  pki::SystemKeyMaker keys;
  const TimePoint now{std::chrono::hours(24 * 365 * 50)};
  const auto ca = pki::make_ca({.common_name = "ca"}, keys, now);
  REQUIRE(ca);
  const auto leaf = pki::make_leaf(*ca, {.dns_names = {"a.example"}}, keys, now);
  REQUIRE(leaf);
  const std::string pem = leaf->certificate_pem() + ca->certificate_pem();
  const auto decode = [](const std::string& text) {
    const Sent sent(text, "application/pem-certificate-chain");
    const auto chain = decode_chain(sent.body);
    return chain ? chain->pem : chain.error().message;
  };
  CHECK(decode(pem) == pem);
  const std::string cut = "acme: certificate: the chain is cut off, or is not of certificates alone";
  CHECK(decode(pem.substr(0, pem.size() - 30)) == cut);
  CHECK(decode(pem.substr(0, leaf->certificate_pem().size() + 60)) == cut);
}

}  // namespace
}  // namespace cw::acme
