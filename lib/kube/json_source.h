// One view on a JSON value whatever parsed it, for decode.h: JsonTree reads nlohmann's tree, ParsedJson reads
// simdjson's document. Both are handles: copying is free, nothing is owned. For .cpp files only.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string_view>

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "lib/kube/json.h"

namespace cw::kube {

// Integer: fits an int64. Number: any other number. Other: no JSON (a discarded or binary tree node).
enum class JsonType : std::uint8_t { Null, Bool, Integer, Number, String, Array, Object, Other };

// for_each_* stop and answer false as soon as the callback does.
template <typename J>
concept JsonSource = requires(const J& json) {
  { json.type() } -> std::same_as<JsonType>;
  { json.boolean() } -> std::same_as<bool>;
  { json.integer() } -> std::same_as<std::int64_t>;
  { json.number() } -> std::same_as<Json>;
  { json.string() } -> std::convertible_to<std::string_view>;
  {
    json.for_each_item([](const J&) { return true; })
  } -> std::same_as<bool>;
  {
    json.for_each_member([](std::string_view, const J&) { return true; })
  } -> std::same_as<bool>;
};

class JsonTree {
 public:
  explicit JsonTree(const Json& json) : json_(&json) {}

  JsonType type() const {
    switch (json_->type()) {
      case Json::value_t::null:
        return JsonType::Null;
      case Json::value_t::boolean:
        return JsonType::Bool;
      case Json::value_t::number_integer:
        return JsonType::Integer;
      case Json::value_t::number_unsigned:
        return fits() ? JsonType::Integer : JsonType::Number;
      case Json::value_t::number_float:
        return JsonType::Number;
      case Json::value_t::string:
        return JsonType::String;
      case Json::value_t::array:
        return JsonType::Array;
      case Json::value_t::object:
        return JsonType::Object;
      default:
        return JsonType::Other;
    }
  }
  bool boolean() const { return json_->get<bool>(); }
  std::int64_t integer() const { return json_->get<std::int64_t>(); }
  Json number() const { return *json_; }
  std::string_view string() const { return json_->get_ref<const std::string&>(); }

  template <typename F>
  bool for_each_item(F&& on_item) const {
    for (const Json& item : json_->get_ref<const Json::array_t&>()) {
      if (!on_item(JsonTree(item))) return false;
    }
    return true;
  }
  template <typename F>
  bool for_each_member(F&& on_member) const {
    for (const auto& [name, value] : json_->get_ref<const Json::object_t&>()) {
      if (!on_member(std::string_view(name), JsonTree(value))) return false;
    }
    return true;
  }

 private:
  bool fits() const {
    return json_->get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  }

  const Json* json_;
};

// Members come in the order of the text, duplicates included.
class ParsedJson {
 public:
  explicit ParsedJson(simdjson::dom::element element) : element_(element) {}

  JsonType type() const {
    switch (element_.type()) {
      case simdjson::dom::element_type::NULL_VALUE:
        return JsonType::Null;
      case simdjson::dom::element_type::BOOL:
        return JsonType::Bool;
      case simdjson::dom::element_type::INT64:
        return JsonType::Integer;
      case simdjson::dom::element_type::STRING:
        return JsonType::String;
      case simdjson::dom::element_type::ARRAY:
        return JsonType::Array;
      case simdjson::dom::element_type::OBJECT:
        return JsonType::Object;
      default:  // UINT64 holds only what INT64 does not
        return JsonType::Number;
    }
  }
  // value_unsafe: the caller has looked at type().
  bool boolean() const { return element_.get_bool().value_unsafe(); }
  std::int64_t integer() const { return element_.get_int64().value_unsafe(); }
  Json number() const {
    if (element_.is_uint64()) return element_.get_uint64().value_unsafe();
    return element_.is_double() ? Json(element_.get_double().value_unsafe()) : Json(integer());
  }
  std::string_view string() const { return element_.get_string().value_unsafe(); }

  template <typename F>
  bool for_each_item(F&& on_item) const {
    const simdjson::dom::array items = element_.get_array().value_unsafe();
    for (const simdjson::dom::element item : items) {
      if (!on_item(ParsedJson(item))) return false;
    }
    return true;
  }
  template <typename F>
  bool for_each_member(F&& on_member) const {
    const simdjson::dom::object members = element_.get_object().value_unsafe();
    for (const simdjson::dom::key_value_pair member : members) {
      if (!on_member(member.key, ParsedJson(member.value))) return false;
    }
    return true;
  }

 private:
  simdjson::dom::element element_;
};

static_assert(JsonSource<JsonTree> && JsonSource<ParsedJson>);

}  // namespace cw::kube
