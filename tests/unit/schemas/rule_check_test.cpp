#include "schemas/rule_check.h"

#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "schemas/schema_reader.h"

using namespace cw;           // NOLINT(google-build-using-namespace)
using namespace cw::schemas;  // NOLINT(google-build-using-namespace)

namespace {

// Stands in for an expression engine: knows "no", "changed" (about the change) and "broken".
class FakeRule final : public CompiledRule {
 public:
  explicit FakeRule(std::string_view expression) : expression_(expression) {}
  bool uses_old_self() const override { return expression_ == "changed"; }
  Result<bool> holds(const Json& self, const Json* old_self, std::uint64_t& /*budget*/) const override {
    if (expression_ == "broken") return Error{Code::Invalid, "no such key: x"};
    return expression_ == "changed" && old_self != nullptr && self != *old_self;
  }

 private:
  std::string expression_;
};

class FakeCompiler final : public RuleCompiler {
 public:
  Result<std::shared_ptr<const CompiledRule>> compile(const RuleText& text, const Json&,
                                                      RuleScope) const override {
    return {std::make_shared<const FakeRule>(text.expression)};
  }
};

std::string run(const std::string& schema, const std::string& value, const char* old = nullptr) {
  const auto read = read_schema(Json::parse(schema), FakeCompiler());
  REQUIRE(read);
  const Json old_value = old != nullptr ? Json::parse(old) : Json();
  return kube::message(check_rules(Json::parse(value), **read, old != nullptr ? &old_value : nullptr));
}

const std::string kList = R"({"type":"object","additionalProperties":{"type":"array","items":{"type":"object",
  "properties":{"a":{"type":"string","x-kubernetes-validations":[{"rule":"no","message":" be good "}]}}}}})";

}  // namespace

TEST_CASE("a broken rule names its value, keys in brackets") {
  CHECK(run(kList, R"({"k":[{},{"a":"x"}]})") == "[k][1].a: Invalid value: \"x\": be good");
}

TEST_CASE("a rule without a message shows its expression; objects are not shown") {
  CHECK(
      run(R"({"type":"object","properties":{"s":{"type":"object","x-kubernetes-validations":[{"rule":" no "}]}}})",
          R"({"s":{}})") == "s: Invalid value: failed rule: no");
}

TEST_CASE("a rule about the whole names the root as Go does; a duplicate has no detail") {
  CHECK(run(R"({"type":"object","x-kubernetes-validations":[{"rule":"no"},{"rule":"no","fieldPath":".a"}]})",
            "{}") == "[<nil>: Invalid value: failed rule: no, a: Invalid value: failed rule: no]");
  CHECK(run(R"({"type":"object","properties":{"s":{"type":"string","x-kubernetes-validations":[
      {"rule":"no","reason":"FieldValueDuplicate"}]}}})",
            R"({"s":"x"})") == "s: Duplicate value: \"x\"");
}

TEST_CASE("reason and fieldPath of a rule decide class and place") {
  CHECK(run(R"({"type":"object","properties":{"s":{"type":"object","x-kubernetes-validations":[
               {"rule":"no","reason":"FieldValueForbidden","fieldPath":".x","message":"m"}]}}})",
            R"({"s":{}})") == "s.x: Forbidden: m");
}

TEST_CASE("a rule that cannot be evaluated refuses the value") {
  CHECK(
      run(R"({"type":"object","properties":{"s":{"type":"string","x-kubernetes-validations":[{"rule":"broken"}]}}})",
          R"({"s":"x"})") == "s: Invalid value: \"string\": no such key: x evaluating rule: broken");
}

TEST_CASE("a rule about the change is not evaluated on creation, and not forgiven for an unchanged value") {
  const std::string schema = R"({"type":"object","properties":{"s":{"type":"string",
                                 "x-kubernetes-validations":[{"rule":"changed","message":"m"}]}}})";
  CHECK(run(schema, R"({"s":"x"})").empty());
  CHECK(run(schema, R"({"s":"x"})", R"({"s":"y"})").empty());
  CHECK(run(schema, R"({"s":"x"})", R"({"s":"x"})") == "s: Invalid value: \"x\": m");
}

TEST_CASE("any other rule is forgiven for a value that stays as it was, or whose parent does") {
  CHECK(run(kList, R"({"k":[{"a":"x"}]})", R"({"k":[{"a":"x"}]})").empty());
  CHECK(run(kList, R"({"k":[{"a":"x"}]})", R"({"k":[{"a":"y"}]})") != "");
}
