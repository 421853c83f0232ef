#include "schemas/json_schema.h"

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "schemas/kinds.h"
#include "schemas/outcome.h"
#include "tests/unit/schemas/answers.h"

using namespace cw;           // NOLINT(google-build-using-namespace)
using namespace cw::schemas;  // NOLINT(google-build-using-namespace)

namespace {

// What the two are known to differ in: formats and rules are the engine's alone, and the engine lets a list
// pass for a string with a format, as kube-apiserver does.
bool only_the_engine_knows(const kube::FieldError& error) {
  return error.rule == rule_id::kFormat || error.rule == rule_id::kRule ||
         error.rule == rule_id::kDuplicateKey;
}

}  // namespace

TEST_CASE("valijson and the engine agree on every recorded object of our kinds") {
  int judged = 0;
  for (const KindSchema& kind : kinds()) {
    const auto json_schema = JsonSchema::read(describe(kind));
    REQUIRE(json_schema);
    for (const Json& test : testing::read_lines(CW_TEST_DATA "/schemas/answers.jsonl")) {
      if (&testing::schema_of(test) != &kind.object) continue;
      auto decoded = decode_object(test.at("text").get<std::string>(), kind.object);
      if (!decoded) continue;
      decoded->object.erase("status");
      const auto accepted = json_schema->accepts(decoded->object);
      if (!accepted) continue;
      const kube::FieldErrors failures = validate_object(decoded->object, kind.object);
      ++judged;
      INFO(test.at("id") << " " << test.at("text") << " " << kube::message(failures));
      const bool engine_accepts = std::all_of(failures.begin(), failures.end(), only_the_engine_knows);
      if (engine_accepts == *accepted) continue;
      CHECK(test.at("text").get<std::string>().find("\"caBundle\": [") != std::string::npos);
    }
  }
  CHECK(judged > 100);
}

TEST_CASE("a text too long for a backtracking matcher is not given to it") {
  const auto schema = JsonSchema::read({{"type", "string"}, {"pattern", "^(a|b)*$"}});
  REQUIRE(schema);
  CHECK(*schema->accepts(std::string(1024, 'a')));
  CHECK(!schema->accepts(std::string(1025, 'a')));
  CHECK(!schema->accepts(Json::array({{{"x", std::string(100000, 'a')}}})));
}

TEST_CASE("nullable is understood") {
  const auto schema = JsonSchema::read({{"type", "string"}, {"nullable", true}});
  REQUIRE(schema);
  CHECK(*schema->accepts(nullptr));
  CHECK(*schema->accepts("x"));
  CHECK(!*schema->accepts(5));
}

TEST_CASE("what is no JSON Schema is an error") {
  CHECK(!JsonSchema::read({{"type", 5}}));
  CHECK(!JsonSchema::read({{"properties", 5}}));
}
