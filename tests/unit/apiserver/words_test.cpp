// The small pure parts: names, ages, paths, tokens, Go's words for malformed JSON.
#include <catch2/catch.hpp>

#include "apiserver/continue_token.h"
#include "apiserver/go_json_error.h"
#include "apiserver/go_time.h"
#include "apiserver/human_age.h"
#include "apiserver/json_path.h"
#include "lib/base/encoding.h"
#include "lib/kube/names.h"
#include "tests/unit/apiserver/test_data.h"

namespace cw::apiserver {

using std::chrono::hours;
using std::chrono::seconds;

TEST_CASE("malformed JSON is told in Go's words") {
  for (const nlohmann::json& one : test_cases("go_json_errors.json")) {
    const auto text = one["text"].get<std::string>();
    INFO(text);
    CHECK(go_json_error(text).value_or("") == one.value("error", ""));
  }
}

TEST_CASE("deeply nested text does not exhaust the stack of whoever asks why") {
  CHECK(go_json_error(std::string(3'000'000, '[')) == "exceeded max depth");
}

TEST_CASE("names are judged by the rule of their kind") {
  CHECK(kube::subdomain_problems("a.b-c.d").empty());
  CHECK(kube::subdomain_problems(std::string(253, 'a')).empty());
  for (const char* bad : {"", "A", ".a", "a.", "a..b", "-a", "a-", "a_b", "a b"})
    CHECK_FALSE(kube::subdomain_problems(bad).empty());
  CHECK(kube::subdomain_problems(std::string(254, 'a')).front() == "must be no more than 253 characters");
  CHECK(kube::label_problems("a-1").empty());
  CHECK(kube::label_problems("a.b").front() == "must not contain dots");
  CHECK(kube::qualified_name_problems("example.com/My.Name_1").empty());
  CHECK(kube::qualified_name_problems("/a").front() == "prefix part must be non-empty");
  CHECK(kube::qualified_name_problems("a/").size() == 2);
  CHECK(kube::qualified_name_problems("a/b/c").size() == 1);
  CHECK(kube::label_value_problems("").empty());
  CHECK(kube::label_value_problems(std::string(64, 'a')).size() == 1);
  CHECK(kube::config_key_problems(".dockerconfigjson").empty());
  for (const char* bad : {"", ".", "..", "..a", "a/b", "a b"})
    CHECK_FALSE(kube::config_key_problems(bad).empty());
}

TEST_CASE("ages are told as kubectl tells them") {
  CHECK(human_duration(seconds(-5)) == "<invalid>");
  CHECK(human_duration(seconds(-1)) == "0s");
  CHECK(human_duration(seconds(119)) == "119s");
  CHECK(human_duration(seconds(120)) == "2m");
  CHECK(human_duration(seconds(200)) == "3m20s");
  CHECK(human_duration(seconds(600)) == "10m");
  CHECK(human_duration(hours(3)) == "3h");
  CHECK(human_duration(hours(3) + seconds(60)) == "3h1m");
  CHECK(human_duration(hours(49)) == "2d1h");
  CHECK(human_duration(hours(24 * 8)) == "8d");
  CHECK(human_duration(hours(24 * 800)) == "2y70d");
  CHECK(human_duration(hours(24 * 365 * 9)) == "9y");
  CHECK(human_age("", TimePoint{}) == "<unknown>");
}

TEST_CASE("times come into their one form") {
  CHECK(*canonical_time("2024-01-01T02:00:00+02:00", TimeForm::Seconds) == "2024-01-01T00:00:00Z");
  CHECK(*canonical_time("2024-01-01T02:00:00.500000+02:00", TimeForm::Microseconds) ==
        "2024-01-01T00:00:00.500000Z");
  // Six digits of a second, no more and no less.
  for (const char* text :
       {"2024-01-01T00:00:00Z", "2024-01-01T00:00:00.5Z", "2024-01-01T00:00:00.1234567Z"}) {
    CHECK_FALSE(canonical_time(text, TimeForm::Microseconds));
  }
  CHECK(
      canonical_time("yesterday", TimeForm::Microseconds).error().message ==
      R"(parsing time "yesterday" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "yesterday" as "2006")");
}

TEST_CASE("printer columns find their values") {
  const auto object =
      nlohmann::json::parse(R"({"a":{"b.c":1,"list":[{"type":"X","v":1},{"type":"Ready","v":2},5]}})");
  const auto find = [&](const char* path) {
    const auto parsed = JsonPath::parse(path);
    REQUIRE(parsed.has_value());
    nlohmann::json found = nlohmann::json::array();
    for (const auto* value : parsed->find(object)) found.push_back(*value);
    return found.dump();
  };
  CHECK(find(".a.b\\.c") == "[1]");
  CHECK(find(".a['b.c']") == "[1]");
  CHECK(find(".a.list[?(@.type == \"Ready\")].v") == "[2]");
  CHECK(find(".a.list[?(@.type=='X')].v") == "[1]");
  CHECK(find(".a.list[0].type") == "[\"X\"]");
  CHECK(find(".a.list[*].v") == "[1,2]");
  CHECK(find(".a.list[-2].v") == "[2]");
  CHECK(find(".a.list[7]") == "[]");
  CHECK(find(".a.list[-4]") == "[]");
  CHECK(find(".nothing.here") == "[]");
  for (const char* bad : {"a", ".a[", ".a[?(x)]", ".a[?(@.x==5)]"}) {
    CHECK_FALSE(JsonPath::parse(bad).has_value());
  }
}

TEST_CASE("continue tokens come back, and only ours") {
  const auto token = encode_continue({42, {"ns", "name"}});
  const auto from = decode_continue(token);
  REQUIRE(from.has_value());
  CHECK(from->revision == 42);
  CHECK(from->after == ObjectKey{"ns", "name"});
  for (const char* bad :
       {"garbage", "e30", "****", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoiYS9iIn0"}) {
    CHECK(decode_continue(bad).error().message.starts_with(
        "invalid continue token: continue key is not valid: "));
  }
}

}  // namespace cw::apiserver
