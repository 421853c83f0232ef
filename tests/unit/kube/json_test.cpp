#include "lib/kube/json.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace cw::kube {
namespace {

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

TEST_CASE("of duplicate members the last is kept") {
  const auto parsed = parse_json(R"({"a":1,"b":2,"a":3})");
  REQUIRE(parsed.has_value());
  CHECK(*parsed == Json{{"a", 3}, {"b", 2}});
}

TEST_CASE("malformed JSON is refused with its place and without its content") {
  const auto parsed = parse_json("{\n  \"password\": hunter2\n}");
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().code == Code::Invalid);
  CHECK(parsed.error().message.find("line 2") != std::string::npos);
  CHECK(parsed.error().message.find("hunter2") == std::string::npos);
}

TEST_CASE("what is no single JSON value is refused") {
  const auto* text = GENERATE("", " ", "{", "{}{}", "[1,]", "{\"a\":1,}", "nul", "'a'", "\"\\ud800\"",
                              "\"\xff\"", "1e999", "// x\n1");
  INFO(text);
  const auto parsed = parse_json(text);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().code == Code::Invalid);
}

TEST_CASE("a NUL does not end the text") {
  using namespace std::string_view_literals;
  CHECK_FALSE(parse_json("{}\0"sv).has_value());
  CHECK_FALSE(parse_json("{}\0, and more"sv).has_value());
}

TEST_CASE("depth is limited, brackets in strings do not count") {
  CHECK(parse_json(nested(kMaxJsonDepth)).has_value());
  CHECK_FALSE(parse_json(nested(kMaxJsonDepth + 1)).has_value());
  CHECK_FALSE(parse_json(nested(1000000)).has_value());
  CHECK_FALSE(parse_json(std::string(1000000, '[')).has_value());
  CHECK(parse_json("\"\\\"" + std::string(1000, '[') + "\"").has_value());
}

}  // namespace
}  // namespace cw::kube
