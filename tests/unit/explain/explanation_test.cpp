#include "cli/explain/explanation.h"

#include <catch2/catch.hpp>

#include "lib/kube/json_access.h"
#include "tests/unit/explain/manifests.h"

using namespace cw;                // NOLINT(google-build-using-namespace)
using namespace cw::cli::explain;  // NOLINT(google-build-using-namespace)
using kube::Json;
using policy::Answer;

namespace {

const policy::Options kOn{.on = true};

Explanation explained(const std::string& dns_name, const Asker& asker = {}) {
  return explain_offline(tests::certificate(dns_name), *tests::world(tests::kSmallWorld), kOn, asker);
}

Explanation read_refusal(const std::string& message) { return read_answer(Error{Code::Forbidden, message}); }

}  // namespace

TEST_CASE("exit codes: approved 0, denied 1, pending 2, else 3") {
  CHECK(exit_code(Answer::Approved) == 0);
  CHECK(exit_code(Answer::Denied) == 1);
  CHECK(exit_code(Answer::Pending) == 2);
  CHECK(exit_code(Answer::Error) == 3);
}

TEST_CASE("a Certificate is judged as the request that the controller would make") {
  const Explanation approved = explained("web.example.com");
  CHECK(approved.answer == Answer::Approved);
  CHECK(first_reason(approved) == "names");
  const Explanation denied = explained("web.example.org");
  CHECK(denied.answer == Answer::Denied);
  CHECK(first_reason(denied).find("policy names: spec.allowed.dnsNames.values") == 0);
}

TEST_CASE("--as asks for somebody else") {
  CHECK(explained("web.example.com", {"ann", {}}).answer == Answer::Pending);
  CHECK(explained("web.example.com", {"root", {"system:masters"}}).answer == Answer::Approved);
}

TEST_CASE("what cannot become a request is an error, exit 3") {
  Json request = tests::certificate("web.example.com");
  request["spec"]["privateKey"] = {{"algorithm", "nope"}};
  const Explanation wrong = explain_offline(request, *tests::world(tests::kSmallWorld), kOn, {});
  CHECK(wrong.answer == Answer::Error);
  CHECK(kube::text_member(wrong.record, "verdict") == policy::word_of(Answer::Error));
}

TEST_CASE("a CertificateRequest that names nobody is told") {
  const Json request = {{"apiVersion", "cert-manager.io/v1"},
                        {"kind", "CertificateRequest"},
                        {"metadata", {{"name", "r"}, {"namespace", "team-a"}}},
                        {"spec", {{"request", "anVuaw=="}, {"issuerRef", {{"name", "corp"}}}}}};
  CHECK(explain_offline(request, *tests::world(tests::kSmallWorld), kOn, {}).answer == Answer::Error);
}

TEST_CASE("the question has no more than a new object has, and asks for the record") {
  Json request = tests::certificate("a.b");
  request["metadata"]["resourceVersion"] = "5";
  request["metadata"]["uid"] = "u";
  request["metadata"]["labels"] = {{"a", "b"}};
  request["metadata"]["annotations"] = {{"c", "d"}};
  request["spec"]["username"] = "ann";
  request["status"] = {{"revision", 1}};
  const Json question = question_of(request);
  CHECK(question["metadata"] == Json({{"name", "certificate"},
                                      {"namespace", "team-a"},
                                      {"labels", {{"a", "b"}}},
                                      {"annotations", {{"c", "d"}, {"certwright.dev/explain", "json"}}}}));
  CHECK_FALSE(question.contains("status"));
  CHECK_FALSE(question["spec"].contains("username"));
  CHECK(question["spec"]["dnsNames"] == Json({"a.b"}));
}

TEST_CASE("the record of a refusal is the answer") {
  const std::string prefix = R"(admission webhook "webhook.cert-manager.io" denied the request: )";
  const std::string word(policy::word_of(Answer::Denied));
  const Explanation denied = read_refusal(prefix + R"({"verdict":")" + word + R"(","message":"m"})");
  CHECK(denied.answer == Answer::Denied);
  CHECK(kube::text_member(denied.record, "message") == "m");
  const Explanation behind = read_refusal(prefix + R"(metadata: Forbidden: {"verdict":")" + word + R"("})");
  CHECK(behind.answer == Answer::Denied);
}

TEST_CASE("any other refusal is shown as it is and is no verdict") {
  for (
      const char* message :
      {R"(certificates.cert-manager.io is forbidden: User "ann" cannot create resource "certificates")",
       R"(admission webhook "webhook.cert-manager.io" denied the request: spec.duration: Invalid value: "1s")",
       R"(admission webhook "x" denied the request: {"verdict":"other"})",
       R"(admission webhook "x" denied the request: {"verdict":)", "} denied the request: {"}) {
    const Explanation plain = read_refusal(message);
    CHECK(plain.answer == Answer::Error);
    CHECK(kube::text_member(plain.record, "message") == message);
    CHECK(text_of(plain).find(message) != std::string::npos);
  }
}

TEST_CASE("a server that lets the question pass has no gate") {
  const Explanation passed = read_answer(Json::object());
  CHECK(passed.answer == Answer::Error);
  CHECK(text_of(passed).find("policy is off") != std::string::npos);
}

TEST_CASE("text for a terminal has no control characters") {
  CHECK(text_of(failed_explanation("a\x1b[2Jb\nc")) == "no verdict: a [2Jb\nc\n");
}
