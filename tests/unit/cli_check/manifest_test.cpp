#include "cli/manifest.h"

#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/yaml_value.h"

using namespace cw;  // NOLINT(google-build-using-namespace)
using cli::Manifest;
using kube::Json;

namespace {

int line_of(const Manifest& manifest, std::size_t object, std::string_view field) {
  return manifest.objects.at(object).place_of(field).line;
}

std::string only_problem(std::string_view text) {
  const Manifest manifest = cli::read_manifest(text);
  REQUIRE(manifest.problems.size() == 1);
  const cli::ManifestProblem& problem = manifest.problems.front();
  return std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column) + " " + problem.field +
         " " + problem.message;
}

}  // namespace

TEST_CASE("plain scalars have the types that kubectl gives them") {
  struct Scalar {
    const char* text;
    const char* json;
  };
  const Scalar cases[] = {{"5", "5"},
                          {"-5", "-5"},
                          {"+5", "5"},
                          {"1_000", "1000"},
                          {"0x10", "16"},
                          {"010", "8"},
                          {"0o10", "8"},
                          {"0b11", "3"},
                          {"0", "0"},
                          {"-0x10", "-16"},
                          {"1.5", "1.5"},
                          {"1e3", "1000.0"},
                          {".5", "0.5"},
                          {"5.", "5.0"},
                          {"yes", "true"},
                          {"On", "true"},
                          {"n", "false"},
                          {"OFF", "false"},
                          {"true", "true"},
                          {"~", "null"},
                          {"", "null"},
                          {"Null", "null"},
                          {"tRue", "\"tRue\""},
                          {"1h", "\"1h\""},
                          {"1.2.3", "\"1.2.3\""},
                          {"09", "9.0"},
                          {"08x", "\"08x\""},
                          {"-", "\"-\""},
                          {"+", "\"+\""},
                          {".", "\".\""},
                          {".inf", "\".inf\""},
                          {"1e", "\"1e\""},
                          {"2026-01-02", "\"2026-01-02\""},
                          {"18446744073709551615", "18446744073709551615"},
                          {"18446744073709551616", "18446744073709551616.0"},
                          {"-9223372036854775808", "-9223372036854775808"},
                          {"0x", "\"0x\""},
                          {"_", "\"_\""},
                          {"1__0", "10"},
                          {"infinity", "\"infinity\""},
                          {"-nan", "\"-nan\""}};
  for (const Scalar& test : cases) {
    INFO(test.text);
    CHECK(cli::plain_scalar(test.text) == Json::parse(test.json));
  }
}

TEST_CASE("documents and lists are opened up; every field keeps its line") {
  const Manifest manifest = cli::read_manifest(R"(# a comment
apiVersion: v1
kind: A
spec:
  list:
    - x: 1
      z: 2
---
---
apiVersion: v1
kind: List
items:
  - kind: B
    spec: {a: b}
  - kind: C
)");
  CHECK(manifest.problems.empty());
  REQUIRE(manifest.objects.size() == 3);
  CHECK(line_of(manifest, 0, "spec.list[0].z") == 7);
  CHECK(line_of(manifest, 0, "spec.list[0].missing") == 6);
  CHECK(line_of(manifest, 0, "spec.missing.deeper[3].x") == 4);
  CHECK(line_of(manifest, 0, "") == 2);
  CHECK(manifest.objects[1].object == Json::parse(R"({"kind":"B","spec":{"a":"b"}})"));
  CHECK(line_of(manifest, 1, "spec.a") == 14);
  CHECK(line_of(manifest, 2, "kind") == 15);
}

TEST_CASE("a key in brackets is found where the key with a dot is") {
  const Manifest manifest =
      cli::read_manifest("metadata:\n  annotations:\n    a.b/c: x\n  list: [1,\n   2]\n");
  CHECK(line_of(manifest, 0, "metadata.annotations[a.b/c]") == 3);
  CHECK(line_of(manifest, 0, "metadata.list[1]") == 5);
}

TEST_CASE("quoted scalars and those tagged as text stay text") {
  const Manifest manifest = cli::read_manifest("a: '5'\nb: \"yes\"\nc: !!str 5\nd: |\n  5\n5: x\nyes: z\n");
  CHECK(manifest.objects.at(0).object ==
        Json::parse(R"({"a":"5","b":"yes","c":"5","d":"5\n","5":"x","true":"z"})"));
}

TEST_CASE("anchors and merge keys are followed; the mapping itself wins") {
  const Manifest manifest = cli::read_manifest(
      "base: &base {a: 1, b: 2}\nother: &other {c: 3, b: 9}\none: {<<: *base, b: 5}\ntwo: {<<: [*base, "
      "*other]}\n");
  CHECK(manifest.problems.empty());
  CHECK(manifest.objects.at(0).object.at("one") == Json::parse(R"({"a":1,"b":5})"));
  CHECK(manifest.objects.at(0).object.at("two") == Json::parse(R"({"a":1,"b":2,"c":3})"));
}

TEST_CASE("JSON has lines too") {
  const Manifest manifest =
      cli::read_manifest("\n{\"kind\": \"A\",\n \"spec\": {\n  \"a\": [1,\n   {\"b\": 2}]}}");
  REQUIRE(manifest.objects.size() == 1);
  CHECK(line_of(manifest, 0, "kind") == 2);
  CHECK(line_of(manifest, 0, "spec") == 3);
  CHECK(line_of(manifest, 0, "spec.a[1].b") == 5);
}

TEST_CASE("members that stand twice are problems with their place") {
  CHECK(only_problem("a: 1\nb:\n  c: 1\n  c: 2\n") == "4:3 b.c stands more than once");
  const Manifest json = cli::read_manifest("{\"a\": 1,\n\"a\": 2}");
  REQUIRE(json.problems.size() == 1);
  CHECK(json.problems[0].field == "a");
}

TEST_CASE("malformed text gives line and column") {
  CHECK(only_problem("a: 1\n  b: 2\n").substr(0, 4) == "2:4 ");
  CHECK(only_problem("a: [1, 2\n").find("malformed YAML") != std::string::npos);
  CHECK(only_problem("{\"a\":\n 1,}") == "2:4  malformed JSON");
  CHECK(only_problem("{\"a\":") == "1:6  malformed JSON");
  CHECK(only_problem("a: \xff\n") == "0:0  not UTF-8");
  CHECK(only_problem("a: *nobody\n").find("malformed YAML") != std::string::npos);
  CHECK(only_problem("? [a]\n: b\n") == "1:3  a key must be a scalar");
  CHECK(only_problem("a: {<<: 5}\n").find("<< must name a mapping") != std::string::npos);
}

TEST_CASE("nothing but white space is no object") {
  for (const char* text : {"", "\n\n", "---\n---\n", "# x\n", "null"}) {
    const Manifest manifest = cli::read_manifest(text);
    CHECK(manifest.objects.empty());
    CHECK(manifest.problems.empty());
  }
}

TEST_CASE("aliases that multiply are stopped") {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string name = "a" + std::to_string(i);
    text += name + ": &" + name + " [";
    for (int k = 0; k < 10; ++k) text += (k > 0 ? ", *a" : "*a") + std::to_string(i - 1);
    text += "]\n";
  }
  CHECK(only_problem(text).find("too large, or aliases multiply it") != std::string::npos);
}

TEST_CASE("an alias inside its own anchor is a problem, not an endless walk") {
  const Manifest manifest = cli::read_manifest("a: &a\n  b: *a\n");
  CHECK(!manifest.problems.empty());
}

TEST_CASE("deep nesting is a problem in YAML and in JSON") {
  CHECK(only_problem(std::string(200, '[') + std::string(200, ']')).find("deep") != std::string::npos);
  CHECK(!cli::read_manifest(std::string(100000, '[')).problems.empty());
  CHECK(!cli::read_manifest("{\"a\":" + std::string(100000, '[')).problems.empty());
}

TEST_CASE("a text that is too long is not read") {
  CHECK(only_problem(std::string(cli::kMaxManifestBytes + 1, ' ')).find("longer than") != std::string::npos);
}
