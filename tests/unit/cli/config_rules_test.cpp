// Every rule of configuration has a file of cases for each component that goes through it.
#include "cli/config_rules.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/cli/config_case.h"

using namespace cw;  // tests only
using Json = nlohmann::json;

namespace {

const std::string kFolder = std::string(CW_TEST_DATA) + "/config/";
constexpr const char* kComponents[] = {"webhook", "controller", "cainjector"};

std::vector<std::string> case_files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

Json read_cases(const std::string& name) {
  std::ifstream file(kFolder + name + ".json");
  return Json::parse(file);
}

// JSON is YAML; a member a line, after the two that every file begins with.
test::Given given_by(const Json& one_case) {
  test::Given given;
  if (one_case.contains("flags")) given.flags = one_case["flags"].get<std::vector<std::string>>();
  std::string members;
  const Json file = one_case.value("file", Json::object());
  for (const auto& [name, value] : file.items()) {
    members += name + ": " + value.dump() + "\n";
  }
  if (!members.empty()) given.file = test::config_text(one_case["component"].get<std::string>(), members);
  return given;
}

std::vector<std::string> fields_of(const kube::FieldErrors& errors, const std::string& rule) {
  std::vector<std::string> fields;
  for (kube::FieldError error : errors) {
    if (error.rule != rule) continue;
    error.bad_value.clear();
    error.detail.clear();
    std::string text = kube::message(error);
    while (text.ends_with(": ")) text.resize(text.size() - 2);
    fields.push_back(text);
  }
  std::sort(fields.begin(), fields.end());
  return fields;
}

bool has_case_of(const Json& cases, const std::string& component) {
  return std::any_of(cases.begin(), cases.end(),
                     [&](const Json& one) { return one["component"] == component; });
}

}  // namespace

TEST_CASE("config rules: every rule has an accepting and a rejecting case for each component that has it",
          "[cli][config]") {
  std::set<std::string> ids;
  for (const char* component : kComponents) {
    for (const webhook::RuleInfo& rule : test::rules_of(component)) {
      const std::string id(rule.id);
      INFO(component << " " << id);
      CHECK_FALSE(rule.source.empty());
      ids.insert(id);
      REQUIRE(std::filesystem::exists(kFolder + id + ".json"));
      const Json cases = read_cases(id);
      CHECK(cases["rule"] == id);
      CHECK(has_case_of(cases["accept"], component));
      CHECK(has_case_of(cases["reject"], component));
    }
  }
  CHECK(case_files() == std::vector<std::string>(ids.begin(), ids.end()));
}

TEST_CASE("config rules: each of the 30 of the reference is some rule's source", "[cli][config]") {
  std::set<std::string> sources;
  for (const char* component : kComponents) {
    for (const webhook::RuleInfo& rule : test::rules_of(component)) sources.emplace(rule.source);
  }
  for (int number = 1; number <= 30; ++number) {
    const std::string id = std::string(number < 10 ? "CFG-0" : "CFG-") + std::to_string(number);
    INFO(id);
    CHECK(sources.contains(id));
  }
}

TEST_CASE("config rules: every case of every file comes out as it says", "[cli][config]") {
  for (const std::string& name : case_files()) {
    const Json cases = read_cases(name);
    for (const Json& one : cases["accept"]) {
      INFO(name << " accepts " << one.dump());
      const test::Read read = test::read_settings(one["component"].get<std::string>(), given_by(one));
      CHECK(read.refused.empty());
      if (one.contains("of_rule_only")) {
        CHECK(fields_of(read.errors, name).empty());
      } else {
        CHECK(kube::message(read.errors) == kube::message(kube::FieldErrors{}));
      }
    }
    for (const Json& one : cases["reject"]) {
      INFO(name << " rejects " << one.dump());
      const test::Read read = test::read_settings(one["component"].get<std::string>(), given_by(one));
      CHECK(read.refused.empty());
      CHECK(fields_of(read.errors, name) == one["fields"].get<std::vector<std::string>>());
    }
  }
}

TEST_CASE("config rules: all errors are told at once", "[cli][config]") {
  const test::Read read = test::read_settings(
      "webhook", {.flags = {"--healthz-port=-1", "--max-certificate-size=0", "--feature-gates=Nothing=true"},
                  .file = test::config_text("webhook", "securePort: 70000\nlogging: {format: xml}\n")});
  CHECK(read.errors.size() == 5);
  CHECK(kube::message(read.errors).starts_with("[healthzPort: Invalid value: -1: "));
}
