// What a webhook configuration may be.
#include <catch2/catch.hpp>

#include "tests/unit/apiserver/scripted_hooks.h"

namespace cw::apiserver {
namespace {

// The message of a configuration with that one webhook.
std::string refused(const Json& more, const char* kind = kValidating) {
  TestApi api;
  const TestAnswer answer = api.post(kind, configuration("c", {hook("a", more)}));
  CHECK(answer.status == 422);
  return answer.body.value("message", "");
}

Json rule(const Json& more) {
  Json made{{"apiGroups", {""}}, {"apiVersions", {"v1"}}, {"operations", {"*"}}, {"resources", {"pods"}}};
  made.update(more);
  return {{"rules", {made}}};
}

bool contains(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what a webhook leaves out gets its default", "[webhooks]") {
  TestApi api;
  install(api, kMutating, "c", {hook("a")});
  const Json stored = api.get(std::string(kMutating) + "/c").body;
  const Json& made = stored["webhooks"][0];
  CHECK(made["failurePolicy"] == "Fail");
  CHECK(made["matchPolicy"] == "Equivalent");
  CHECK(made["timeoutSeconds"] == 10);
  CHECK(made["reinvocationPolicy"] == "Never");
  CHECK(made["namespaceSelector"] == Json::object());
  CHECK(made["rules"][0]["scope"] == "*");
  CHECK(stored["metadata"]["generation"] == 1);
}

TEST_CASE("the generation of a webhook configuration counts changes of its webhooks", "[webhooks]") {
  TestApi api;
  install(api, kValidating, "c", {hook("a")});
  const std::string path = std::string(kValidating) + "/c";
  CHECK(api.patch(path, {{"metadata", {{"labels", {{"a", "b"}}}}}}).body["metadata"]["generation"] == 1);
  const Json changed{{"webhooks", {hook("a", {{"timeoutSeconds", 3}})}}};
  CHECK(api.patch(path, changed).body["metadata"]["generation"] == 2);
}

TEST_CASE("a webhook that could not work is refused with its field", "[webhooks]") {
  CHECK(contains(refused({{"name", "a.b"}}), "webhooks[0].name: Invalid value: \"a.b\": should be a domain"));
  CHECK(contains(refused({{"sideEffects", "Some"}}), "webhooks[0].sideEffects: Unsupported value: \"Some\""));
  CHECK(contains(refused({{"timeoutSeconds", 31}}), "webhooks[0].timeoutSeconds: Invalid value: 31"));
  CHECK(contains(refused({{"timeoutSeconds", 0}}), "webhooks[0].timeoutSeconds: Invalid value: 0"));
  CHECK(contains(refused({{"failurePolicy", "No"}}), "webhooks[0].failurePolicy: Unsupported value: \"No\""));
  CHECK(contains(refused({{"matchPolicy", "No"}}), "webhooks[0].matchPolicy: Unsupported value"));
  CHECK(contains(refused({{"reinvocationPolicy", "No"}}, kMutating), "webhooks[0].reinvocationPolicy"));
  CHECK(contains(refused({{"admissionReviewVersions", {"v2"}}}), "must include at least one of v1, v1beta1"));
  CHECK(contains(refused({{"admissionReviewVersions", Json::array()}}),
                 "webhooks[0].admissionReviewVersions: Required value"));
  const Json unknown{{"matchExpressions", {{{"key", "a"}, {"operator", "Near"}}}}};
  CHECK(contains(refused({{"namespaceSelector", unknown}}),
                 "webhooks[0].namespaceSelector.matchExpressions[0].operator: Invalid value: \"Near\""));
}

TEST_CASE("a webhook must be at one place, by https", "[webhooks]") {
  const auto at = [](const Json& config) { return refused({{"clientConfig", config}}); };
  const Json service{{"namespace", "ns"}, {"name", "hooks"}};
  CHECK(contains(at(Json::object()),
                 "webhooks[0].clientConfig: Required value: exactly one of url or service"));
  CHECK(contains(at({{"url", "https://a"}, {"service", service}}), "exactly one of url or service"));
  CHECK(contains(at({{"url", "http://a"}}), "webhooks[0].clientConfig.url: Invalid value: \"http\""));
  CHECK(contains(at({{"url", "https://u:p@a"}}), "user information is not permitted"));
  CHECK(contains(at({{"url", "https://a?b=c"}}), "query parameters are not permitted"));
  CHECK(contains(at({{"url", "https://a#b"}}), "fragments are not permitted"));
  Json with_path = service;
  with_path["path"] = "a//b";
  CHECK(contains(at({{"service", with_path}}), "webhooks[0].clientConfig.service.path: Invalid value"));
  Json with_port = service;
  with_port["port"] = 65536;
  CHECK(contains(at({{"service", with_port}}), "must be between 1 and 65535"));
}

TEST_CASE("rules must say what they are about, and once", "[webhooks]") {
  CHECK(contains(refused(rule({{"operations", Json::array()}})), "rules[0].operations: Required value"));
  CHECK(contains(refused(rule({{"operations", {"*", "CREATE"}}})), "if '*' is present"));
  CHECK(contains(refused(rule({{"operations", {"create"}}})), "rules[0].operations[0]: Unsupported value"));
  CHECK(contains(refused(rule({{"apiGroups", {"*", "a"}}})), "must not specify other API groups"));
  CHECK(contains(refused(rule({{"resources", {"pods/*", "pods/log"}}})), "if 'pods/*' is present"));
  CHECK(contains(refused(rule({{"resources", {"*", "pods"}}})), "must not specify other resources without"));
  CHECK(contains(refused(rule({{"scope", "World"}})), "rules[0].scope: Unsupported value: \"World\""));
}

TEST_CASE("names of webhooks and of their conditions are unique", "[webhooks]") {
  TestApi api;
  const TestAnswer twice = api.post(kValidating, configuration("c", {hook("a"), hook("a")}));
  CHECK(twice.status == 422);
  CHECK(contains(twice.body["message"], "webhooks[1].name: Duplicate value"));
  const Json condition{{"name", "x"}, {"expression", "true"}};
  CHECK(contains(refused({{"matchConditions", {condition, condition}}}),
                 "webhooks[0].matchConditions[1].name: Duplicate value"));
}

TEST_CASE("a condition that does not compile is refused where it is written", "[webhooks]") {
  const auto with = [](const char* expression) {
    return refused({{"matchConditions", {{{"name", "x"}, {"expression", expression}}}}});
  };
  const std::string field = "webhooks[0].matchConditions[0].expression: Invalid value";
  CHECK(contains(with("nobody.knows"), field));
  CHECK(contains(with("1 + 1"), field));
  CHECK(contains(with("request.nothing == ''"), field));
  CHECK(contains(with("  "), "webhooks[0].matchConditions[0].expression: Required value"));
}

}  // namespace cw::apiserver
