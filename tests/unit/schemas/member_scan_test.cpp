#include "schemas/member_scan.h"

#include <algorithm>
#include <map>

#include <catch2/catch.hpp>

using namespace cw::schemas;  // NOLINT(google-build-using-namespace)

TEST_CASE("members that stand twice are told once, with their path") {
  CHECK(find_duplicate_members(R"({"a":1,"b":{"c":1,"c":2,"c":3},"l":[{},{"x":1,"y":[1],"x":2}],"a":2})") ==
        std::vector<std::string>{"b.c", "l[1].x", "a"});
  CHECK(find_duplicate_members(R"({"a":{"x":1},"b":{"x":1}})").empty());
  CHECK(find_duplicate_members("[]").empty());
}

TEST_CASE("at most a hundred duplicates are told") {
  std::string text = "{";
  for (int i = 0; i < 300; ++i) {
    const std::string name = "\"k" + std::to_string(i) + "\":1,";
    text += name + name;
  }
  text.back() = '}';
  CHECK(find_duplicate_members(text).size() == 100);
}

TEST_CASE("the place of a value is inside it or just before it") {
  const std::string text = "{\n \"a\": {\"b\": 1},\n \"l\": [\n  \"x\",\n  5 ]\n}";
  std::map<std::string, std::size_t> lines;
  scan_places(text, [&](const std::string& path, std::size_t offset) {
    lines[path] = 1 + static_cast<std::size_t>(
                          std::count(text.begin(), text.begin() + static_cast<long>(offset) - 1, '\n'));
  });
  CHECK(lines ==
        std::map<std::string, std::size_t>{{"a", 2}, {"a.b", 2}, {"l", 3}, {"l[0]", 4}, {"l[1]", 5}});
}

TEST_CASE("malformed text is told with its place, deep text is not followed") {
  CHECK(find_syntax_error(R"({"a":1,})") == 7U);
  CHECK(!find_syntax_error(R"({"a":1})"));
  CHECK(!find_syntax_error(std::string(1000000, '[')));
}
