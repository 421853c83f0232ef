#include "cli/check.h"

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/finding_text.h"
#include "lib/kube/admission_review.h"

using namespace cw;  // NOLINT(google-build-using-namespace)

namespace {

kube::AdmissionAnswer allowed() {
  kube::AdmissionAnswer answer;
  answer.allowed = true;
  return answer;
}

// Refuses what it is told to; keeps the last question.
class FakeWebhook final : public kube::Admitter {
 public:
  std::string review(kube::AdmissionStep, std::string_view review_json) override {
    question = kube::Json::parse(review_json);
    return kube::encode_answer(question["request"]["uid"].get<std::string>(), answer);
  }
  kube::AdmissionAnswer answer = allowed();
  kube::Json question;
};

struct Run {
  int code = 0;
  std::string out;
  std::string err;
};

Run run(const std::string& text, FakeWebhook& webhook) {
  std::istringstream input(text);
  std::ostringstream out;
  std::ostringstream err;
  const int code = cli::run_check({.files = {"-"}, .standard_input = &input}, webhook, out, err);
  return {code, out.str(), err.str()};
}

Run run(const std::string& text) {
  FakeWebhook webhook;
  return run(text, webhook);
}

const std::string kGood = R"(apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web, namespace: ns}
spec:
  secretName: web-tls
  issuerRef: {name: ca}
  dnsNames: [a.example.com]
)";

}  // namespace

TEST_CASE("a good manifest passes, and the webhook was asked for its creation") {
  FakeWebhook webhook;
  const Run result = run(kGood, webhook);
  CHECK(result.code == 0);
  CHECK(result.out == "1 checked, 0 refused, 0 of other kinds\n");
  CHECK(webhook.question["request"]["operation"] == "CREATE");
  CHECK(webhook.question["request"]["object"]["spec"]["secretName"] == "web-tls");
  CHECK(webhook.question["request"]["namespace"] == "ns");
}

TEST_CASE("each finding has file, line, field and rule") {
  const Run result = run(R"(apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web}
spec:
  secretName: 5
  bogus: 1
  usages:
    - server auth
    - nonsense
)");
  CHECK(result.code == 1);
  CHECK(result.out.find("<stdin>:5: Certificate web: spec.secretName: Invalid value: ") != std::string::npos);
  CHECK(result.out.find("[schema.type]\n") != std::string::npos);
  CHECK(result.out.find(
            "<stdin>:6: Certificate web: spec.bogus: Forbidden: unknown field [schema.unknown-field]\n") !=
        std::string::npos);
  CHECK(result.out.find("<stdin>:4: Certificate web: spec.issuerRef: Required value [schema.required]\n") !=
        std::string::npos);
  CHECK(result.out.find("<stdin>:9: Certificate web: spec.usages[1]: Unsupported value: ") !=
        std::string::npos);
  CHECK(result.out.ends_with("1 checked, 1 refused, 0 of other kinds\n"));
}

TEST_CASE("the webhook's refusal is taken apart, its warnings are shown and refuse nothing") {
  FakeWebhook webhook;
  webhook.answer.allowed = false;
  webhook.answer.code = 403;
  webhook.answer.message =
      "[spec.duration: Invalid value: 600000000000: must be greater than 1h, a, b, spec.dnsNames[0]: "
      "Forbidden]";
  const Run refused = run(kGood, webhook);
  CHECK(refused.code == 1);
  CHECK(
      refused.out ==
      "<stdin>:4: Certificate web: spec.duration: Invalid value: 600000000000: must be greater than 1h, a, b "
      "[webhook]\n"
      "<stdin>:7: Certificate web: spec.dnsNames[0]: Forbidden [webhook]\n"
      "1 checked, 1 refused, 0 of other kinds\n");
  webhook.answer = allowed();
  webhook.answer.warnings = {"look out"};
  const Run warned = run(kGood, webhook);
  CHECK(warned.code == 0);
  CHECK(warned.out.starts_with("<stdin>:1: Certificate web: warning: look out [webhook]\n"));
}

TEST_CASE("an answer that is none refuses") {
  class Broken final : public kube::Admitter {
    std::string review(kube::AdmissionStep, std::string_view) override { return "{}"; }
  };
  Broken webhook;
  std::istringstream input(kGood);
  std::ostringstream out;
  std::ostringstream err;
  CHECK(cli::run_check({.files = {"-"}, .standard_input = &input}, webhook, out, err) == 1);
}

TEST_CASE("foreign kinds are passed over, unknown ones of our groups are refused") {
  const Run result =
      run("{apiVersion: v1, kind: Secret}\n---\n{apiVersion: cert-manager.io/v1alpha2, kind: Issuer}\n"
          "---\n{apiVersion: acme.cert-manager.io/v1, kind: Nonsense}\n---\nkind: Issuer\n---\n5\n");
  // The text starts with '{', so it is JSON, and malformed.
  CHECK(result.code == 1);
  CHECK(result.out.find("malformed JSON") != std::string::npos);

  const Run yaml =
      run("apiVersion: v1\nkind: Secret\n---\napiVersion: cert-manager.io/v1alpha2\nkind: Issuer\n---\n"
          "apiVersion: acme.cert-manager.io/v1\nkind: Nonsense\n---\nkind: Issuer\n---\n5\n");
  CHECK(yaml.code == 1);
  CHECK(yaml.out.find(
            "<stdin>:4: Issuer : apiVersion: no kind Issuer in cert-manager.io/v1alpha2 [schema.resource]") !=
        std::string::npos);
  CHECK(yaml.out.ends_with("4 checked, 4 refused, 1 of other kinds\n"));
}

TEST_CASE("an exported CertificateRequest is checked as its own requester") {
  FakeWebhook webhook;
  run(R"({"apiVersion":"cert-manager.io/v1","kind":"CertificateRequest","metadata":{"name":"w"},
          "spec":{"request":"YQ==","issuerRef":{"name":"i"},"username":"jane","groups":["g"],"uid":"u"}})",
      webhook);
  CHECK(webhook.question["request"]["userInfo"]["username"] == "jane");
  CHECK(webhook.question["request"]["userInfo"]["groups"] == kube::Json::array({"g"}));
}

TEST_CASE("malformed text is refused with line and column") {
  const Run result = run("a: 1\n  b: 2\n");
  CHECK(result.code == 1);
  CHECK(result.out.starts_with("<stdin>:2:4: malformed YAML: "));
}

TEST_CASE("an object without a name is refused") {
  CHECK(run("apiVersion: cert-manager.io/v1\nkind: Issuer\nspec: {selfSigned: {}}\n")
            .out.find("metadata.name: Required") != std::string::npos);
}

TEST_CASE("a file that cannot be read, and none at all, are wrong use") {
  FakeWebhook webhook;
  std::ostringstream out;
  std::ostringstream err;
  CHECK(cli::run_check({.files = {"/nonexistent/x.yaml"}}, webhook, out, err) == 2);
  CHECK(err.str().find("cannot read /nonexistent/x.yaml") != std::string::npos);
  CHECK(cli::run_check({.files = {}}, webhook, out, err) == 2);
}

TEST_CASE("what a manifest says cannot drive the terminal") {
  CHECK(cli::printable("a\x1b[31m\nb\x7f") == "a [31m b ");
}

TEST_CASE("a refusal without fields stays whole") {
  const auto findings = cli::split_refusal("no such thing, and spec is odd", "r");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].field.empty());
  CHECK(findings[0].message == "no such thing, and spec is odd");
  CHECK(cli::split_refusal("", "r").size() == 1);
}
