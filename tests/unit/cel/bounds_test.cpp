// Hostile sources and inputs end: by a mistake at compile time, or by the limit on cost and work. No time is
// measured: what counts is what was charged.
#include <catch2/catch.hpp>

#include "lib/cel/program.h"
#include "tests/unit/cel/sample_environment.h"

using namespace cw;       // NOLINT(google-build-using-namespace)
using namespace cw::cel;  // NOLINT(google-build-using-namespace)

namespace {

const Environment kEnvironment = sample_environment();  // NOLINT(cert-err58-cpp)

std::string times(std::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

std::string compile_problem(const std::string& source) {
  const auto program = Program::compile(source, kEnvironment, {Kind::Bool});
  return program ? "" : program.error().text();
}

std::string run_problem(const std::string& source, std::string_view self = "web.example.com") {
  const auto program = Program::compile(source, kEnvironment, {Kind::Bool});
  if (!program) return "compile: " + program.error().text();
  std::uint64_t spent = 0;
  Limits limits;
  limits.spent = &spent;
  const auto value = program->evaluate(sample_bindings(self), limits);
  CHECK(spent > 0);
  return value ? "" : value.error().message;
}

// [0, …, 9].all(a, [0, …, 9].all(b, …)), `depth` deep.
std::string nested(int depth, const std::string& macro, const std::string& body) {
  std::string source = body;
  for (int i = 0; i < depth; ++i)
    source = "[0,1,2,3,4,5,6,7,8,9]." + macro + "(x" + std::to_string(i) + ", " + source + ")";
  return source;
}

constexpr std::string_view kCost = "the cost limit is exceeded";

}  // namespace

TEST_CASE("a source that is too large does not compile", "[cel]") {
  using Catch::Contains;
  CHECK_THAT(compile_problem(std::string(100'001, ' ') + "true"), Contains("100,000 characters"));
  CHECK_THAT(compile_problem(times("(", 300) + "true" + times(")", 300)), Contains("too deeply"));
  CHECK_THAT(compile_problem(times("[", 300) + times("]", 300) + " == []"), Contains("too deeply"));
  CHECK_THAT(compile_problem("1" + times(" + 1", 300) + " == 1"), Contains("too deeply"));
  CHECK_THAT(compile_problem("self" + times(".trim()", 300) + " == ''"), Contains("too deeply"));
  CHECK_THAT(compile_problem(times("true ? true : ", 300) + "true"), Contains("too deeply"));
  CHECK_THAT(compile_problem("[" + times("1,", 25'000) + "].size() == 1"), Contains("too many parts"));
  CHECK_THAT(compile_problem("\xff"), Contains("UTF-8"));
  CHECK_THAT(compile_problem("[1]" + times(".map(a, {a: a})", 100) + ".size() == 1"),
             Contains("too complex"));
}

TEST_CASE("a long source that is not nested compiles", "[cel]") {
  CHECK(compile_problem(times("!", 1001) + "false").empty());
  CHECK(compile_problem("true" + times(" && true", 2000)).empty());
  CHECK(compile_problem("true" + times(" || true && true", 2000)).empty());
  CHECK(compile_problem("1" + times(" + 1", 200) + " > 1").empty());
  CHECK(compile_problem("self in [" + times("'a',", 5000) + "]").empty());
}

TEST_CASE("loops end with the cost limit", "[cel]") {
  CHECK(run_problem(nested(7, "all", "true")) == kCost);
  CHECK(run_problem(nested(7, "exists", "false")) == kCost);
  CHECK(run_problem(nested(8, "map", "1") + ".size() == 10") == kCost);
  CHECK(run_problem(nested(8, "exists_one", "x0 == x1")) == kCost);
  // Failures that are absorbed are no way around it.
  CHECK(run_problem(nested(7, "all", "1 / 0 == 1 || true")) == kCost);
  CHECK(run_problem(nested(7, "all", "true") + " || true") == kCost);
}

TEST_CASE("texts and lists that grow end with the cost limit, or that on work", "[cel]") {
  const std::string self(60'000, 'a');
  const auto doubled = [](const std::string& step) { return "[self]" + times(step, 30) + ".size() == 1"; };
  CHECK_FALSE(run_problem(doubled(".map(x, x + x)"), self).empty());
  CHECK_FALSE(run_problem(doubled(".map(x, [x, x, x].join(x))"), self).empty());
  CHECK_FALSE(run_problem(doubled(".map(x, x.replace('a', 'aaaa'))"), self).empty());
  CHECK_FALSE(run_problem(doubled(".map(x, '%s%s%s'.format([x, x, x]))"), self).empty());
  CHECK_FALSE(run_problem("[[1]]" + times(".map(x, x + x)", 40) + ".size() == 1").empty());
  CHECK_FALSE(run_problem(nested(5, "all", "self.split('').size() > 1"), self).empty());
  CHECK_FALSE(run_problem(nested(5, "all", "self.reverse() != ''"), self).empty());
}

TEST_CASE("what cel-go does not charge is charged as work", "[cel]") {
  const std::string self(60'000, 'a');
  CHECK_FALSE(run_problem(nested(5, "all", "self.size() > 1"), self).empty());
  CHECK_FALSE(run_problem(nested(5, "all", "(self + 'b') != self || true"), self).empty());
  // A value whose tree is much larger than itself.
  CHECK_FALSE(run_problem("[[1]]" + times(".map(x, [x, x])", 60) + " == [[1]]" + times(".map(x, [x, x])", 60))
                  .empty());
}

TEST_CASE("regular expressions are bounded", "[cel]") {
  CHECK(run_problem("self.matches('^(a+)+$')", std::string(2000, 'a')).empty());
  CHECK(run_problem("self.matches('(a?){30}a{30}')", std::string(30, 'a')).empty());
  CHECK_FALSE(run_problem("self.matches('((a{100}){100}){100}')").empty());
  CHECK_FALSE(run_problem("self.matches('(x{1000}){1000}')").empty());
  CHECK_FALSE(run_problem("self.matches('" + times("x{1000}", 2000) + "')").empty());
  CHECK_FALSE(
      run_problem(nested(5, "all", "self.matches(string(x0) + string(x1) + '[a-z]{500}') || true")).empty());
}

TEST_CASE("the limit is what the caller says", "[cel]") {
  const auto program = Program::compile("self == self", kEnvironment, {Kind::Bool});
  REQUIRE(program);
  CHECK(program->evaluate(sample_bindings("a"), {3, nullptr}));
  CHECK_FALSE(program->evaluate(sample_bindings("a"), {2, nullptr}));
  CHECK_FALSE(program->evaluate({}, {}));
}

TEST_CASE("values that are not UTF-8 do no harm", "[cel]") {
  const std::string self = "\xff\xc3(\xe2\x82";
  CHECK(run_problem("self.size() == 5", self).empty());
  CHECK(run_problem("self.reverse().reverse() == self", self).empty());
  CHECK(run_problem("self.split('').join() == self", self).empty());
  CHECK(run_problem("self.charAt(0) != ''", self).empty());
  CHECK(run_problem("strings.quote(self) != ''", self).empty());
  CHECK(run_problem("self.substring(1, 3).trim() != '' || self.matches('a')", self).empty());
}
