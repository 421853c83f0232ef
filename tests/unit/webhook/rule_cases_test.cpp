// Every rule has a case file, and every case in it comes out as it says.
#include <algorithm>
#include <set>

#include "tests/unit/webhook/admission_case.h"
#include "webhook/plugin_rules.h"
#include "webhook/rules/catalogue.h"

using namespace cw;  // tests only
using test::Json;

namespace {

webhook::RuleList all_rules() {
  webhook::RuleList all = webhook::validation_rules();
  for (const webhook::RuleInfo& rule : webhook::plugin_rules()) all.push_back(rule);
  return all;
}

void check_accepted(const Json& base, const Json& one_case) {
  if (one_case.contains("http")) {
    CHECK(test::post(one_case).http_status == one_case["code"].get<int>());
    return;
  }
  const webhook::Verdict verdict = test::judge(base, one_case);
  CHECK(kube::message(verdict.errors) == "");
  CHECK(verdict.allowed());
  if (one_case.contains("warnings"))
    CHECK(verdict.warnings.size() == one_case["warnings"].get<std::size_t>());
}

void check_refused(const std::string& rule, const Json& base, const Json& one_case) {
  if (one_case.contains("http")) {
    const test::HttpResult result = test::post(one_case);
    CHECK(result.http_status == one_case["code"].get<int>());
    CHECK(result.body["response"]["allowed"] == false);
    CHECK(result.body["response"]["status"]["code"] == one_case["code"]);
    return;
  }
  const webhook::Verdict verdict = test::judge(base, one_case);
  INFO(kube::message(verdict.errors));
  std::vector<std::string> expected = one_case["fields"];
  std::sort(expected.begin(), expected.end());
  CHECK(test::fields_of(verdict, one_case.value("only", rule)) == expected);
  CHECK(verdict.code == one_case.value("code", 403));
}

}  // namespace

TEST_CASE("rules: every id is unique and names its source", "[webhook][rules]") {
  std::set<std::string_view> ids;
  for (const webhook::RuleInfo& rule : all_rules()) {
    INFO(rule.id);
    CHECK(ids.insert(rule.id).second);
    CHECK_FALSE(rule.source.empty());
  }
}

TEST_CASE(
    "rules: every rule has a file with an accepting and a rejecting case, and no file is without a rule",
    "[webhook][rules]") {
  std::set<std::string> ids;
  for (const webhook::RuleInfo& rule : all_rules()) ids.emplace(rule.id);
  const std::vector<std::string> files = test::case_file_names();
  CHECK(std::vector<std::string>(ids.begin(), ids.end()) == files);
  for (const std::string& name : files) {
    INFO(name);
    const Json file = test::read_case_file(name);
    CHECK(file["rule"] == name);
    CHECK_FALSE(file["accept"].empty());
    CHECK_FALSE(file["reject"].empty());
  }
}

TEST_CASE("rules: every case of every file comes out as it says", "[webhook][rules]") {
  for (const std::string& name : test::case_file_names()) {
    const Json file = test::read_case_file(name);
    const Json base = test::read_case_file("base/" + file["base"].get<std::string>());
    for (const Json& one_case : file["accept"]) {
      INFO(name << " accepts " << one_case.dump().substr(0, 300));
      check_accepted(base, one_case);
    }
    for (const Json& one_case : file["reject"]) {
      INFO(name << " rejects " << one_case.dump().substr(0, 300));
      check_refused(name, base, one_case);
    }
  }
}

TEST_CASE("rules: each of the 235 rules of the reference is some rule's source", "[webhook][rules]") {
  constexpr std::pair<const char*, int> kAreas[] = {
      {"CRT", 56}, {"CRQ", 23}, {"ISS", 5}, {"CA", 3},   {"ACM", 20}, {"DNS", 55}, {"VLT", 22},
      {"VEN", 7},  {"ORD", 13}, {"CHL", 1}, {"IDN", 11}, {"APR", 6},  {"RSV", 4}};
  std::string sources;
  for (const webhook::RuleInfo& rule : all_rules()) sources.append(rule.source).append("\n");
  for (const auto& [area, count] : kAreas) {
    for (int number = 1; number <= count; ++number) {
      const std::string id = std::string(area) + (number < 10 ? "-0" : "-") + std::to_string(number);
      INFO(id);
      CHECK(sources.find(id) != std::string::npos);
    }
  }
}
