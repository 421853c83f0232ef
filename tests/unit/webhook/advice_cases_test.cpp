// Every advice rule has a file with cases in which it warns and in which it is silent, and stands in
// docs/advice.md.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/unit/webhook/advice_world.h"
#include "webhook/advice/catalogue.h"

using namespace cw;  // tests only
using test::Json;

namespace {

Json base_of(const Json& file) { return test::read_case_file("base/" + file["base"].get<std::string>()); }

webhook::Enforcement only(const std::string& rule) { return webhook::parse_enforcement({rule}).value(); }

void check_wording(const std::vector<std::string>& warnings) {
  CHECK(warnings.size() <= webhook::kMaxWarnings + 1);
  for (const std::string& warning : warnings) {
    INFO(warning);
    CHECK(warning.size() < 256);
    CHECK(std::all_of(warning.begin(), warning.end(), [](char c) { return c >= ' ' && c <= '~'; }));
    CHECK(warning.find("... (advice.") == std::string::npos);  // what to do is never cut off
  }
}

// Beyond ten, warnings are counted only.
std::vector<std::string> first_ten(std::vector<std::string> paths) {
  if (paths.size() > webhook::kMaxWarnings) paths.resize(webhook::kMaxWarnings);
  return paths;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

void check_texts(const Json& one_case, const std::string& warnings) {
  for (const std::string& text : one_case.value("texts", std::vector<std::string>())) {
    CHECK(warnings.find(text) != std::string::npos);
  }
  for (const std::string& text : one_case.value("without", std::vector<std::string>())) {
    CHECK(warnings.find(text) == std::string::npos);
  }
}

template <typename Check>
void for_each_case(const char* list, Check check) {
  for (const std::string& name : test::advice_file_names()) {
    const Json file = test::read_advice_file(name);
    const Json base = base_of(file);
    for (const Json& one_case : file[list]) {
      INFO(name << " " << list << " " << one_case.dump().substr(0, 600));
      check(name, base, one_case);
    }
  }
}

}  // namespace

TEST_CASE("advice: every rule has a file with a case that warns and one that is silent",
          "[webhook][advice]") {
  std::vector<std::string> ids;
  for (const webhook::AdviceInfo& rule : webhook::advice_rules()) {
    ids.emplace_back(rule.id);
    CHECK_FALSE(rule.source.empty());
    CHECK(rule.id.starts_with("advice."));
  }
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == ids.size());
  CHECK(ids == test::advice_file_names());
  for (const std::string& name : test::advice_file_names()) {
    INFO(name);
    const Json file = test::read_advice_file(name);
    CHECK(file["rule"] == name);
    CHECK_FALSE(file["silent"].empty());
    CHECK_FALSE(file["warns"].empty());
  }
}

TEST_CASE("advice: docs/advice.md has one row for every rule and none for another", "[webhook][advice]") {
  std::ifstream file(std::filesystem::path(CW_TEST_DATA) / "../../docs/advice.md");
  std::vector<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| `advice.")) rows.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  std::sort(rows.begin(), rows.end());
  std::vector<std::string> ids;
  for (const webhook::AdviceInfo& rule : webhook::advice_rules()) ids.emplace_back(rule.id);
  CHECK(rows == ids);
}

TEST_CASE("advice: silent cases are admitted without that warning", "[webhook][advice]") {
  for_each_case("silent", [](const std::string& rule, const Json& base, const Json& one_case) {
    const webhook::Verdict verdict = test::judge_advised(base, one_case, only("all"));
    CHECK(test::refused_paths(verdict, rule).empty());
    const webhook::Verdict warned = test::judge_advised(base, one_case, {});
    CHECK(kube::message(warned.errors) == "");
    CHECK(test::warned_paths(warned, rule).empty());
    check_wording(warned.warnings);
  });
}

TEST_CASE("advice: cases that warn are admitted, with that warning at those paths", "[webhook][advice]") {
  for_each_case("warns", [](const std::string& rule, const Json& base, const Json& one_case) {
    const webhook::Verdict verdict = test::judge_advised(base, one_case, {});
    CHECK(kube::message(verdict.errors) == "");
    CHECK(test::warned_paths(verdict, rule) == first_ten(one_case["paths"]));
    check_texts(one_case, joined(verdict.warnings));
    check_wording(verdict.warnings);
  });
}

TEST_CASE("advice: an enforced rule refuses with 403, path and rule id", "[webhook][advice]") {
  for_each_case("warns", [](const std::string& rule, const Json& base, const Json& one_case) {
    const webhook::Verdict verdict = test::judge_advised(base, one_case, only(rule));
    CHECK(verdict.code == 403);
    CHECK(test::refused_paths(verdict, rule) == one_case["paths"].get<std::vector<std::string>>());
    CHECK(test::warned_paths(verdict, rule).empty());
    CHECK(kube::message(verdict.errors).find("(" + rule + ")") != std::string::npos);
  });
}

TEST_CASE("advice: what is not known about the cluster is not warned of", "[webhook][advice]") {
  for_each_case("warns", [](const std::string& rule, const Json& base, const Json& one_case) {
    if (!one_case.contains("world")) return;
    Json without = one_case;
    without.erase("world");
    CHECK(test::warned_paths(test::judge_advised(base, without, {}), rule).empty());
  });
}

TEST_CASE("advice: an update is not refused for what the stored object had already", "[webhook][advice]") {
  for_each_case("warns", [](const std::string& rule, const Json& base, const Json& one_case) {
    if (base["object"]["kind"] != "Certificate") return;
    Json update = one_case;
    update["operation"] = "UPDATE";
    update["old"] = one_case.value("object", Json::object());
    update["object"]["spec"]["revisionHistoryLimit"] = 7;
    const webhook::Verdict verdict = test::judge_advised(base, update, only(rule));
    CHECK(kube::message(verdict.errors) == "");
    CHECK(test::warned_paths(verdict, rule) == first_ten(one_case["paths"]));
  });
}
