// The gate as part of a whole review: when it is asked, and what becomes of what it finds.
#include "lib/kube/admission_request.h"
#include "tests/unit/gate/gate_scene.h"
#include "webhook/offline_approval.h"
#include "webhook/review.h"

using namespace cw;  // tests only
using test::GateScene;
using test::Json;

namespace {

struct ReviewScene : GateScene {
  webhook::Verdict judge(const Json& request) {
    webhook::NoSigners signers;
    webhook::NoAccess access;
    const webhook::ReviewAnswer reviews(
        {}, {signers, access}, {},
        {.world = &world, .options = options, .requests = {}, .counter = &counts, .live = &live});
    kube::ReviewParser parser;
    const auto decoded = parser.decode(Json{
        {"apiVersion", "admission.k8s.io/v1"},
        {"kind", "AdmissionReview"},
        {"request", request}}.dump());
    REQUIRE(decoded);
    return reviews.judge(kube::AdmissionStep::Validate, *decoded);
  }
};

Json review_of(const std::string& plural, const Json& object) {
  const std::string api_version = object["apiVersion"];
  const std::size_t slash = api_version.find('/');
  const std::string group = api_version.substr(0, slash);
  const std::string version = api_version.substr(slash + 1);
  return {{"uid", "u"},
          {"operation", "CREATE"},
          {"kind", {{"group", group}, {"version", version}, {"kind", object["kind"]}}},
          {"resource", {{"group", group}, {"version", version}, {"resource", plural}}},
          {"userInfo", {{"username", "jane"}}},
          {"object", object}};
}

Json certificate(const std::string& dns_name) {
  return {{"apiVersion", "cert-manager.io/v1"},
          {"kind", "Certificate"},
          {"metadata", {{"name", "web"}, {"namespace", "team"}}},
          {"spec", {{"secretName", "web"}, {"issuerRef", {{"name", "corp"}}}, {"dnsNames", {dns_name}}}}};
}

}  // namespace

TEST_CASE("gate in a review: a denial is a refusal with code 403 and audit annotations", "[gate][review]") {
  ReviewScene scene;
  const auto verdict = scene.judge(review_of("certificates", certificate("web.other.com")));
  CHECK(verdict.code == webhook::kForbidden);
  REQUIRE(verdict.errors.size() == 1);
  CHECK(verdict.errors[0].rule == "policy.denied");
  CHECK(webhook::answer_of(verdict).audit_annotations.contains("policy-verdict"));
  CHECK(scene.judge(review_of("certificates", certificate("web.example.com"))).allowed());
}

TEST_CASE("gate in a review: other rules come first and unchanged (93)", "[gate][review]") {
  ReviewScene scene;
  Json object = certificate("web.other.com");
  object["spec"].erase("secretName");
  const auto verdict = scene.judge(review_of("certificates", object));
  REQUIRE(verdict.errors.size() == 1);
  CHECK(verdict.errors[0].rule == "certificate.secretName.required");
  CHECK(scene.counts.seen.empty());
}

TEST_CASE("gate in a review: a status is never judged (82)", "[gate][review]") {
  ReviewScene scene;
  Json request = review_of("certificates", certificate("web.other.com"));
  request["operation"] = "UPDATE";
  request["subResource"] = "status";
  request["oldObject"] = certificate("web.example.com");
  CHECK(scene.judge(request).allowed());
}

TEST_CASE("gate in a review: a dry run is explained on demand", "[gate][review]") {
  ReviewScene scene;
  Json object = certificate("web.other.com");
  object["metadata"]["annotations"]["certwright.dev/explain"] = "json";
  Json request = review_of("certificates", object);
  CHECK(scene.judge(request).errors.at(0).rule == "policy.denied");
  request["dryRun"] = true;
  const auto verdict = scene.judge(request);
  CHECK(verdict.code == webhook::kForbidden);
  REQUIRE(verdict.errors.at(0).rule == "policy.explained");
  CHECK(Json::parse(webhook::answer_of(verdict).message)["policies"][0]["stage"] == "fails");
}

TEST_CASE("gate in a review: the status of a policy that would be refused today can be written (69)",
          "[gate][review]") {
  ReviewScene scene;
  const Json policy{{"apiVersion", "policy.cert-manager.io/v1alpha1"},
                    {"kind", "CertificateRequestPolicy"},
                    {"metadata", {{"name", "a"}}},
                    {"spec", {{"selector", Json::object()}}}};
  Json request = review_of("certificaterequestpolicies", policy);
  CHECK(scene.judge(request).code == webhook::kForbidden);
  request["operation"] = "UPDATE";
  request["oldObject"] = policy;
  CHECK(scene.judge(request).code == webhook::kForbidden);
  request["subResource"] = "status";
  CHECK(scene.judge(request).allowed());
}
