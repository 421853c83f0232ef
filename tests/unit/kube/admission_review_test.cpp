#include "lib/kube/admission_review.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/kube/admission_request.h"

using namespace cw;  // tests only
using kube::Json;

namespace {

constexpr kube::Resource kWidgets{"example.com", "v1", "widgets", "Widget"};

kube::AdmissionQuestion question(const Json& object, const kube::UserInfo& user) {
  kube::AdmissionQuestion q;
  q.uid = "u-1";
  q.resource = kWidgets;
  q.key = {"team-a", "web"};
  q.operation = "UPDATE";
  q.sub_resource = "status";
  q.user = &user;
  q.object = &object;
  return q;
}

}  // namespace

TEST_CASE("admission review: what the asker writes is what the webhook reads", "[kube]") {
  const Json object{{"kind", "Widget"}, {"spec", {{"text", "a<b\n"}}}};
  const kube::UserInfo user{"jane", "1", {"dev"}, {{"k", {"a", "b"}}}};
  kube::ReviewParser parser;
  const auto request = parser.decode(kube::encode_review(question(object, user)));
  REQUIRE(request);
  CHECK(request->uid == "u-1");
  CHECK(request->operation == "UPDATE");
  CHECK(request->sub_resource == "status");
  CHECK(request->resource == kube::GroupVersionResource{"example.com", "v1", "widgets"});
  CHECK(request->kind == kube::GroupVersionKind{"example.com", "v1", "Widget"});
  CHECK(request->user_info == user);
  REQUIRE(request->object);
  CHECK(std::string_view(request->object->at_pointer("/spec/text")) == "a<b\n");
  CHECK_FALSE(request->old_object);
}

TEST_CASE("admission review: an answer survives the wire", "[kube]") {
  const kube::AdmissionAnswer refused{false,        403, "Forbidden", "spec.x: Required value: \"é\"\n",
                                      {"w1", "w2"}, ""};
  const auto read = kube::decode_answer(kube::encode_answer("u", refused), "u");
  REQUIRE(read);
  CHECK(*read == refused);

  const kube::AdmissionAnswer patched{true, 200, "",
                                      "",   {},  R"([{"op":"add","path":"/spec/uid","value":"1"}])"};
  const auto allowed = kube::decode_answer(kube::encode_answer("u", patched), "u");
  REQUIRE(allowed);
  CHECK(*allowed == patched);
}

TEST_CASE("admission review: status is always there, patchType only with a patch", "[kube]") {
  const Json plain = Json::parse(kube::encode_answer("u", {.allowed = true}));
  CHECK(plain == Json::parse(R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":
        {"uid":"u","allowed":true,"status":{"metadata":{},"code":200}}})"));
}

TEST_CASE("admission review: audit annotations go there and back", "[kube]") {
  const kube::AdmissionAnswer answer{.allowed = true, .audit_annotations = {{"a", "1\n"}, {"b", ""}}};
  const std::string text = kube::encode_answer("u", answer);
  CHECK(Json::parse(text)["response"]["auditAnnotations"] == Json{{"a", "1\n"}, {"b", ""}});
  CHECK(*kube::decode_answer(text, "u") == answer);
}

TEST_CASE("admission review: a dry run is known; null is none", "[kube]") {
  const std::string start =
      R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"a","dryRun":)";
  kube::ReviewParser parser;
  CHECK(parser.decode(start + "true}}")->dry_run);
  CHECK_FALSE(parser.decode(start + "false}}")->dry_run);
  CHECK_FALSE(parser.decode(start + "null}}")->dry_run);
}

TEST_CASE("admission review: an answer to another uid, of another kind or with another patch type is refused",
          "[kube]") {
  CHECK_FALSE(kube::decode_answer(kube::encode_answer("u", {}), "v"));
  CHECK_FALSE(kube::decode_answer("{}", ""));
  CHECK_FALSE(kube::decode_answer("nonsense", ""));
  CHECK_FALSE(kube::decode_answer(R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1",
      "response":{"uid":"","allowed":true,"patch":"W10=","patchType":"MergePatch"}})",
                                  ""));
}

TEST_CASE("review parser: of duplicate members the last counts, null is absent", "[kube]") {
  kube::ReviewParser parser;
  const auto request =
      parser.decode(R"({"kind":"X","kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1",
      "request":{"uid":"a","uid":"b","object":{"n":1},"object":{"n":2},"oldObject":{},"oldObject":null}})");
  REQUIRE(request);
  CHECK(request->uid == "b");
  CHECK(std::int64_t(request->object->at_pointer("/n")) == 2);
  CHECK_FALSE(request->old_object);
}

TEST_CASE("review parser: depth is limited, a parser can be used again after a refusal", "[kube]") {
  kube::ReviewParser parser;
  const std::string start =
      R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"a","object":)";
  CHECK_FALSE(parser.decode(start + std::string(200, '[') + std::string(200, ']') + "}}"));
  CHECK(parser.decode(start + std::string(100, '[') + std::string(100, ']') + "}}"));
  CHECK_FALSE(parser.decode(""));
  CHECK(parser.decode(start + "{}}}"));
}

TEST_CASE("review parser pool: a parser that a large review has grown is not kept", "[kube]") {
  kube::ReviewParserPool pool;
  auto parser = pool.take();
  const std::string big =
      R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":")" +
      std::string(100'000, 'a') + "\"}}";
  CHECK(parser->decode(big));
  pool.give_back(std::move(parser));
  CHECK(pool.take()->capacity() < 100'000);
}

TEST_CASE("admission review: an equivalent resource stands beside the one that was asked for", "[kube]") {
  constexpr kube::Resource kOld{"old.example.com", "v1beta1", "widgets", "Widget"};
  const Json object{{"kind", "Widget"}};
  const kube::UserInfo user{"jane", "1", {"dev"}, {}};
  kube::AdmissionQuestion q = question(object, user);
  q.request_resource = &kOld;
  q.options = R"({"kind":"UpdateOptions","fieldManager":"me"})";
  q.version = "v1beta1";
  q.key.name.clear();
  const Json review = Json::parse(kube::encode_review(q));
  CHECK(review["apiVersion"] == "admission.k8s.io/v1beta1");
  const Json& request = review["request"];
  CHECK(request["resource"]["group"] == "example.com");
  CHECK(request["kind"] == Json{{"group", "example.com"}, {"version", "v1"}, {"kind", "Widget"}});
  CHECK(request["requestResource"]["version"] == "v1beta1");
  CHECK(request["requestKind"]["group"] == "old.example.com");
  CHECK(request["requestSubResource"] == "status");
  CHECK_FALSE(request.contains("name"));
  CHECK(request["options"]["fieldManager"] == "me");
}
