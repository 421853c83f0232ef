#include "cli/check/report.h"

#include <set>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace cw::cli::check;  // NOLINT(google-build-using-namespace)
using Json = nlohmann::json;

namespace {

Report two_findings() {
  Finding first{Level::Error, "schema.type", "spec.dnsNames[0]", "Invalid value"};
  first.file = "a b.yaml";
  first.at = {3, 5};
  first.object = {"cert-manager.io/v1", "Certificate", "shop", "web"};
  first.source = "chart/x.yaml";
  Finding second{Level::Warning, "advice.x", "", "look \x1b[31m out\xC2\x9B"};
  second.file = "/etc/b.yaml";
  Report report;
  report.findings = {first, second, first};
  report.counts = {2, 1, 1, 1, 0, 0};
  report.exit_code = 1;
  return report;
}

std::string written(Format format) {
  std::ostringstream out;
  write_report(two_findings(), format, out);
  return out.str();
}

}  // namespace

TEST_CASE("text is one line a finding, which cannot drive the terminal") {
  const std::string text = written(Format::Text);
  CHECK(text.starts_with(
      "a b.yaml:3:5: error [schema.type] spec.dnsNames[0]: Invalid value (Certificate shop/web, "
      "chart/x.yaml)\n/etc/b.yaml: warning [advice.x] look  [31m out \n"));
  CHECK(text.ends_with("1 checked, 1 refused, 1 warnings, 0 of other kinds\n"));
}

TEST_CASE("JSON has the members that docs/check.md promises") {
  const Json json = Json::parse(written(Format::Json));
  CHECK(json["version"] == 1);
  CHECK(json["tool"]["name"] == "certwright");
  CHECK(json["exitCode"] == 1);
  CHECK(json["summary"] ==
        Json::parse(R"({"files":2,"checked":1,"refused":1,"warnings":1,"skipped":0,"unreadable":0})"));
  CHECK(json["findings"][0] ==
        Json::parse(R"({"file":"a b.yaml","line":3,"column":5,"level":"error","rule":"schema.type",
                        "field":"spec.dnsNames[0]","message":"Invalid value","apiVersion":"cert-manager.io/v1",
                        "kind":"Certificate","namespace":"shop","name":"web","source":"chart/x.yaml"})"));
}

TEST_CASE("SARIF names each rule once, and each result its rule and place") {
  const Json sarif = Json::parse(written(Format::Sarif));
  CHECK(sarif["version"] == "2.1.0");
  CHECK(sarif["$schema"].is_string());
  const Json& run = sarif["runs"].at(0);
  const Json& rules = run["tool"]["driver"]["rules"];
  REQUIRE(rules.size() == 2);
  REQUIRE(run["results"].size() == 3);
  for (const Json& result : run["results"]) {
    CHECK(rules.at(result["ruleIndex"].get<std::size_t>())["id"] == result["ruleId"]);
    CHECK_FALSE(result["message"]["text"].get<std::string>().empty());
    CHECK(std::set<std::string>{"error", "warning"}.contains(result["level"].get<std::string>()));
  }
  const Json& first = run["results"][0]["locations"].at(0);
  CHECK(first["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.yaml");
  CHECK(first["physicalLocation"]["region"] == Json::parse(R"({"startLine":3,"startColumn":5})"));
  CHECK(first["logicalLocations"].at(0)["fullyQualifiedName"] == "Certificate shop/web: spec.dnsNames[0]");
  CHECK_FALSE(run["results"][1]["locations"].at(0)["physicalLocation"].contains("region"));
  for (const Json& rule : rules) CHECK_FALSE(rule["shortDescription"]["text"].get<std::string>().empty());
}

TEST_CASE("file names become URI references, Windows paths too") {
  CHECK(uri_of_file("a/b.yaml") == "a/b.yaml");
  CHECK(uri_of_file("/a/ä.yaml") == "file:///a/%C3%A4.yaml");
  CHECK(uri_of_file("C:\\a\\b c.yaml") == "file:///C:/a/b%20c.yaml");
  CHECK(uri_of_file("a:b.yaml") == "a%3Ab.yaml");
  CHECK(uri_of_file("<stdin>") == "stdin");
}
