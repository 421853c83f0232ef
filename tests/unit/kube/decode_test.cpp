#include <catch2/catch.hpp>

#include "lib/kube/encode.h"
#include "tests/unit/kube/json_decode.h"

namespace cw::kube {

struct Part {
  std::string name;
  std::int32_t count = 0;
  bool operator==(const Part&) const = default;
};

template <FieldsOf<Part> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(always("name"), s.name);
  visit("count", s.count);
}

struct Whole {
  std::string text;
  bool flag = false;
  std::optional<bool> maybe;
  std::int64_t big = 0;
  std::optional<std::int32_t> small;
  std::optional<Duration> duration;
  std::optional<TimePoint> time;
  Bytes bytes;
  RawJson raw;
  List<std::string> list;
  List<Part> parts;
  Map map;
  MapOf<List<std::string>> extra;
  MapOf<Quantity> limits;
  Part part;
  std::optional<Part> pointer;
  bool operator==(const Whole&) const = default;
};

template <FieldsOf<Whole> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("text", s.text);
  visit("flag", s.flag);
  visit("maybe", s.maybe);
  visit("big", s.big);
  visit("small", s.small);
  visit("duration", s.duration);
  visit("time", s.time);
  visit("bytes", s.bytes);
  visit("raw", s.raw);
  visit("list", s.list);
  visit("parts", s.parts);
  visit("map", s.map);
  visit("extra", s.extra);
  visit("limits", s.limits);
  visit("part", s.part);
  visit("pointer", s.pointer);
}

namespace {
using test::each_source;
using test::Via;
Result<Whole> decoded(const std::string& text) { return test::decode_text<Whole>(each_source(), text); }

Whole must_decode(const std::string& text) {
  INFO(text);
  auto result = decoded(text);
  if (!result) FAIL(result.error().message);
  return *result;
}

TEST_CASE("every type of field is read") {
  const Whole whole = must_decode(R"({
    "text": "t\u00e9", "flag": true, "maybe": false, "big": -9223372036854775808, "small": 2147483647,
    "duration": "1h30m", "time": "2026-01-02T03:04:05Z", "bytes": "aGk=", "raw": {"b": [1, 2.5, null], "a": "x"},
    "list": ["a", "b"], "parts": [{"name": "p", "count": 1}], "map": {"k": "v"}, "extra": {"k": ["v"]},
    "limits": {"cpu": "500m", "memory": 1024, "x": 0.5}, "part": {"name": "q"}, "pointer": {}})");
  Whole expected;
  expected.text = "t\u00e9";
  expected.flag = true;
  expected.maybe = false;
  expected.big = std::numeric_limits<std::int64_t>::min();
  expected.small = std::numeric_limits<std::int32_t>::max();
  expected.duration = std::chrono::minutes(90);
  expected.time = TimePoint(std::chrono::seconds(1767323045));
  expected.bytes = Bytes("hi");
  expected.raw.text = R"({"a":"x","b":[1,2.5,null]})";
  expected.list = {"a", "b"};
  expected.parts = {{"p", 1}};
  expected.map = {{"k", "v"}};
  expected.extra = {{"k", {"v"}}};
  expected.limits = {{"cpu", {"500m"}}, {"memory", {"1024"}}, {"x", {"0.5"}}};
  expected.part.name = "q";
  expected.pointer.emplace();
  CHECK(whole == expected);
}

TEST_CASE("null is absent, for every type of field") {
  const Whole whole = must_decode(R"({
    "text": null, "flag": null, "maybe": null, "big": null, "small": null, "duration": null, "time": null,
    "bytes": null, "raw": null, "list": null, "parts": null, "map": null, "extra": null, "limits": null,
    "part": null, "pointer": null})");
  CHECK(whole == Whole{});
}

TEST_CASE("null inside a list or a map is the zero value") {
  const Whole whole =
      must_decode(R"({"list": ["a", null], "parts": [null], "map": {"k": null}, "extra": {"k": null},
                                      "limits": {"cpu": null}})");
  CHECK(whole.list == List<std::string>{"a", ""});
  CHECK(whole.parts == List<Part>{Part{}});
  CHECK(whole.map == Map{{"k", ""}});
  CHECK(whole.extra == MapOf<List<std::string>>{{"k", {}}});
  CHECK(whole.limits.get("cpu").text == "0");
}

TEST_CASE("empty is not absent") {
  const Whole whole = must_decode(R"({"list": [], "parts": [], "map": {}, "bytes": "", "pointer": {}})");
  CHECK(whole.list.present());
  CHECK(whole.parts.present());
  CHECK(whole.map.present());
  CHECK(whole.bytes.present());
  CHECK(whole.pointer.has_value());
  CHECK_FALSE(whole.extra.present());
}

TEST_CASE("names are case-sensitive and unknown members are ignored, whatever is in them") {
  const Whole whole =
      must_decode(R"({"Text": 7, "TEXT": [], "text ": 1, "tex": 1, "": 1, "unknown": {"deep": [[[]]]}})");
  CHECK(whole == Whole{});
}

TEST_CASE("the last of duplicate members wins and nothing of the others stays") {
  CHECK(must_decode(R"({"text": "a", "text": "b"})").text == "b");
  CHECK(must_decode(R"({"text": "a", "text": null})").text.empty());
  CHECK(must_decode(R"({"part": {"name": "a", "count": 1}, "part": {"name": "b"}})").part == Part{"b", 0});
  CHECK(must_decode(R"({"part": {"name": "a"}, "part": null})").part == Part{});
  CHECK_FALSE(must_decode(R"({"pointer": {"name": "a"}, "pointer": null})").pointer.has_value());
  CHECK(must_decode(R"({"list": ["a", "b"], "list": ["c"]})").list == List<std::string>{"c"});
  CHECK(must_decode(R"({"list": ["a"], "list": null})").list == List<std::string>{});
  CHECK(must_decode(R"({"map": {"a": "1", "b": "2"}, "map": {"c": "3"}})").map == Map{{"c", "3"}});
  CHECK(must_decode(R"({"map": {"a": "1", "b": "2", "a": "3"}})").map == Map{{"a", "3"}, {"b", "2"}});
  CHECK(must_decode(R"({"raw": {"a": {"x": 1}, "a": {"y": 2}}})").raw.text == R"({"a":{"y":2}})");
}

struct Refusal {
  const char* text;
  const char* path;
};

TEST_CASE("what Go's decoder refuses is Invalid and names the path") {
  const auto refusal = GENERATE(values<Refusal>({
      {R"(7)", ""},
      {R"([])", ""},
      {R"("x")", ""},
      {R"({"text": 7})", "text"},
      {R"({"text": true})", "text"},
      {R"({"text": []})", "text"},
      {R"({"text": {}})", "text"},
      {R"({"flag": "true"})", "flag"},
      {R"({"flag": 1})", "flag"},
      {R"({"maybe": 0})", "maybe"},
      {R"({"big": "1"})", "big"},
      {R"({"big": 1.5})", "big"},
      {R"({"big": 1.0})", "big"},
      {R"({"big": 1e3})", "big"},
      {R"({"big": 9223372036854775808})", "big"},
      {R"({"big": true})", "big"},
      {R"({"small": 2147483648})", "small"},
      {R"({"small": -2147483649})", "small"},
      {R"({"small": 9223372036854775807})", "small"},
      {R"({"duration": 3600})", "duration"},
      {R"({"duration": "1 hour"})", "duration"},
      {R"({"duration": ""})", "duration"},
      {R"({"duration": "90d"})", "duration"},
      {R"({"time": "yesterday"})", "time"},
      {R"({"time": ""})", "time"},
      {R"({"time": 1767323045})", "time"},
      {R"({"bytes": "aGk"})", "bytes"},
      {R"({"bytes": "a_k="})", "bytes"},
      {R"({"bytes": "@@@@"})", "bytes"},
      {R"({"bytes": [104, 105]})", "bytes"},
      {R"({"list": "a"})", "list"},
      {R"({"list": {}})", "list"},
      {R"({"list": ["a", 1]})", "list[1]"},
      {R"({"list": [["a"]]})", "list[0]"},
      {R"({"parts": [{}, {"name": "a", "count": "b"}]})", "parts[1].count"},
      {R"({"parts": ["a"]})", "parts[0]"},
      {R"({"map": []})", "map"},
      {R"({"map": {"k": 1}})", "map[k]"},
      {R"({"extra": {"k": "v"}})", "extra[k]"},
      {R"({"extra": {"k": ["v", 1]}})", "extra[k][1]"},
      {R"({"limits": {"cpu": "lots"}})", "limits[cpu]"},
      {R"({"limits": {"cpu": ""}})", "limits[cpu]"},
      {R"({"limits": {"cpu": true}})", "limits[cpu]"},
      {R"({"part": []})", "part"},
      {R"({"part": {"name": {}}})", "part.name"},
      {R"({"pointer": "x"})", "pointer"},
      {R"({"pointer": {"count": 2147483648}})", "pointer.count"},
  }));
  INFO(refusal.text);
  const auto result = decoded(refusal.text);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::Invalid);
  const std::string path = refusal.path;
  const std::string& message = result.error().message;
  CHECK(message.substr(0, path.empty() ? 0 : path.size() + 2) == (path.empty() ? "" : path + ": "));
  CHECK(message.find("must be") != std::string::npos);
}

TEST_CASE("a wrong type says what it must be and what it is") {
  const auto result = decoded(R"({"part": {"name": 7}})");
  REQUIRE_FALSE(result);
  CHECK(result.error().message == "part.name: must be a string, but is an integer");
}

TEST_CASE("a message shows no more than the start of a long map key") {
  const auto result = decoded(R"({"map": {")" + std::string(100000, 'k') + R"(": 1}})");
  REQUIRE_FALSE(result);
  CHECK(result.error().message.size() < 300);
}

TEST_CASE("line breaks in base64 are skipped and zero has no sign") {
  CHECK(must_decode(R"({"bytes": "aG\nk=\r\n"})").bytes.text() == "hi");
  CHECK(must_decode(R"({"big": -0})").big == 0);
}

TEST_CASE("a quantity may be padded with spaces") {
  CHECK(must_decode(R"({"limits": {"cpu": " 1Gi "}})").limits.get("cpu").text == "1Gi");
}

TEST_CASE("raw JSON is kept to a limited depth") {
  const auto nested = [](int depth) {
    return R"({"raw": )" + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + "}";
  };
  CHECK(decoded(nested(100)));
  CHECK_FALSE(decoded(nested(kMaxJsonDepth + 2)));
}

TEST_CASE("depth is bounded also in a parsed document that was let through by its parser") {
  simdjson::dom::parser parser;
  REQUIRE(parser.allocate(20000, 10000) == simdjson::SUCCESS);
  const std::string text = R"({"raw": )" + std::string(5000, '[') + std::string(5000, ']') + "}";
  simdjson::dom::element element;
  REQUIRE(parser.parse(text).get(element) == simdjson::SUCCESS);
  const auto result = decode<Whole>(element);
  REQUIRE_FALSE(result);
  CHECK(result.error().message.rfind("raw: ", 0) == 0);
}

TEST_CASE("raw JSON is the same text whatever parsed it") {
  CHECK(must_decode(R"({"raw": {"z": 18446744073709551615, "y": 1e2, "x": "\u2028<", "w": [true, false]}})")
            .raw.text == "{\"w\":[true,false],\"x\":\"\u2028<\",\"y\":100.0,\"z\":18446744073709551615}");
  CHECK(must_decode(R"({"raw": "s"})").raw.text == "\"s\"");
  CHECK(must_decode(R"({"raw": 0})").raw.text == "0");
}

TEST_CASE("a tree node that is no JSON is refused") {
  const auto result = decode<Whole>(Json{{"text", Json::binary({1, 2})}});
  REQUIRE_FALSE(result);
  CHECK(result.error().message == "text: must be a string, but is not JSON");
}

TEST_CASE("a whole object must be an object with well-typed apiVersion and kind") {
  CHECK(decode_object<Whole>(Json{{"apiVersion", "v1"}, {"kind", "Whole"}}));
  CHECK(decode_object<Whole>(Json::object()));
  for (const Json& bad :
       {Json(nullptr), Json(1), Json::array(), Json{{"kind", 1}}, Json{{"apiVersion", Json::array()}}}) {
    INFO(bad.dump());
    const auto result = decode_object<Whole>(bad);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Code::Invalid);
  }
}

TEST_CASE("encoding leaves out what Go's omitempty leaves out") {
  Whole whole;
  CHECK(to_json(whole) == Json{{"part", {{"name", ""}}}});
  whole.list = List<std::string>(std::vector<std::string>{});
  whole.map = Map(std::vector<Map::Entry>{});
  whole.bytes = Bytes("");
  whole.pointer.emplace();
  whole.maybe = false;
  whole.duration = Duration::zero();
  CHECK(to_json(whole) ==
        Json::parse(R"({"part": {"name": ""}, "pointer": {"name": ""}, "maybe": false, "duration": "0s"})"));
}

TEST_CASE("what was decoded is encoded again as it was") {
  const std::string text = R"({
    "text": "t", "flag": true, "maybe": false, "big": 5, "small": 1, "duration": "1h30m0s",
    "time": "2026-01-02T03:04:05Z", "bytes": "aGk=", "raw": {"a": [1, null]}, "list": ["a"],
    "parts": [{"name": "p", "count": 1}], "map": {"k": "v"}, "extra": {"k": ["v"]}, "limits": {"cpu": "500m"},
    "part": {"name": "q"}, "pointer": {"name": "r"}})";
  CHECK(to_json(must_decode(text)) == Json::parse(text));
}

}  // namespace
}  // namespace cw::kube
