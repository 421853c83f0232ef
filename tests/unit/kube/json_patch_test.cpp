#include "lib/kube/json_patch.h"

#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/kube/json.h"
#include "lib/kube/json_pointer.h"

using namespace cw;
using kube::Json;

namespace {

Json cases(const char* name) {
  std::ifstream in(std::string(CW_TEST_DATA "/kube/") + name);
  REQUIRE(in);
  return Json::parse(in);
}

}  // namespace

TEST_CASE("JSON patches do what RFC 6902 says, as kube-apiserver reads it") {
  for (const Json& one : cases("json_patches.json")) {
    INFO(one["name"]);
    const Result<Json> result = kube::apply_json_patch(one["document"], one["patch"]);
    if (one.contains("result")) {
      REQUIRE(result.has_value());
      CHECK(*result == one["result"]);
    } else {
      REQUIRE_FALSE(result.has_value());
      CHECK(result.error().code == Code::Invalid);
    }
  }
}

TEST_CASE("merge patches do what RFC 7386 says") {
  for (const Json& one : cases("merge_patches.json")) {
    CHECK(kube::merged(one["document"], one["patch"]) == one["result"]);
  }
}

TEST_CASE("the patch between two documents turns one into the other and names nothing else") {
  const Json before = Json::parse(R"({"a":1,"b":{"c":2,"d":[1,2]},"e":5})");
  const Json after = Json::parse(R"({"a":1,"b":{"c":3,"d":[1,2]},"f":{"g":1}})");
  const Json patch = kube::merge_patch_between(before, after);
  CHECK(patch == Json::parse(R"({"b":{"c":3},"e":null,"f":{"g":1}})"));
  CHECK(kube::merged(before, patch) == after);
  CHECK(kube::merge_patch_between(after, after) == Json::object());
}

TEST_CASE("a patch that copies the document into itself again and again is stopped") {
  Json patch = Json::array();
  for (int i = 0; i < 200; ++i)
    patch.push_back({{"op", "copy"}, {"from", ""}, {"path", "/" + std::to_string(i)}});
  CHECK_FALSE(kube::apply_json_patch(Json::parse(R"({"a":[1,2,3]})"), patch).has_value());
}

TEST_CASE("a patch cannot nest deeper than JSON may") {
  Json patch = Json::array();
  for (int i = 0; i < 1000; ++i) {
    patch.push_back({{"op", "add"}, {"path", "/new"}, {"value", Json::object()}});
    patch.push_back({{"op", "move"}, {"from", "/old"}, {"path", "/new/old"}});
    patch.push_back({{"op", "move"}, {"from", "/new"}, {"path", "/old"}});
  }
  CHECK_FALSE(kube::apply_json_patch(Json::parse(R"({"old":{}})"), patch).has_value());
}

TEST_CASE("too many operations and too many shifted elements are refused") {
  const Json test{{"op", "test"}, {"path", ""}, {"value", 1}};
  CHECK_FALSE(kube::apply_json_patch(1, Json(10'001, test)).has_value());
  CHECK(kube::apply_json_patch(1, Json(10, test)).has_value());
  const Json insert{{"op", "add"}, {"path", "/0"}, {"value", 1}};
  const kube::JsonPatchLimits few{.shifted = 1000};
  CHECK_FALSE(kube::apply_json_patch(Json(500, 1), Json(10, insert), few).has_value());
}

TEST_CASE("pointers are read and written with their escapes") {
  const auto tokens = kube::parse_pointer("/a~1b/m~0n//0");
  REQUIRE(tokens);
  CHECK(*tokens == kube::PointerTokens{"a/b", "m~n", "", "0"});
  CHECK(kube::format_pointer(*tokens) == "/a~1b/m~0n//0");
  CHECK_FALSE(kube::parse_pointer("a"));
  CHECK_FALSE(kube::parse_pointer("/~2"));
  CHECK_FALSE(kube::parse_pointer("/~"));
  CHECK(kube::parse_pointer("")->empty());
}
