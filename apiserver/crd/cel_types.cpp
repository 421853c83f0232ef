#include "apiserver/crd/cel_types.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "apiserver/crd/cel_functions.h"
#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

using schemas::RuleScope;

constexpr int kMaxDepth = 100;

constexpr std::array<std::string_view, 20> kReserved{
    "true",     "false", "null",   "in",  "as",   "break",   "const",     "continue", "else", "for",
    "function", "if",    "import", "let", "loop", "package", "namespace", "return",   "var",  "while"};

CelShapePtr scalar(cel::Kind kind, CelShape::Form form = CelShape::Form::Plain) {
  auto shape = std::make_shared<CelShape>();
  shape->type.kind = kind;
  shape->form = form;
  return shape;
}

CelShapePtr text_shape(const std::string& format) {
  if (format == "byte") return scalar(cel::Kind::Bytes, CelShape::Form::Bytes);
  if (format == "duration") return scalar(cel::Kind::Duration, CelShape::Form::Duration);
  if (format == "date" || format == "date-time") {
    return scalar(cel::Kind::Timestamp, CelShape::Form::Timestamp);
  }
  return scalar(cel::Kind::String);
}

RuleScope scope_of(const Json& openapi) {
  return true_member(openapi, "x-kubernetes-embedded-resource") ? RuleScope::Resource : RuleScope::Value;
}

std::optional<cel::ListKeys> keys_of(const Json& list) {
  const std::string type = text_member(list, "x-kubernetes-list-type");
  if (type != "set" && type != "map") return std::nullopt;
  cel::ListKeys keys;
  for (const Json& name : array_member(list, "x-kubernetes-list-map-keys")) {
    if (!name.is_string()) continue;
    const auto& text = name.get_ref<const std::string&>();
    keys.members.push_back(cel::Value::of(escaped_member(text).value_or(text)));
  }
  return keys;
}

// A resource has these, whatever its schema says.
Json with_metadata(Json openapi) {
  const Json text{{"type", "string"}};
  Json& properties = make_object(openapi, "properties");
  properties["apiVersion"] = text;
  properties["kind"] = text;
  properties["metadata"] = {{"type", "object"}, {"properties", {{"name", text}, {"generateName", text}}}};
  openapi["type"] = "object";
  return openapi;
}

}  // namespace

std::optional<std::string> escaped_member(std::string_view name) {
  const auto is_start = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_part = [&](char c) {
    return is_start(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '/' || c == '$';
  };
  if (name.empty() || !(is_start(name[0]) || is_part(name[0])) || (name[0] >= '0' && name[0] <= '9') ||
      !std::all_of(name.begin(), name.end(), is_part)) {
    return std::nullopt;
  }
  if (std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end()) {
    return "__" + std::string(name) + "__";
  }
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name.substr(i).starts_with("__")) {
      out += "__underscores__";
      ++i;
    } else if (name[i] == '.') {
      out += "__dot__";
    } else if (name[i] == '-') {
      out += "__dash__";
    } else if (name[i] == '/') {
      out += "__slash__";
    } else if (name[i] == '$') {
      out += "__dollar__";
    } else {
      out += name[i];
    }
  }
  return out;
}

CelTypes::CelTypes(const Json& openapi, RuleScope scope) {
  self_ = shape_of(openapi, scope, 0);
  if (self_) make_environments();
}

CelShapePtr CelTypes::shape_of(const Json& openapi, RuleScope scope, int depth) {
  if (!openapi.is_object() || depth > kMaxDepth) return nullptr;
  if (true_member(openapi, "x-kubernetes-int-or-string"))
    return scalar(cel::Kind::Dyn, CelShape::Form::Dynamic);
  if (scope == RuleScope::Resource) return object_of(with_metadata(openapi), scope, depth);
  const std::string type = text_member(openapi, "type");
  if (type == "object") return object_of(openapi, scope, depth);
  if (type == "array") {
    const Json& items = object_member(openapi, "items");
    CelShapePtr of = shape_of(items, scope_of(items), depth + 1);
    if (!of) return nullptr;
    auto shape = std::make_shared<CelShape>();
    shape->type = {cel::Kind::List, {of->type}};
    shape->form = CelShape::Form::List;
    shape->of = std::move(of);
    shape->keys = keys_of(openapi);
    return shape;
  }
  if (type == "string") return text_shape(text_member(openapi, "format"));
  if (type == "boolean") return scalar(cel::Kind::Bool);
  if (type == "integer") return scalar(cel::Kind::Int);
  if (type == "number") return scalar(cel::Kind::Double, CelShape::Form::Double);
  return nullptr;
}

CelShapePtr CelTypes::object_of(const Json& openapi, RuleScope scope, int depth) {
  auto shape = std::make_shared<CelShape>();
  const Json* values = find_member(openapi, "additionalProperties");
  if (values != nullptr && values->is_object() && scope == RuleScope::Value) {
    CelShapePtr of = shape_of(*values, scope_of(*values), depth + 1);
    if (!of) return nullptr;
    shape->type = {cel::Kind::Map, {{cel::Kind::String}, of->type}};
    shape->form = CelShape::Form::Map;
    shape->of = std::move(of);
    return shape;
  }
  const bool is_root = depth == 0 && scope == RuleScope::Resource && scope_of(openapi) == RuleScope::Value;
  cel::ObjectType type{keep("object" + std::to_string(texts_.size())), {}};
  for (const auto& [name, property] : object_member(openapi, "properties").items()) {
    const std::optional<std::string> member = escaped_member(name);
    CelShapePtr of = member ? shape_of(property, scope_of(property), depth + 1) : nullptr;
    if (!of) continue;
    if (is_root && name == "metadata") {
      auto metadata = std::make_shared<CelShape>(*of);
      metadata->is_root_metadata = true;
      of = std::move(metadata);
    }
    type.fields.push_back({keep(*member), of->type});
    shape->members.emplace(name, CelShape::Member{*member, std::move(of)});
  }
  shape->type = {cel::Kind::Object, {}, type.name};
  shape->form = CelShape::Form::Object;
  objects_.push_back(std::move(type));
  return shape;
}

void CelTypes::make_environments() {
  plain_.objects = objects_;
  plain_.variables = {{"self", self_->type}, {"oldSelf", self_->type}};
  make_kubernetes(plain_);
  optional_ = plain_;
  optional_.variables[kOldSelf].type = {cel::Kind::Optional, {self_->type}};
}

}  // namespace cw::apiserver
