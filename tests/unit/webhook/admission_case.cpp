#include "tests/unit/webhook/admission_case.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "lib/kube/admission_request.h"
#include "webhook/endpoints.h"
#include "webhook/review.h"

namespace cw::test {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(CW_TEST_DATA) / "admission";

const std::map<std::string, Json> kResources{
    {"certificates", {{"group", "cert-manager.io"}, {"version", "v1"}, {"resource", "certificates"}}},
    {"certificaterequests",
     {{"group", "cert-manager.io"}, {"version", "v1"}, {"resource", "certificaterequests"}}},
    {"issuers", {{"group", "cert-manager.io"}, {"version", "v1"}, {"resource", "issuers"}}},
    {"clusterissuers", {{"group", "cert-manager.io"}, {"version", "v1"}, {"resource", "clusterissuers"}}},
    {"orders", {{"group", "acme.cert-manager.io"}, {"version", "v1"}, {"resource", "orders"}}},
    {"certificaterequestpolicies",
     {{"group", "policy.cert-manager.io"},
      {"version", "v1alpha1"},
      {"resource", "certificaterequestpolicies"}}},
    {"challenges", {{"group", "acme.cert-manager.io"}, {"version", "v1"}, {"resource", "challenges"}}},
};

class SomeSigners final : public webhook::SignerResources {
 public:
  Result<std::optional<webhook::SignerResource>> find(std::string_view group,
                                                      std::string_view kind) override {
    using Found = std::optional<webhook::SignerResource>;
    if (group == "broken.com") return Error{Code::Unavailable, "discovery failed"};
    if (group == "cert-manager.io" && kind == "Issuer") return Found({"issuers", true});
    if (group == "example.com" && kind == "Signer") return Found({"signers", false});
    return Found();
  }
};

class SomeAccess final : public webhook::SignerAccess {
 public:
  Result<bool> may_approve(const kube::UserInfo& user, std::string_view signer) override {
    if (user.username == "failing") return Error{Code::Unavailable, "no answer"};
    return user.username == "jane" && (signer == "issuers.cert-manager.io/team-a.ca-issuer" ||
                                       signer == "signers.example.com/ca-issuer");
  }
};

// "@repeat x 1000" stands for a long text.
void expand(Json& json) {
  if (json.is_structured()) {
    for (Json& item : json) expand(item);
    return;
  }
  constexpr std::string_view kRepeat = "@repeat ";
  if (!json.is_string() || !json.get_ref<const std::string&>().starts_with(kRepeat)) return;
  const std::string text = json.get<std::string>().substr(kRepeat.size());
  const std::size_t space = text.find(' ');
  std::string repeated;
  for (int i = std::stoi(text.substr(space + 1)); i > 0; --i) repeated += text.substr(0, space);
  json = repeated;
}

Json patched(const Json& base, const Json& one_case, const char* patch, const char* replacement) {
  if (one_case.contains(replacement)) return one_case[replacement];
  Json object = base["object"];
  if (one_case.contains(patch)) object.merge_patch(one_case[patch]);
  expand(object);
  return object;
}

webhook::RuleOptions options_of(const Json& one_case) {
  webhook::RuleOptions options;
  const Json given = one_case.value("options", Json::object());
  options.literal_certificate_subject = given.value("LiteralCertificateSubject", true);
  options.name_constraints = given.value("NameConstraints", true);
  options.other_names = given.value("OtherNames", true);
  options.pem_limits.certificate = given.value("maxCertificateSize", options.pem_limits.certificate);
  return options;
}

kube::AdmissionStep step_of(const Json& one_case) {
  return one_case.value("step", "validate") == "mutate" ? kube::AdmissionStep::Mutate
                                                        : kube::AdmissionStep::Validate;
}

}  // namespace

Json read_case_file(const std::string& name) {
  std::ifstream file(kFolder / (name + ".json"));
  return Json::parse(file);
}

std::vector<std::string> case_file_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.is_regular_file()) names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string review_of(const Json& base, const Json& one_case) {
  const std::string operation = one_case.value("operation", "CREATE");
  Json request{{"uid", "u-1"}, {"operation", operation}};
  request["resource"] = one_case.value("resource", kResources.at(base["resource"]));
  const std::string api_version = base["object"]["apiVersion"];
  const std::size_t slash = api_version.find('/');
  const Json kind{{"group", api_version.substr(0, slash)},
                  {"version", api_version.substr(slash + 1)},
                  {"kind", base["object"]["kind"]}};
  request["kind"] = one_case.value("kind", kind);
  if (one_case.contains("subResource")) request["subResource"] = one_case["subResource"];
  const Json jane{
      {"username", "jane"}, {"uid", "u1"}, {"groups", {"dev", "ops"}}, {"extra", {{"k", {"a", "b"}}}}};
  request["userInfo"] = one_case.value("user", jane);
  request["object"] = patched(base, one_case, "object", "replace");
  const bool has_old = one_case.contains("old");
  request["oldObject"] = has_old ? patched(base, one_case, "old", "replaceOld") : Json();
  return Json{{"apiVersion", "admission.k8s.io/v1"}, {"kind", "AdmissionReview"}, {"request", request}}
      .dump();
}

webhook::Verdict judge(const Json& base, const Json& one_case) {
  SomeSigners signers;
  SomeAccess access;
  const webhook::ReviewAnswer reviews(options_of(one_case), {signers, access});
  kube::ReviewParser parser;
  const auto request = parser.decode(review_of(base, one_case));
  REQUIRE(request);
  return reviews.judge(step_of(one_case), *request);
}

HttpResult post(const Json& one_case) {
  SomeSigners signers;
  SomeAccess access;
  webhook::ReviewAnswer reviews({}, {signers, access});
  webhook::Metrics metrics;
  const webhook::ReviewEndpoint endpoint(reviews, metrics, {});
  const Json& http = one_case["http"];
  http::Request request;
  request.method = http["method"];
  request.path = "/validate";
  request.body = http["body"];
  request.headers.emplace_back("Content-Type", http["contentType"].get<std::string>());
  const http::Response response = endpoint(request);
  return {response.status, Json::parse(response.body)};
}

std::vector<std::string> fields_of(const webhook::Verdict& verdict, const std::string& rule) {
  std::vector<std::string> fields;
  for (const kube::FieldError& error : verdict.errors) {
    if (error.rule != rule) continue;
    kube::FieldError bare = error;
    bare.bad_value.clear();
    bare.detail.clear();
    std::string text = kube::message(bare);
    if (bare.field.empty()) text = ": Forbidden";
    while (text.ends_with(": ")) text.resize(text.size() - 2);
    fields.push_back(text);
  }
  std::sort(fields.begin(), fields.end());
  return fields;
}

}  // namespace cw::test
