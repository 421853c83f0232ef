// What holds for every field of every kind: the objects come from filled.h, the changes are made to their
// JSON.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/api/filled.h"
#include "tests/unit/api/kinds.h"

namespace cw::api {
namespace {

using kube::Json;
using test::decode_parsed;
using test::filled;
using test::Kind;

struct Place {
  Json::json_pointer pointer;
  std::string path;  // as messages name it
};

// Where the schema, not the decoder, says what is inside.
bool is_opaque(const std::string& path) {
  return path.ends_with(".config") || path.find(".resources.") != std::string::npos;
}

bool is_map(const Json& json) { return json.contains("k1"); }

void collect(const Json& json, const Place& at, std::vector<Place>& places) {
  if (!at.path.empty()) places.push_back(at);
  if (is_opaque(at.path)) return;
  if (json.is_array()) {
    for (std::size_t i = 0; i < json.size(); ++i) {
      collect(json[i], {at.pointer / i, at.path + "[" + std::to_string(i) + "]"}, places);
    }
  }
  if (!json.is_object()) return;
  for (const auto& [name, value] : json.items()) {
    const std::string step = is_map(json) ? "[" + name + "]" : (at.path.empty() ? "" : ".") + name;
    collect(value, {at.pointer / name, at.path + step}, places);
  }
}

std::vector<Place> all_places(const Json& object) {
  std::vector<Place> places;
  collect(object, Place{Json::json_pointer(), ""}, places);
  return places;
}

template <typename T>
Json full_json() {
  return encode(filled<T>());
}

template <typename T>
void check_refused(const Json& object, const std::string& path) {
  for (const auto& result : {Kind<T>::decode(object), decode_parsed<T>(object.dump())}) {
    INFO(path);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Code::Invalid);
    CHECK(result.error().message.rfind(path + ": must be ", 0) == 0);
  }
}

TEMPLATE_TEST_CASE("an object with every field set survives encode and decode", "", CW_ALL_KINDS) {
  const auto object = filled<TestType>();
  const Json json = encode(object);
  CHECK(json["kind"] == Kind<TestType>::kResource.kind);
  CHECK(json["apiVersion"] == kube::api_version(Kind<TestType>::kResource));
  const auto from_tree = Kind<TestType>::decode(json);
  REQUIRE(from_tree);
  CHECK(*from_tree == object);
  const auto from_text = decode_parsed<TestType>(json.dump());
  REQUIRE(from_text);
  CHECK(*from_text == object);
}

TEMPLATE_TEST_CASE("an empty object is decoded to the zero value", "", CW_ALL_KINDS) {
  const auto object = Kind<TestType>::decode(Json::object());
  REQUIRE(object);
  CHECK(*object == TestType{});
}

TEMPLATE_TEST_CASE("a wrong JSON type at any field is refused and named", "", CW_ALL_KINDS) {
  const Json full = full_json<TestType>();
  for (const Place& place : all_places(full)) {
    const Json& value = full[place.pointer];
    if (is_opaque(place.path) && !value.is_object()) continue;
    if (place.path.ends_with(".config")) continue;
    Json changed = full;
    changed[place.pointer] = value.is_number() || value.is_boolean() ? Json("wrong") : Json(7);
    check_refused<TestType>(changed, place.path);
    changed[place.pointer] = value.is_array() ? Json::object() : Json::array();
    check_refused<TestType>(changed, place.path);
  }
}

TEMPLATE_TEST_CASE("null at any field is as if it were not there", "", CW_ALL_KINDS) {
  const Json full = full_json<TestType>();
  for (const Place& place : all_places(full)) {
    const Json& parent = full[place.pointer.parent_pointer()];
    if (!parent.is_object() || is_map(parent)) continue;
    INFO(place.path);
    Json with_null = full;
    with_null[place.pointer] = nullptr;
    Json without = full;
    without[place.pointer.parent_pointer()].erase(place.pointer.back());
    const auto expected = Kind<TestType>::decode(without);
    REQUIRE(expected);
    const auto from_tree = Kind<TestType>::decode(with_null);
    REQUIRE(from_tree);
    CHECK(*from_tree == *expected);
    const auto from_text = decode_parsed<TestType>(with_null.dump());
    REQUIRE(from_text);
    CHECK(*from_text == *expected);
  }
}

TEMPLATE_TEST_CASE("an empty list differs from an absent one at every field", "", CW_ALL_KINDS) {
  const Json full = full_json<TestType>();
  for (const Place& place : all_places(full)) {
    const Json& value = full[place.pointer];
    if (!value.is_array() && !(value.is_object() && is_map(value))) continue;
    const Json& parent = full[place.pointer.parent_pointer()];
    if (!parent.is_object() || is_opaque(place.path)) continue;
    INFO(place.path);
    Json empty = full;
    empty[place.pointer] = value.is_array() ? Json::array() : Json::object();
    Json absent = full;
    absent[place.pointer] = nullptr;
    const auto of_empty = Kind<TestType>::decode(empty);
    const auto of_absent = Kind<TestType>::decode(absent);
    REQUIRE(of_empty);
    REQUIRE(of_absent);
    CHECK_FALSE(*of_empty == *of_absent);
    CHECK(*decode_parsed<TestType>(empty.dump()) == *of_empty);
  }
}

TEMPLATE_TEST_CASE("unknown members are ignored in every object", "", CW_ALL_KINDS) {
  const Json full = full_json<TestType>();
  for (const Place& place : all_places(full)) {
    const Json& value = full[place.pointer];
    if (!value.is_object() || is_map(value) || is_opaque(place.path)) continue;
    INFO(place.path);
    Json changed = full;
    changed[place.pointer]["unknownMember"] = Json::parse(R"([{"a": [[1]]}])");
    const auto object = Kind<TestType>::decode(changed);
    REQUIRE(object);
    CHECK(*object == filled<TestType>());
  }
}

TEMPLATE_TEST_CASE("hostile text is refused, never a crash", "", CW_ALL_KINDS) {
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  for (const std::string& text :
       {std::string("null"), std::string("[]"), std::string("1"), std::string(R"({"spec":[]})"),
        std::string(R"({"kind":{}})"), R"({"unknown":)" + deep + "}"}) {
    INFO(text.substr(0, 40));
    CHECK_FALSE(decode_parsed<TestType>(text));
  }
}

}  // namespace
}  // namespace cw::api
