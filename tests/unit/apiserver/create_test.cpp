#include <catch2/catch.hpp>

#include "tests/unit/apiserver/test_api.h"

namespace cw::apiserver {

TEST_CASE("a created object has what the server sets and not what the client may not set") {
  TestApi api;
  Json wanted = certificate("web");
  wanted["metadata"].update({{"uid", "mine"},
                             {"creationTimestamp", "2001-01-01T00:00:00Z"},
                             {"generation", 42},
                             {"selfLink", "/x"},
                             {"deletionTimestamp", "2001-01-01T00:00:00Z"}});
  wanted["status"] = {{"revision", 7}};
  const TestAnswer made = api.post(kCertificates, wanted);
  REQUIRE(made.status == 201);
  const Json& metadata = made.body["metadata"];
  CHECK(metadata["uid"].get<std::string>().size() == 36);
  CHECK(metadata["creationTimestamp"] == "2023-11-14T22:13:20Z");
  CHECK(metadata["generation"] == 1);
  CHECK(metadata["namespace"] == "ns");
  CHECK_FALSE(metadata.contains("deletionTimestamp"));
  CHECK_FALSE(made.body.contains("status"));
  CHECK(api.get(std::string(kCertificates) + "/web").body == made.body);
}

TEST_CASE("generateName makes a new name each time") {
  TestApi api;
  const Json wanted{{"metadata", {{"generateName", "cm-"}}}};
  const std::string first = api.post(kConfigMaps, wanted).body["metadata"]["name"];
  const std::string second = api.post(kConfigMaps, wanted).body["metadata"]["name"];
  CHECK(first.starts_with("cm-"));
  CHECK(first.size() == 8);
  CHECK(first != second);
}

TEST_CASE("creations are refused with what is wrong") {
  TestApi api;
  REQUIRE(api.post(kConfigMaps, config_map("there")).status == 201);
  struct Case {
    const char* path;
    Json body;
    int status;
    const char* message;
  };
  const Case cases[] = {
      {kConfigMaps, config_map("there"), 409, "configmaps \"there\" already exists"},
      {kConfigMaps,
       {{"metadata", Json::object()}},
       422,
       "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required"},
      {"/api/v1/namespaces/missing/configmaps", config_map("a"), 404, "namespaces \"missing\" not found"},
      {kConfigMaps,
       {{"metadata", {{"name", "a"}, {"namespace", "other"}}}},
       400,
       "the namespace of the provided object does not match the namespace sent on the request"},
      {kConfigMaps,
       {{"metadata", {{"name", "a"}, {"resourceVersion", "5"}}}},
       500,
       "resourceVersion should not be set on objects to be created"},
      {kConfigMaps,
       {{"kind", "Secret"}, {"metadata", {{"name", "a"}}}},
       400,
       "Secret in version \"v1\" cannot be handled as a ConfigMap: converting (v1.Secret) to "
       "(core.ConfigMap): "
       "unknown conversion"},
      {kConfigMaps,
       {{"apiVersion", "v2"}, {"metadata", {{"name", "a"}}}},
       400,
       "ConfigMap in version \"v2\" cannot be handled as a ConfigMap: no kind \"ConfigMap\" is registered "
       "for "
       "version \"v2\" in scheme \"pkg/runtime/scheme.go:111\""},
      {kConfigMaps,
       {{"metadata", {{"name", "a"}}}, {"data", {{"a", 1}}}},
       400,
       "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go "
       "struct "
       "field ConfigMap.data of type string"},
      {kConfigMaps,
       {{"metadata", {{"name", "a"}}}, {"data", {{"t", ""}}}, {"binaryData", {{"t", "AAEC"}}}},
       422,
       "ConfigMap \"a\" is invalid: data[t]: Invalid value: \"t\": duplicate of key present in binaryData"},
      {kSecrets,
       {{"metadata", {{"name", "a"}}}, {"type", "kubernetes.io/tls"}, {"data", {{"tls.crt", ""}}}},
       422,
       "Secret \"a\" is invalid: data[tls.key]: Required value"},
  };
  for (const Case& one : cases) {
    INFO(one.body);
    const TestAnswer answer = api.post(one.path, one.body);
    CHECK(answer.status == one.status);
    CHECK(answer.body["message"] == one.message);
    CHECK(answer.body["kind"] == "Status");
  }
}

TEST_CASE("a custom resource is judged by its schema, all complaints at once") {
  TestApi api;
  const TestAnswer answer = api.post(kCertificates, {{"apiVersion", "cert-manager.io/v1"},
                                                     {"kind", "Certificate"},
                                                     {"metadata", Json::object()},
                                                     {"spec", {{"dnsNames", "a"}}}});
  CHECK(answer.status == 422);
  std::set<std::string> fields;
  for (const Json& cause : answer.body["details"]["causes"]) fields.insert(cause["field"]);
  CHECK(fields ==
        std::set<std::string>{"metadata.name", "spec.dnsNames", "spec.issuerRef", "spec.secretName"});
}

TEST_CASE("plain values of a Secret are folded into its data") {
  TestApi api;
  const TestAnswer made = api.post(kSecrets, {{"metadata", {{"name", "s"}}},
                                              {"stringData", {{"a", "overwrite"}, {"c", "3"}}},
                                              {"data", {{"a", "b2xk"}, {"b", "Mg=="}}}});
  CHECK(made.body["data"] == Json::parse(R"({"a":"b3ZlcndyaXRl","b":"Mg==","c":"Mw=="})"));
  CHECK(made.body["type"] == "Opaque");
  CHECK_FALSE(made.body.contains("stringData"));
}

TEST_CASE("unknown and duplicate fields are refused, warned of or ignored as asked") {
  TestApi api;
  const std::string body =
      R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"N"},"data":{"a":"1","a":"2"},"dta":{}})";
  const auto named = [&](const std::string& name) {
    return std::string(body).replace(body.find("N\"},"), 1, name);
  };
  const std::string path = kConfigMaps;
  const TestAnswer strict = api.send("POST", path + "?fieldValidation=Strict", named("strict"));
  CHECK(strict.status == 400);
  CHECK(
      strict.body["message"] ==
      "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: duplicate field "
      "\"data.a\", unknown field \"dta\"");
  const TestAnswer warned = api.send("POST", path + "?fieldValidation=Warn", named("warn"));
  CHECK(warned.status == 201);
  std::vector<std::string> warnings;
  for (const auto& [name, value] : warned.response.headers) {
    if (name == "Warning") warnings.push_back(value);
  }
  CHECK(warnings == std::vector<std::string>{R"(299 - "duplicate field \"data.a\"")",
                                             R"(299 - "unknown field \"dta\"")"});
  CHECK(warned.body["data"]["a"] == "2");
  CHECK(api.send("POST", path + "?fieldValidation=Ignore", named("ignore")).status == 201);
  CHECK(api.send("POST", path + "?fieldValidation=Maybe", named("maybe")).status == 422);
}

TEST_CASE("a dry run does everything but keep the object") {
  TestApi api;
  const TestAnswer made = api.post(std::string(kConfigMaps) + "?dryRun=All", config_map("dry"));
  CHECK(made.status == 201);
  CHECK_FALSE(made.body["metadata"].contains("resourceVersion"));
  CHECK(api.get(std::string(kConfigMaps) + "/dry").status == 404);
  REQUIRE(api.post(kConfigMaps, config_map("dry")).status == 201);
  CHECK(api.post(std::string(kConfigMaps) + "?dryRun=All", config_map("dry")).status == 409);
  CHECK(api.post(std::string(kConfigMaps) + "?dryRun=Some", config_map("x")).status == 422);
}

TEST_CASE("our webhook is asked about our kinds, and its refusal is passed on") {
  ScriptedAdmitter admitter([](kube::AdmissionStep, const Json& review) {
    const bool bad = review["request"]["object"]["spec"].value("secretName", "") == "bad-tls";
    return kube::AdmissionAnswer{.allowed = !bad,
                                 .code = bad ? 403 : 200,
                                 .reason = bad ? "Forbidden" : "",
                                 .message = bad ? "spec.secretName: no" : "",
                                 .warnings = {"careful"}};
  });
  TestApi api(&admitter);
  REQUIRE(api.post(kConfigMaps, config_map("a")).status == 201);
  CHECK(admitter.asked == 0);
  const TestAnswer good = api.post(kCertificates, certificate("good"));
  CHECK(good.status == 201);
  CHECK(admitter.asked == 1);
  CHECK(std::count(good.response.headers.begin(), good.response.headers.end(),
                   std::pair<std::string, std::string>("Warning", "299 - \"careful\"")) == 1);
  const TestAnswer bad = api.post(kCertificates, certificate("bad"));
  CHECK(bad.status == 403);
  CHECK(bad.body["message"] ==
        "admission webhook \"webhook.cert-manager.io\" denied the request: spec.secretName: no");
  CHECK(api.get(std::string(kCertificates) + "/bad").status == 404);
}

TEST_CASE("a mutating answer changes what is validated and stored, and an answer that is none refuses") {
  ScriptedAdmitter admitter([](kube::AdmissionStep step, const Json&) {
    kube::AdmissionAnswer answer{.allowed = true};
    if (step == kube::AdmissionStep::Mutate) {
      answer.patch = R"([{"op":"add","path":"/spec/username","value":"alice"}])";
    }
    return answer;
  });
  const char* path = "/apis/cert-manager.io/v1/namespaces/ns/certificaterequests";
  const Json request{{"apiVersion", "cert-manager.io/v1"},
                     {"kind", "CertificateRequest"},
                     {"metadata", {{"name", "r"}}},
                     {"spec", {{"request", "Y3Ny"}, {"issuerRef", {{"name", "ca"}}}}}};
  TestApi api(&admitter);
  const TestAnswer made = api.post(path, request);
  REQUIRE(made.status == 201);
  CHECK(made.body["spec"]["username"] == "alice");

  class Broken final : public kube::Admitter {
   public:
    std::string review(kube::AdmissionStep, std::string_view) override { return "{}"; }
  } broken;
  TestApi closed(&broken);
  const TestAnswer refused = closed.post(path, request);
  CHECK(refused.status == 500);
  CHECK(refused.body["message"].get<std::string>().find("failed calling webhook") != std::string::npos);
}

}  // namespace cw::apiserver
