// metav1.LabelSelector as an object. The text form is tested with the API (tests/unit/apiserver).
#include "lib/kube/label_selector.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace cw::kube {
namespace {

using Json = nlohmann::json;

bool selects(const char* selector, const Map& labels) {
  const auto decoded = LabelSelector::decode(Json::parse(selector));
  REQUIRE(decoded);
  return decoded->matches(labels);
}

Json expression(const char* test, const Json& values = nullptr) {
  Json one{{"key", "tier"}, {"operator", test}};
  if (!values.is_null()) one["values"] = values;
  return {{"matchExpressions", {one}}};
}

bool holds(const Json& selector, const Map& labels) { return selects(selector.dump().c_str(), labels); }

}  // namespace

TEST_CASE("an empty selector object selects everything", "[label_selector]") {
  CHECK(selects("{}", {}));
  CHECK(selects("{}", {{"a", "b"}}));
}

TEST_CASE("all of matchLabels must be there", "[label_selector]") {
  const char* both = R"({"matchLabels": {"app": "shop", "tier": "front"}})";
  CHECK(selects(both, {{"app", "shop"}, {"tier", "front"}}));
  CHECK_FALSE(selects(both, {{"app", "shop"}}));
  CHECK_FALSE(selects(both, {{"app", "shop"}, {"tier", "back"}}));
}

TEST_CASE("each operator of matchExpressions means what it says", "[label_selector]") {
  const Map front{{"tier", "front"}};
  CHECK(holds(expression("In", {"front", "back"}), front));
  CHECK_FALSE(holds(expression("In", {"front"}), {}));
  CHECK_FALSE(holds(expression("NotIn", {"front"}), front));
  CHECK(holds(expression("NotIn", {"front"}), {}));
  CHECK(holds(expression("Exists"), front));
  CHECK_FALSE(holds(expression("Exists"), {}));
  CHECK_FALSE(holds(expression("DoesNotExist"), front));
  CHECK(holds(expression("DoesNotExist"), {}));
}

TEST_CASE("matchLabels and matchExpressions both count", "[label_selector]") {
  Json selector = expression("Exists");
  selector["matchLabels"] = {{"app", "shop"}};
  CHECK(holds(selector, {{"tier", "x"}, {"app", "shop"}}));
  CHECK_FALSE(holds(selector, {{"tier", "x"}}));
  CHECK_FALSE(holds(selector, {{"app", "shop"}}));
}

TEST_CASE("what is no selector is refused, an unknown operator by its name", "[label_selector]") {
  for (const char* text : {"[]", "null", R"({"matchLabels": {"a": 1}})", R"({"matchExpressions": [1]})",
                           R"({"matchExpressions": [{"key": "a", "operator": "In", "values": [1]}]})"}) {
    CAPTURE(text);
    CHECK_FALSE(LabelSelector::decode(Json::parse(text)));
  }
  const auto unknown = LabelSelector::decode(expression("Near", {"x"}));
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().message.find("\"Near\"") != std::string::npos);
}

}  // namespace cw::kube
