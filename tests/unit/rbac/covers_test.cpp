#include "lib/rbac/covers.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace cw::rbac {
namespace {

std::vector<PolicyRule> rules(const char* text) {
  const auto role = decode_role({{"rules", kube::Json::parse(text)}});
  REQUIRE(role.has_value());
  return {role->rules.begin(), role->rules.end()};
}

std::vector<std::string> missing(const char* held, const char* wanted) {
  std::vector<std::string> texts;
  for (const PolicyRule& rule : missing_rules(rules(held), rules(wanted))) texts.push_back(text_of(rule));
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("rights that are held in several rules together are held") {
  const char* wanted = R"([{"verbs":["get","list"],"apiGroups":[""],"resources":["pods","pods/log"]}])";
  CHECK(missing(R"([{"verbs":["get"],"apiGroups":["*"],"resources":["pods","*/log"]},
                    {"verbs":["list"],"apiGroups":[""],"resources":["*"]}])",
                wanted) == Texts{});
  CHECK(missing(R"([{"verbs":["*"],"apiGroups":[""],"resources":["pods"]}])", wanted) ==
        Texts{R"({APIGroups:[""], Resources:["pods/log"], Verbs:["get" "list"]})"});
}

TEST_CASE("a right on all names is more than one on some") {
  const char* some = R"([{"verbs":["get"],"apiGroups":["x"],"resources":["y"],"resourceNames":["a","b"]}])";
  const char* all = R"([{"verbs":["get"],"apiGroups":["x"],"resources":["y"]}])";
  CHECK(missing(all, some) == Texts{});
  CHECK(missing(some, some) == Texts{});
  CHECK(missing(some, all) == Texts{R"({APIGroups:["x"], Resources:["y"], Verbs:["get"]})"});
  CHECK(missing(R"([{"verbs":["get"],"apiGroups":["x"],"resources":["y"],"resourceNames":["a"]}])", some) ==
        Texts{R"({APIGroups:["x"], Resources:["y"], ResourceNames:["b"], Verbs:["get"]})"});
}

TEST_CASE("a right on everything is held by whoever holds everything") {
  const char* all = R"([{"verbs":["*"],"apiGroups":["*"],"resources":["*"]},
                        {"verbs":["*"],"nonResourceURLs":["*"]}])";
  CHECK(missing(all, all) == Texts{});
  CHECK(missing(R"([{"verbs":["get"],"apiGroups":["*"],"resources":["*"]}])", all).size() == 2);
}

TEST_CASE("paths are covered by what they begin with") {
  const char* wanted = R"([{"verbs":["get"],"nonResourceURLs":["/logs/a","/metrics"]}])";
  CHECK(missing(R"([{"verbs":["get"],"nonResourceURLs":["/logs/*"]}])", wanted) ==
        Texts{R"({NonResourceURLs:["/metrics"], Verbs:["get"]})"});
  CHECK(missing(R"([{"verbs":["*"],"nonResourceURLs":["/*"]}])", wanted) == Texts{});
}

TEST_CASE("a rule of nothing gives nothing") {
  CHECK(missing("[]", R"([{"verbs":["get"],"apiGroups":[""]}])") == Texts{});
}

}  // namespace cw::rbac
