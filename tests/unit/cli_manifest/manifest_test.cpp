#include "cli/manifest/manifest.h"

#include <chrono>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/manifest/limits.h"

using namespace cw;  // NOLINT(google-build-using-namespace)
using cli::manifest::Manifest;
using cli::manifest::read_manifest;
using kube::Json;
using yaml::Place;

namespace {

Place place(const Manifest& manifest, std::size_t object, std::string_view field) {
  return manifest.objects.at(object).place_of(field);
}

std::string only_problem(std::string_view text) {
  const Manifest manifest = read_manifest(text);
  REQUIRE(manifest.problems.size() == 1);
  return manifest.problems.front().message;
}

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("documents and lists are opened up; every field keeps its place") {
  const Manifest manifest = read_manifest(R"(# a comment
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
  CHECK(place(manifest, 0, "spec.list[0].z") == Place{7, 7});
  CHECK(place(manifest, 0, "spec.missing.deeper[3].x") == Place{4, 1});
  CHECK(place(manifest, 0, "") == Place{2, 1});
  CHECK(manifest.objects[1].json == Json::parse(R"({"kind":"B","spec":{"a":"b"}})"));
  CHECK(place(manifest, 1, "spec.a") == Place{14, 12});
  CHECK(place(manifest, 2, "kind") == Place{15, 5});
}

TEST_CASE("JSON has places too, columns counted in characters") {
  const Manifest manifest = read_manifest("\n{\"kind\": \"ää\", \"spec\": {\n  \"a\": [1,\n   {\"b\": 2}]}}");
  REQUIRE(manifest.objects.size() == 1);
  CHECK(place(manifest, 0, "") == Place{2, 1});
  CHECK(place(manifest, 0, "spec") == Place{2, 16});
  CHECK(place(manifest, 0, "spec.a[0]") == Place{3, 9});
  CHECK(place(manifest, 0, "spec.a[1].b") == Place{4, 5});
}

TEST_CASE("quoted scalars and those tagged as text stay text") {
  const Manifest manifest = read_manifest("a: '5'\nb: \"yes\"\nc: !!str 5\nd: |\n  5\n5: x\nyes: z\n");
  CHECK(manifest.objects.at(0).json ==
        Json::parse(R"({"a":"5","b":"yes","c":"5","d":"5\n","5":"x","true":"z"})"));
}

TEST_CASE("merge keys are followed; the mapping itself wins, then the first that is merged") {
  const Manifest manifest = read_manifest(
      "base: &base {a: 1, b: 2}\nother: &other {c: 3, b: 9}\none: {<<: *base, b: 5}\n"
      "two: {<<: [*base, *other]}\nthree: {\"<<\": x}\nfour: {<<: {d: 1}}\n");
  CHECK(manifest.problems.empty());
  const Json& json = manifest.objects.at(0).json;
  CHECK(json.at("one") == Json::parse(R"({"a":1,"b":5})"));
  CHECK(json.at("two") == Json::parse(R"({"a":1,"b":2,"c":3})"));
  CHECK(json.at("three") == Json::parse(R"({"<<":"x"})"));
  CHECK(json.at("four") == Json::parse(R"({"d":1})"));
  CHECK(place(manifest, 0, "two.a") == Place{1, 14});
}

TEST_CASE("nothing but white space is no object") {
  for (const char* text :
       {"", "\n\n", "---\n---\n", "# x\n", "null", "---", "--- # x\n...\n", "\xEF\xBB\xBF"}) {
    const Manifest manifest = read_manifest(text);
    INFO(text);
    CHECK(manifest.objects.empty());
    CHECK(manifest.problems.empty());
  }
}

TEST_CASE("what is malformed in one document does not hide the others") {
  const Manifest manifest = read_manifest("a: 1\n---\nb: [\n---\nc: 1\n---\n{\"d\" 1}\n---\ne: 1\n");
  CHECK(manifest.objects.size() == 3);
  REQUIRE(manifest.problems.size() == 2);
  CHECK(manifest.problems[0].at.line == 4);
  CHECK(manifest.problems[1].at.line == 7);
}

TEST_CASE("limits end in a message") {
  CHECK(only_problem(std::string(cli::manifest::kMaxFileBytes + 1, ' ')).find("longer than") !=
        std::string::npos);
  CHECK(only_problem(repeated("[", 200)).find("deep") != std::string::npos);
  CHECK(only_problem(repeated("- ", 200)).find("deep") != std::string::npos);
  CHECK(only_problem("a: \xff\n") == "not UTF-8");
  CHECK(only_problem("? " + std::string(5000, 'k') + "\n: x\n").find("key") != std::string::npos);
  CHECK(only_problem("{\"" + std::string(5000, 'k') + "\": 1}").find("key") != std::string::npos);
  CHECK(only_problem("[" + repeated("1,", 500000) + "1]").find("too many") != std::string::npos);
  CHECK(only_problem(repeated("%TAG !a! b\n", 100) + "--- a\n").find("%TAG") != std::string::npos);
}

TEST_CASE("aliases that multiply are stopped, nodes and bytes") {
  std::string nodes = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    nodes +=
        "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(last + ", ", 9) + last + "]\n";
  }
  CHECK(only_problem(nodes).find("aliases multiply it") != std::string::npos);
  const std::string bytes =
      "a: &a " + std::string(1UL << 20U, 'x') + "\nb: [" + repeated("*a, ", 100) + "]\n";
  CHECK(only_problem(bytes).find("aliases multiply it") != std::string::npos);
}

TEST_CASE("hostile text of full size ends soon") {
  const int size = static_cast<int>(cli::manifest::kMaxFileBytes);
  const std::string texts[] = {
      repeated("[", size),
      repeated("{", size),
      repeated("- ", size / 2),
      repeated("? ", size / 2),
      repeated("a: ", size / 3),
      repeated("&a ", size / 3),
      repeated("!a ", size / 3),
      repeated("%TAG !a! b\r", size / 11) + "--- a\n",
      repeated("---\n", size / 4),
      repeated("--- a\n", size / 6),
      repeated("...\n", size / 4),
      repeated("{\"a\":1}", size / 7),
      repeated("{\"a\":", size / 5),
      "{\"a\":\"" + std::string(size - 10, '\\'),
      "\"" + repeated("\\x", size / 2),
      "a: |\n" + repeated(" \n", size / 2 - 4),
      "a: >\n" + repeated("  x\n", size / 4 - 4),
      repeated("\n", size),
      repeated("\t", size),
      repeated("a\n", size / 2),
      repeated("'", size),
      repeated("#\n", size / 2),
      "[" + repeated("a,", size / 2 - 1),
      "{" + repeated("a,", size / 2 - 1),
      "{" + repeated("<<: &a {b: c}, ", size / 15 - 1) + "}",
      repeated("a: b\n", size / 5),
  };
  for (const std::string& text : texts) {
    const auto start = std::chrono::steady_clock::now();
    (void)read_manifest(text);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    INFO(text.substr(0, 20) << " took " << took.count() << " s");
    CHECK(took.count() < 60);  // a sanitizer build on a busy machine; a release build takes well below one
  }
}
