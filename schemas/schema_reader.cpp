#include "schemas/schema_reader.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "schemas/schema_values.h"

namespace cw::schemas {
namespace {

constexpr std::string_view kForbidden[] = {
    "$schema", "id", "definitions", "dependencies", "additionalItems", "patternProperties"};

constexpr std::pair<std::string_view, Type> kTypes[] = {{"object", Type::Object}, {"array", Type::Array},
                                                        {"string", Type::String}, {"integer", Type::Integer},
                                                        {"number", Type::Number}, {"boolean", Type::Boolean}};

bool flag(const Json& openapi, const char* name) {
  const auto found = openapi.find(name);
  return found != openapi.end() && found->is_boolean() && found->get<bool>();
}

// {"$ref": …} with nothing beside it that changes what is valid.
bool only_described(const Json& openapi) {
  for (const auto& [key, value] : openapi.items()) {
    if (key != "$ref" && key != "description") return false;
  }
  return true;
}

void note_inside(Schema& schema, const SchemaPtr& child) {
  if (!child) return;
  schema.has_rules_inside |= child->has_rules_inside;
  schema.has_embedded_inside |= child->has_embedded_inside;
}

void note_inside(Schema& schema) {
  schema.has_rules_inside = !schema.rules.empty();
  schema.has_embedded_inside = schema.embedded_resource;
  note_inside(schema, schema.items);
  note_inside(schema, schema.additional_properties);
  for (const auto& [name, child] : schema.properties) note_inside(schema, child);
}

std::optional<ListType> find_list_type(std::string_view text) {
  if (text == "atomic") return ListType::Atomic;
  if (text == "set") return ListType::Set;
  if (text == "map") return ListType::Map;
  return std::nullopt;
}

}  // namespace

// Where in the schema, for messages, and how deep.
struct SchemaReader::Place {
  std::string path;
  std::string file;
  int depth = 0;

  Place child(std::string_view step) const { return {path + "." + std::string(step), file, depth + 1}; }
  Error invalid(std::string_view message) const {
    return {Code::Invalid, "schema" + path + ": " + std::string(message)};
  }
};

Result<SchemaPtr> SchemaReader::read(const Json& openapi, std::string_view file) {
  return node(openapi, {.path = {}, .file = std::string(file)}, Part::Structure);
}

Result<SchemaPtr> SchemaReader::node(const Json& openapi, const Place& at, Part part) {
  if (at.depth > kMaxDepth) return at.invalid("nested too deeply");
  if (++nodes_ > kMaxNodes) return at.invalid("too large");
  if (!openapi.is_object()) return at.invalid("must be an object");
  if (openapi.contains("$ref")) return referred(openapi, at, part);
  const auto forbidden = std::find_if(std::begin(kForbidden), std::end(kForbidden),
                                      [&openapi](std::string_view name) { return openapi.contains(name); });
  if (forbidden != std::end(kForbidden)) return at.invalid(std::string(*forbidden) + " must not be used");
  auto schema = std::make_shared<Schema>();
  TRY(structure(openapi, at, part, *schema));
  TRY(members(openapi, at, part, *schema));
  TRY(junctors(openapi, at, *schema));
  auto values = read_values(openapi, *schema);
  if (!values) return at.invalid(values.error().message);
  TRY(rules(openapi, at, *schema));
  note_inside(*schema);
  return SchemaPtr(std::move(schema));
}

Result<SchemaPtr> SchemaReader::referred(const Json& openapi, const Place& at, Part part) {
  const Json& reference = openapi["$ref"];
  if (!reference.is_string()) return at.invalid("$ref must be a string");
  const References::Target target = references_.find(reference.get_ref<const std::string&>(), at.file);
  if (target.schema == nullptr || !target.schema->is_object()) return at.invalid("$ref must not be used");
  Place there = at.child("$ref");
  there.file = target.file;
  if (only_described(openapi)) {
    const auto known = referred_.find(target.schema);
    if (known != referred_.end()) return known->second;
    const SchemaPtr schema = TRY(node(*target.schema, there, part));
    referred_.emplace(target.schema, schema);
    return schema;
  }
  Json merged = *target.schema;
  for (const auto& [key, value] : openapi.items()) {
    if (key != "$ref") merged[key] = value;
  }
  return node(merged, there, part);
}

Status SchemaReader::structure(const Json& openapi, const Place& at, Part part, Schema& to) {
  to.nullable = flag(openapi, "nullable");
  to.int_or_string = flag(openapi, "x-kubernetes-int-or-string");
  to.preserve_unknown_fields = flag(openapi, "x-kubernetes-preserve-unknown-fields");
  to.embedded_resource = flag(openapi, "x-kubernetes-embedded-resource");
  TRY(type(openapi, at, part, to));
  TRY(list_type(openapi, at, to));
  if (const auto value = openapi.find("default"); value != openapi.end() && !value->is_null()) {
    to.default_value = std::make_shared<const Json>(*value);
  }
  return Done{};
}

Status SchemaReader::type(const Json& openapi, const Place& at, Part part, Schema& to) {
  if (const auto stated = openapi.find("type"); stated != openapi.end()) {
    for (const auto& [name, known] : kTypes) {
      if (*stated == name) to.type = known;
    }
    if (to.type == Type::Unstated) return at.invalid("unknown type");
  }
  const bool may_lack_type = part == Part::Values || to.int_or_string || to.preserve_unknown_fields;
  if (to.type == Type::Unstated && !may_lack_type) return at.invalid("type must be set");
  if (to.embedded_resource && to.type != Type::Object) return at.invalid("an embedded resource is an object");
  return Done{};
}

Status SchemaReader::list_type(const Json& openapi, const Place& at, Schema& to) {
  if (const auto stated = openapi.find("x-kubernetes-map-type"); stated != openapi.end()) {
    to.atomic_map = *stated == "atomic";
  }
  if (const auto stated = openapi.find("x-kubernetes-list-type"); stated != openapi.end()) {
    const auto known =
        stated->is_string() ? find_list_type(stated->get_ref<const std::string&>()) : std::nullopt;
    if (!known) return at.invalid("unknown x-kubernetes-list-type");
    to.list_type = *known;
  }
  auto keys = read_strings(openapi, "x-kubernetes-list-map-keys");
  if (!keys) return at.invalid(keys.error().message);
  to.list_map_keys = std::move(keys).value();
  if (to.list_type == ListType::Map && to.list_map_keys.empty()) return at.invalid("a list map needs keys");
  return Done{};
}

Status SchemaReader::members(const Json& openapi, const Place& at, Part part, Schema& to) {
  if (const auto found = openapi.find("properties"); found != openapi.end()) {
    if (!found->is_object()) return at.invalid("properties must be an object");
    for (const auto& [name, member] : found->items()) {
      to.properties.emplace(name, TRY(node(member, at.child("properties[" + name + "]"), part)));
    }
  }
  if (const auto found = openapi.find("items"); found != openapi.end()) {
    to.items = TRY(node(*found, at.child("items"), part));
  } else if (to.type == Type::Array && part == Part::Structure) {
    return at.invalid("items must be set");
  }
  if (const auto found = openapi.find("additionalProperties"); found != openapi.end()) {
    if (*found == false) return at.invalid("additionalProperties must not be false");
    if (!to.properties.empty()) return at.invalid("properties and additionalProperties exclude each other");
    to.has_additional_properties = true;
    if (*found != true) to.additional_properties = TRY(node(*found, at.child("additionalProperties"), part));
  }
  return Done{};
}

Status SchemaReader::junctors(const Json& openapi, const Place& at, Schema& to) {
  const std::pair<const char*, std::vector<SchemaPtr>*> lists[] = {
      {"allOf", &to.all_of}, {"anyOf", &to.any_of}, {"oneOf", &to.one_of}};
  for (const auto& [name, list] : lists) {
    const auto found = openapi.find(name);
    if (found == openapi.end()) continue;
    if (!found->is_array()) return at.invalid(std::string(name) + " must be a list");
    for (const Json& branch : *found) list->push_back(TRY(node(branch, at.child(name), Part::Values)));
  }
  if (const auto found = openapi.find("not"); found != openapi.end()) {
    to.negated = TRY(node(*found, at.child("not"), Part::Values));
  }
  return Done{};
}

Status SchemaReader::rules(const Json& openapi, const Place& at, Schema& to) const {
  const auto found = openapi.find("x-kubernetes-validations");
  if (found == openapi.end()) return Done{};
  if (!found->is_array()) return at.invalid("x-kubernetes-validations must be a list");
  for (const Json& entry : *found) {
    if (!entry.is_object()) return at.invalid("a rule must be an object");
    const auto text = [&entry](const char* name) {
      const auto member = entry.find(name);
      return member != entry.end() && member->is_string() ? member->get<std::string>() : std::string();
    };
    Rule rule{text("rule"), text("message"), text("reason"), text("fieldPath"), nullptr};
    const RuleScope scope = at.depth == 0 || to.embedded_resource ? RuleScope::Resource : RuleScope::Value;
    auto compiled = compiler_.compile(
        {rule.expression, text("messageExpression"), flag(entry, "optionalOldSelf")}, openapi, scope);
    if (!compiled) return at.invalid(compiled.error().message);
    rule.check = std::move(compiled).value();
    to.rules.push_back(std::move(rule));
  }
  return Done{};
}

Result<SchemaPtr> read_schema(const Json& openapi, const RuleCompiler& compiler) {
  const NoReferences none;
  return SchemaReader(compiler, none).read(openapi);
}

}  // namespace cw::schemas
