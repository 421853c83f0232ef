// x-kubernetes-validations through lib/cel.
#include <catch2/catch.hpp>

#include "apiserver/crd/cel_rules.h"
#include "apiserver/crd/cel_types.h"
#include "schemas/rule_check.h"
#include "schemas/schema_reader.h"
#include "tests/unit/apiserver/crd_fixture.h"
#include "tests/unit/apiserver/test_data.h"

namespace cw::apiserver {
namespace {

// The failures of `value` in place of `old`, under a schema with one rule at its root.
std::string judged(const std::string& properties, const std::string& rule, const std::string& value,
                   const char* old = nullptr) {
  const Json schema =
      Json::parse(R"r({"type":"object","properties":{"spec":{"type":"object","properties":)r" + properties +
                  R"r(,"x-kubernetes-validations":[)r" + rule + "]}}}");
  const auto read = schemas::read_schema(schema, CelRules());
  if (!read) return read.error().message;
  const Json object{{"spec", Json::parse(value)}};
  const Json before = old != nullptr ? Json{{"spec", Json::parse(old)}} : Json();
  return kube::message(schemas::check_rules(object, **read, old != nullptr ? &before : nullptr));
}

const std::string kProperties = R"r({"size":{"type":"integer"},"mode":{"type":"string"},
  "in":{"type":"boolean"},"a-b":{"type":"string"},"at":{"type":"string","format":"date-time"},
  "wait":{"type":"string","format":"duration"},"port":{"x-kubernetes-int-or-string":true},
  "list":{"type":"array","items":{"type":"integer"}},
  "map":{"type":"object","additionalProperties":{"type":"string"}}})r";

}  // namespace

TEST_CASE("rules speak of members that are there and that are not", "[crd]") {
  const std::string rule = R"r({"rule":"self.size < 10 || has(self.mode)","message":"big needs mode"})r";
  CHECK(judged(kProperties, rule, R"r({"size":12})r") == "spec: Invalid value: big needs mode");
  CHECK(judged(kProperties, rule, R"r({"size":12,"mode":"x"})r").empty());
  CHECK(judged(kProperties, R"r({"rule":"self.size > 1"})r", "{}") ==
        "spec: Invalid value: \"object\": no such key: size evaluating rule: self.size > 1");
}

TEST_CASE("values have the types that their formats say", "[crd]") {
  CHECK(judged(kProperties, R"r({"rule":"self.at < timestamp('2026-01-01T00:00:00Z')"})r",
               R"r({"at":"2025-01-01T00:00:00Z"})r")
            .empty());
  CHECK(judged(kProperties, R"r({"rule":"self.wait <= duration('1h')"})r", R"r({"wait":"90m"})r") ==
        "spec: Invalid value: failed rule: self.wait <= duration('1h')");
  CHECK(judged(kProperties,
               R"r({"rule":"type(self.port) == int ? self.port < 100 : self.port.startsWith('h')"})r",
               R"r({"port":"http"})r")
            .empty());
  CHECK(judged(kProperties,
               R"r({"rule":"self.list.all(x, x > 0) && self.list.isSorted() && self.list.sum() == 6"})r",
               R"r({"list":[1,2,3]})r")
            .empty());
  CHECK(judged(kProperties, R"r({"rule":"self.map.all(k, k.size() < 3) && self.map['a'] == 'b'"})r",
               R"r({"map":{"a":"b"}})r")
            .empty());
}

TEST_CASE("names that CEL cannot spell are escaped", "[crd]") {
  CHECK(judged(kProperties, R"r({"rule":"self.__in__ && self.a__dash__b == 'x'"})r",
               R"r({"in":true,"a-b":"x"})r")
            .empty());
  CHECK(escaped_member("a__b.c/d") == "a__underscores__b__dot__c__slash__d");
  CHECK_FALSE(escaped_member("1a"));
}

TEST_CASE("rules about the change see what was there", "[crd]") {
  const std::string rule =
      R"r({"rule":"self.size >= oldSelf.size","messageExpression":"'was ' + string(oldSelf.size)"})r";
  CHECK(judged(kProperties, rule, R"r({"size":1})r").empty());
  CHECK(judged(kProperties, rule, R"r({"size":1})r", R"r({"size":2})r") == "spec: Invalid value: was 2");
  // A comment says nothing, an apostrophe in one hides nothing, and a message may speak of what was there
  // too.
  const std::string commented =
      R"r({"rule":"// it can't change\noldSelf.size == self.size","message":"no"})r";
  CHECK(judged(kProperties, commented, R"r({"size":1})r").empty());
  CHECK(judged(kProperties, commented, R"r({"size":1})r", R"r({"size":1})r").empty());
  CHECK(judged(kProperties, R"r({"rule":"// oldSelf\nself.size > 1","message":"no"})r", R"r({"size":1})r") ==
        "spec: Invalid value: no");
  CHECK(judged(kProperties,
               R"r({"rule":"self.size > 1","messageExpression":"'was ' + string(oldSelf.size)"})r",
               R"r({"size":1})r", R"r({"size":2})r") == "spec: Invalid value: was 2");
  const std::string optional =
      R"r({"rule":"oldSelf.hasValue() ? self.size == oldSelf.value().size : self.size == 1","optionalOldSelf":true,
          "message":"m"})r";
  CHECK(judged(kProperties, optional, R"r({"size":2})r") == "spec: Invalid value: m");
  CHECK(judged(kProperties, optional, R"r({"size":2})r", R"r({"size":2})r").empty());
}

// All as kube-apiserver 1.36.3 does.
TEST_CASE("what a rule cannot reach counts when objects are compared", "[crd]") {
  const std::string properties =
      R"r({"nul":{"type":"string","nullable":true},"any":{"x-kubernetes-preserve-unknown-fields":true},
    "raw":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
    "pod":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}})r";
  const std::string frozen = R"r({"rule":"self == oldSelf","message":"frozen"})r";
  const std::string refused = "spec: Invalid value: frozen";
  const auto changed = [&](const char* now, const char* old) { return judged(properties, frozen, now, old); };
  CHECK(changed(R"r({"raw":{"a":{"b":[1]}}})r", R"r({"raw":{"a":{"b":[1]}}})r").empty());
  CHECK(changed(R"r({"raw":{"a":{"b":[1]}}})r", R"r({"raw":{"a":{"b":[2]}}})r") == refused);
  CHECK(changed(R"r({"raw":{"a":1}})r", R"r({"raw":{"a":1,"b":2}})r") == refused);
  CHECK(changed(R"r({"any":1})r", R"r({"any":"1"})r") == refused);
  CHECK(changed(R"r({"pod":{"kind":"Pod","metadata":{"labels":{"a":"1"}}}})r",
                R"r({"pod":{"kind":"Pod","metadata":{"labels":{"a":"2"}}}})r") == refused);
  CHECK(changed(R"r({"nul":null})r", R"r({"nul":""})r") == refused);
  CHECK(judged(properties, R"r({"rule":"!has(self.nul)"})r", R"r({"nul":null})r").empty());
}

TEST_CASE("the order of sets and of lists with keys says nothing", "[crd]") {
  const std::string properties =
      R"r({"set":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
    "by":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],
      "items":{"type":"object","required":["k"],"properties":{"k":{"type":"string"},"v":{"type":"integer"}}}},
    "plain":{"type":"array","items":{"type":"string"}}})r";
  const std::string frozen = R"r({"rule":"self == oldSelf","message":"frozen"})r";
  const std::string refused = "spec: Invalid value: frozen";
  const auto changed = [&](const char* now, const char* old) { return judged(properties, frozen, now, old); };
  CHECK(changed(R"r({"set":["a","b"]})r", R"r({"set":["b","a"]})r").empty());
  CHECK(changed(R"r({"set":["a","b"]})r", R"r({"set":["b","c"]})r") == refused);
  CHECK(changed(R"r({"set":["a","b"]})r", R"r({"set":["a"]})r") == refused);
  CHECK(changed(R"r({"plain":["a","b"]})r", R"r({"plain":["b","a"]})r") == refused);
  CHECK(
      changed(R"r({"by":[{"k":"a","v":1},{"k":"b"}]})r", R"r({"by":[{"k":"b"},{"k":"a","v":1}]})r").empty());
  CHECK(changed(R"r({"by":[{"k":"a","v":1},{"k":"b"}]})r", R"r({"by":[{"k":"b"},{"k":"a","v":2}]})r") ==
        refused);
  const std::string value = R"r({"set":["a","b"],"plain":["b","c"],"by":[{"k":"a","v":1},{"k":"b"}]})r";
  const auto holds = [&](const std::string& rule) {
    return judged(properties, Json{{"rule", rule}}.dump(), value).empty();
  };
  CHECK(holds("(self.set + self.plain).map(s, s) == ['a', 'b', 'c']"));
  CHECK(holds("(self.plain + self.set).size() == 4"));
  CHECK(holds("(self.by + self.by.filter(x, x.k == 'b')).size() == 2"));
}

TEST_CASE("of the root's metadata name and generateName count", "[crd]") {
  const Json schema = Json::parse(
      R"r({"type":"object","x-kubernetes-validations":[{"rule":"self == oldSelf","message":"frozen"}]})r");
  const auto read = schemas::read_schema(schema, CelRules());
  REQUIRE(read);
  const Json old{{"metadata", {{"name", "a"}, {"resourceVersion", "1"}}}};
  const Json now{{"metadata", {{"name", "a"}, {"resourceVersion", "2"}}}};
  CHECK(schemas::check_rules(now, **read, &old).empty());
}

// What kube-apiserver 1.36.3 says of expressions over one object: which are true, false, fail, do not
// compile.
TEST_CASE("the libraries of Kubernetes answer as its own", "[crd]") {
  const Json cases = test_cases("cel_rules.json");
  const Json schema = cases.at("schema");
  const auto outcome = [&](const std::string& expression) {
    const auto rule = CelRules().compile({expression, "", false}, schema, schemas::RuleScope::Value);
    if (!rule) return "compile: " + rule.error().message;
    std::uint64_t budget = CelRules::kPerRuleCost;
    const Result<bool> holds = (*rule)->holds(cases.at("self"), nullptr, budget);
    if (!holds) return "error: " + holds.error().message;
    return std::string(*holds ? "true" : "false");
  };
  for (const Json& expression : cases.at("true")) {
    CHECK(expression.get<std::string>() + outcome(expression) == expression.get<std::string>() + "true");
  }
  for (const Json& expression : cases.at("false")) {
    CHECK(expression.get<std::string>() + outcome(expression) == expression.get<std::string>() + "false");
  }
  for (const Json& entry : cases.at("errors"))
    CHECK(outcome(entry[0]) == "error: " + entry[1].get<std::string>());
  for (const Json& entry : cases.at("compile")) {
    CHECK(outcome(entry[0]) == "compile: " + entry[1].get<std::string>());
  }
}

TEST_CASE("a rule that costs too much ends, and so do those behind it", "[crd]") {
  Json list = Json::array();
  for (int i = 0; i < 2000; ++i) list.push_back(i);
  const std::string value = Json{{"list", list}}.dump();
  const std::string failure =
      judged(kProperties,
             R"r({"rule":"self.list.all(a, self.list.all(b, self.list.all(c, a + b + c >= 0)))"})r", value);
  CHECK(failure.find("cost limit") != std::string::npos);
}

TEST_CASE("many rules over one large value end together", "[crd]") {
  Json list = Json::array();
  for (int i = 0; i < 100'000; ++i) list.push_back(i);
  const Json schema{{"type", "object"}, {"properties", Json::parse(kProperties)}};
  const auto rule = CelRules().compile({"true", "", false}, schema, schemas::RuleScope::Value);
  REQUIRE(rule);
  const Json self{{"list", list}};
  std::uint64_t budget = 250'000;
  CHECK((*rule)->holds(self, nullptr, budget).has_value());
  CHECK((*rule)->holds(self, nullptr, budget).has_value());
  const auto third = (*rule)->holds(self, nullptr, budget);
  REQUIRE_FALSE(third);
  CHECK(budget == 0);
  CHECK(third.error().message.find("out of cost budget") != std::string::npos);
}

TEST_CASE("rules of a definition refuse objects", "[crd]") {
  TestApi api;
  const std::string schema = R"r({"type":"object","properties":{"size":{"type":"integer"}},
    "x-kubernetes-validations":[{"rule":"self.size < 10","reason":"FieldValueForbidden","fieldPath":".size",
                                 "message":"too big"}]})r";
  REQUIRE(api.post(kDefinitionsPath, widgets(schema)).status == 201);
  const TestAnswer refused = api.post(kWidgets, widget("a", R"r({"size":11})r"));
  CHECK(refused.status == 422);
  CHECK(refused.body["details"]["causes"][0] ==
        Json::parse(
            R"r({"reason":"FieldValueForbidden","message":"Forbidden: too big","field":"spec.size"})r"));
  CHECK(api.post(kWidgets, widget("a", R"r({"size":9})r")).status == 201);
}

}  // namespace cw::apiserver
