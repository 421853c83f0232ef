// What sigs.k8s.io/yaml 1.6.0 answers, as recorded in tests/data/yaml.
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/yaml/natural_order.h"
#include "lib/yaml/parse.h"
#include "lib/yaml/write.h"

using namespace cw;  // NOLINT(google-build-using-namespace)
using kube::Json;

namespace {

Json recorded(const std::string& name) {
  std::ifstream file(std::string(CW_TEST_DATA) + "/yaml/" + name);
  return Json::parse(file);
}

std::string strict_words(const yaml::ParsedYaml& parsed) {
  return parsed.repeated.empty() ? std::string() : yaml::strict_message(parsed);
}

}  // namespace

TEST_CASE("JSON is written as YAML like go-yaml does, and read back the same") {
  const Json cases = recorded("written.json");
  REQUIRE(cases.size() > 300);
  for (const Json& one : cases) {
    const std::string text = yaml::write_yaml(one["json"]);
    CHECK(text == one["yaml"].get<std::string>());
    const auto back = yaml::parse_yaml(text);
    const bool merges = text.find("<<") != std::string::npos;  // a key that go-yaml does not read back either
    if (merges) continue;
    INFO(text);
    REQUIRE(back.has_value());
    CHECK(back->json == one["json"]);
  }
}

TEST_CASE("YAML is read, or refused in the words of go-yaml") {
  const Json cases = recorded("read.json");
  REQUIRE(cases.size() > 70);
  for (const Json& one : cases) {
    INFO(one["yaml"]);
    const auto parsed = yaml::parse_yaml(one["yaml"].get<std::string>());
    CHECK((parsed ? std::string() : parsed.error().message) == one.value("error", ""));
    if (!parsed) continue;
    CHECK(parsed->json == one["json"]);
    CHECK(strict_words(*parsed) == one.value("strict", ""));
  }
}

TEST_CASE("keys stand in natural order") {
  CHECK(yaml::natural_less("a2", "a10"));
  CHECK(yaml::natural_less("a-b", "ab"));
  CHECK(yaml::natural_less("a", "ab"));
  CHECK_FALSE(yaml::natural_less("ab", "a"));
  CHECK_FALSE(yaml::natural_less("a", "a"));
}
