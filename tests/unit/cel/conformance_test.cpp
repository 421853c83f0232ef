// tests/data/cel/*.json: expressions that are true, are false, fail when they run or do not compile, with a
// part of the message; and what expressions cost.
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/base/encoding.h"
#include "lib/cel/program.h"
#include "tests/unit/cel/sample_environment.h"

using namespace cw;       // NOLINT(google-build-using-namespace)
using namespace cw::cel;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::string_view kSelf = "web.example.com";

struct Outcome {
  std::string kind;  // true, false, error, compile
  std::string message;
  std::uint64_t cost = 0;
};

Outcome outcome_of(const std::string& source) {
  static const Environment kEnvironment = sample_environment();
  const auto program = Program::compile(source, kEnvironment, {Kind::Bool});
  if (!program) return {"compile", program.error().text()};
  Outcome outcome;
  Limits limits;
  limits.spent = &outcome.cost;
  const auto value = program->evaluate(sample_bindings(kSelf), limits);
  if (value) {
    outcome.kind = *value->as<bool>() ? "true" : "false";
  } else {
    outcome.kind = "error";
    outcome.message = value.error().message;
  }
  return outcome;
}

nlohmann::json read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file);
}

std::string first_of(const nlohmann::json& entry) {
  return entry.is_array() ? entry[0].get<std::string>() : entry.get<std::string>();
}

void check_all(const nlohmann::json& cases, const std::string& kind) {
  for (const auto& entry : cases) {
    const std::string source = first_of(entry);
    const Outcome outcome = outcome_of(source);
    INFO(source);
    INFO(outcome.message);
    CHECK(outcome.kind == kind);
    if (entry.is_array()) CHECK_THAT(outcome.message, Catch::Contains(entry[1].get<std::string>()));
    CHECK(is_valid_utf8(outcome.message));
  }
}

}  // namespace

TEST_CASE("expressions mean what CEL says", "[cel]") {
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(std::string(CW_TEST_DATA) + "/cel")) {
    const auto cases = read(file.path());
    INFO(file.path().filename().string());
    check_all(cases.value("true", nlohmann::json::array()), "true");
    check_all(cases.value("false", nlohmann::json::array()), "false");
    check_all(cases.value("errors", nlohmann::json::array()), "error");
    check_all(cases.value("compile", nlohmann::json::array()), "compile");
    ++files;
  }
  CHECK(files >= 8);
}

TEST_CASE("expressions cost what cel-go counts", "[cel]") {
  const auto cases = read(std::string(CW_TEST_DATA) + "/cel/costs.json");
  for (const auto& entry : cases.at("costs")) {
    INFO(first_of(entry));
    CHECK(outcome_of(first_of(entry)).cost == entry[1].get<std::uint64_t>());
  }
}
