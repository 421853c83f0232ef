// Requests that no client of good will sends: each is answered with a Status, and the API lives on.
#include <random>

#include <catch2/catch.hpp>

#include "tests/unit/apiserver/test_api.h"

namespace cw::apiserver {
namespace {

std::string nested(const std::string& open, int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += open;
  return text;
}

const std::vector<std::string>& bodies() {
  static const std::vector<std::string> kBodies{
      "",
      "null",
      "5",
      "[]",
      "{}",
      "{\"kind\":5}",
      "{\"metadata\":null}",
      "{\"metadata\":[]}",
      "{\"metadata\":{\"name\":null}}",
      "{\"metadata\":{\"name\":{}}}",
      "{\"metadata\":{\"name\":\"a\\u0000b\"}}",
      "{\"metadata\":{\"name\":\"a\",\"labels\":[],\"annotations\":5,\"finalizers\":{},\"ownerReferences\":["
      "5]}}",
      "{\"metadata\":{\"name\":\"a\",\"creationTimestamp\":\"never\"}}",
      "{\"metadata\":{\"name\":\"a\",\"managedFields\":[{\"fieldsV1\":5}]}}",
      "{\"metadata\":{\"name\":\"a\",\"generation\":1e400}}",
      "{\"metadata\":{\"name\":\"a\"},\"spec\":null,\"status\":null,\"data\":null}",
      "{\"metadata\":{\"name\":\"\xff\xfe\"}}",
      "{\"metadata\":{\"name\":\"\\ud800\"}}",
      nested("[", 100'000),
      nested("{\"a\":", 100'000),
      "{\"metadata\":" + nested("{\"a\":", 200),
      "{\"apiVersion\":\"cert-manager.io/"
      "v1\",\"kind\":\"Certificate\",\"metadata\":{\"name\":\"a\"},\"spec\":" +
          nested("[", 120) + nested("]", 120) + "}",
      std::string(1'000'000, ' ') + "{}",
      "\xef\xbb\xbf{}",
  };
  return kBodies;
}

const std::vector<std::string> kPaths{
    "/api/v1/namespaces",
    "/api/v1/namespaces/ns",
    "/api/v1/namespaces/ns/status",
    "/api/v1/namespaces/ns/finalize",
    "/api/v1/namespaces/ns/configmaps",
    "/api/v1/namespaces/ns/configmaps/there",
    "/api/v1/namespaces/ns/secrets",
    "/api/v1/namespaces/ns/events",
    "/apis/events.k8s.io/v1/namespaces/ns/events",
    "/apis/coordination.k8s.io/v1/namespaces/ns/leases/l",
    "/apis/cert-manager.io/v1/namespaces/ns/certificates",
    "/apis/cert-manager.io/v1/namespaces/ns/certificates/there",
    "/apis/cert-manager.io/v1/namespaces/ns/certificates/there/status",
    "/apis/cert-manager.io/v1/clusterissuers",
    "/apis/acme.cert-manager.io/v1/namespaces/ns/orders",
    "/apis/authorization.k8s.io/v1/subjectaccessreviews",
    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    "/apis/nothing.example.com/v1/things",
    "/api/v1/nothings/a/b/c/d",
    "/api/v1/namespaces/ns/configmaps/a/b/c",
};

void must_be_answered(const TestAnswer& answer) {
  CHECK(answer.status >= 200);
  CHECK(answer.status < 600);
  const bool is_text = answer.response.content_type.starts_with("text/plain");
  CHECK((is_text || !answer.body.is_discarded()));
  if (answer.status >= 400 && !is_text) CHECK(answer.body["kind"] == "Status");
}

TestApi& furnish(TestApi& api) {
  REQUIRE(api.post(kConfigMaps, config_map("there")).status == 201);
  REQUIRE(api.post(kCertificates, certificate("there")).status == 201);
  return api;
}

}  // namespace

TEST_CASE("any body to any path by any method is answered") {
  TestApi api;
  furnish(api);
  const std::vector<std::pair<std::string, std::string>> ways{
      {"POST", "application/json"},
      {"PUT", "application/json"},
      {"DELETE", "application/json"},
      {"PATCH", "application/merge-patch+json"},
      {"PATCH", "application/json-patch+json"},
      {"PATCH", "application/strategic-merge-patch+json"},
      {"PATCH", "application/apply-patch+yaml"},
      {"BREW", "text/plain"}};
  for (const std::string& path : kPaths) {
    for (const auto& [method, type] : ways) {
      for (const std::string& body : bodies()) {
        INFO(method << " " << type << " " << path << " " << body.substr(0, 100));
        must_be_answered(api.send(method, path, body, type));
      }
    }
  }
}

TEST_CASE("any query is answered") {
  TestApi api;
  furnish(api);
  for (const char* query :
       {"labelSelector=%00", "labelSelector=((((", "fieldSelector=====", "fieldSelector=,,,\\",
        "limit=-99999999999999999999", "limit=9223372036854775807", "continue=%ff%fe", "continue=e30",
        "resourceVersion=18446744073709551616", "resourceVersion=-1", "resourceVersionMatch=x",
        "timeoutSeconds=-5", "dryRun=All&dryRun=None", "fieldManager=%00%00",
        "fieldValidation=", "includeObject=x", "pretty=true"}) {
    for (const std::string& path : kPaths) {
      INFO(path << "?" << query);
      must_be_answered(api.get(path + "?" + query));
    }
  }
}

TEST_CASE("bodies that are damaged at random places are answered") {
  TestApi api;
  std::mt19937 random(5);  // the same each time
  Json owned = certificate("x");
  owned["metadata"]["ownerReferences"] =
      Json::array({{{"apiVersion", "v1"}, {"kind", "A"}, {"name", "b"}, {"uid", "u"}}});
  const std::string good = owned.dump();
  for (int i = 0; i < 2000; ++i) {
    std::string body = good;
    for (int damage = 0; damage < 3; ++damage) {
      const std::size_t at = random() % body.size();
      if (random() % 2 == 0) {
        body[at] = static_cast<char>(random());
      } else {
        body.erase(at, random() % 5);
      }
    }
    INFO(body);
    must_be_answered(api.send("POST", kCertificates, body));
    (void)api.remove(std::string(kCertificates) + "/x");
  }
}

TEST_CASE("a patch that would make a huge or deep object is refused") {
  TestApi api;
  furnish(api);
  Json copies = Json::array();
  for (int i = 0; i < 60; ++i) copies.push_back({{"op", "copy"}, {"from", ""}, {"path", "/data"}});
  CHECK(api.patch(std::string(kConfigMaps) + "/there", copies, "json-patch").status == 422);
  const Json many(10'001, Json{{"op", "test"}, {"path", "/kind"}, {"value", "ConfigMap"}});
  CHECK(api.patch(std::string(kConfigMaps) + "/there", many, "json-patch").status == 413);
}

}  // namespace cw::apiserver
