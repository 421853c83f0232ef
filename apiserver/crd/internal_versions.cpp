#include "apiserver/crd/internal_versions.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

using kube::FieldErrors;
using kube::Json;

struct Shared {
  const char* member;
  const char* at_spec;
};
constexpr std::array<Shared, 4> kShared{{{"subresources", "spec.subresources"},
                                         {"schema", "spec.validation"},
                                         {"additionalPrinterColumns", "spec.additionalPrinterColumns"},
                                         {"selectableFields", "spec.selectableFields"}}};

const Json& member_of(const Json& object, const char* name) {
  static const Json kNothing;
  const Json* found = find_member(object, name);
  return found != nullptr ? *found : kNothing;
}

bool is_same_in_all(const Json& versions, const char* member) {
  return std::all_of(versions.begin(), versions.end(), [&](const Json& version) {
    return member_of(version, member) == member_of(versions.front(), member);
  });
}

// ---- Go's text

using Shown = std::function<std::string(const Json&)>;

std::string quoted_member(const char* name) { return std::string("\"") + name + "\":"; }

std::string list_of(const Json& list, const Shown& shown) {
  if (!list.is_array()) return "null";
  std::string out;
  for (const Json& item : list) out += (out.empty() ? "" : ",") + shown(item);
  return "[" + out + "]";
}

std::string map_of(const Json& map, const Shown& shown) {
  if (!map.is_object()) return "null";
  std::string out;
  for (const auto& [name, value] : map.items()) {
    out += (out.empty() ? "" : ",") + Json(name).dump() + ":" + shown(value);
  }
  return "{" + out + "}";
}

std::string text_of(const Json& object, const char* name) { return dumped(Json(text_member(object, name))); }
std::string flag_of(const Json& object, const char* name) {
  return true_member(object, name) ? "true" : "false";
}

std::string shown_rule(const Json& rule) {
  return R"({"Rule":)" + text_of(rule, "rule") + R"(,"Message":)" + text_of(rule, "message") +
         R"(,"MessageExpression":)" + text_of(rule, "messageExpression") + R"(,"Reason":)" +
         dumped(member_of(rule, "reason")) + R"(,"FieldPath":)" + text_of(rule, "fieldPath") +
         R"(,"OptionalOldSelf":)" + dumped(member_of(rule, "optionalOldSelf")) + "}";
}

std::string shown_schema(const Json& schema);

std::string shown_or_null(const Json& schema) { return schema.is_object() ? shown_schema(schema) : "null"; }

std::string shown_values(const Json& values) {
  if (values.is_null()) return "null";
  const bool allows = !values.is_boolean() || values.get<bool>();
  return std::string(R"({"Allows":)") + (allows ? "true" : "false") + R"(,"Schema":)" +
         shown_or_null(values) + "}";
}

enum class Kind : std::uint8_t { Text, Flag, Any, One, Many, Members, Items, Values, Rules };
struct Member {
  const char* name;  // in Go
  const char* from;
  Kind kind;
};
constexpr auto kMembers = std::to_array<Member>({
    {"ID", "id", Kind::Text},
    {"Schema", "$schema", Kind::Text},
    {"Ref", "$ref", Kind::Any},
    {"Description", "description", Kind::Text},
    {"Type", "type", Kind::Text},
    {"Nullable", "nullable", Kind::Flag},
    {"Format", "format", Kind::Text},
    {"Title", "title", Kind::Text},
    {"Default", "default", Kind::Any},
    {"Maximum", "maximum", Kind::Any},
    {"ExclusiveMaximum", "exclusiveMaximum", Kind::Flag},
    {"Minimum", "minimum", Kind::Any},
    {"ExclusiveMinimum", "exclusiveMinimum", Kind::Flag},
    {"MaxLength", "maxLength", Kind::Any},
    {"MinLength", "minLength", Kind::Any},
    {"Pattern", "pattern", Kind::Text},
    {"MaxItems", "maxItems", Kind::Any},
    {"MinItems", "minItems", Kind::Any},
    {"UniqueItems", "uniqueItems", Kind::Flag},
    {"MultipleOf", "multipleOf", Kind::Any},
    {"Enum", "enum", Kind::Any},
    {"MaxProperties", "maxProperties", Kind::Any},
    {"MinProperties", "minProperties", Kind::Any},
    {"Required", "required", Kind::Any},
    {"Items", "items", Kind::Items},
    {"AllOf", "allOf", Kind::Many},
    {"OneOf", "oneOf", Kind::Many},
    {"AnyOf", "anyOf", Kind::Many},
    {"Not", "not", Kind::One},
    {"Properties", "properties", Kind::Members},
    {"AdditionalProperties", "additionalProperties", Kind::Values},
    {"PatternProperties", "patternProperties", Kind::Members},
    {"Dependencies", "dependencies", Kind::Any},
    {"AdditionalItems", "additionalItems", Kind::Values},
    {"Definitions", "definitions", Kind::Members},
    {"ExternalDocs", "externalDocs", Kind::Any},
    {"Example", "example", Kind::Any},
    {"XPreserveUnknownFields", "x-kubernetes-preserve-unknown-fields", Kind::Any},
    {"XEmbeddedResource", "x-kubernetes-embedded-resource", Kind::Flag},
    {"XIntOrString", "x-kubernetes-int-or-string", Kind::Flag},
    {"XListMapKeys", "x-kubernetes-list-map-keys", Kind::Any},
    {"XListType", "x-kubernetes-list-type", Kind::Any},
    {"XMapType", "x-kubernetes-map-type", Kind::Any},
    {"XValidations", "x-kubernetes-validations", Kind::Rules},
});

std::string shown_member(const Json& schema, const Member& member) {
  const Json& value = member_of(schema, member.from);
  switch (member.kind) {
    case Kind::Text:
      return text_of(schema, member.from);
    case Kind::Flag:
      return flag_of(schema, member.from);
    case Kind::Any:
      return dumped(value);
    case Kind::One:
      return shown_or_null(value);
    case Kind::Many:
      return list_of(value, shown_schema);
    case Kind::Members:
      return map_of(value, shown_schema);
    case Kind::Items:
      return value.is_object() ? R"({"Schema":)" + shown_schema(value) + R"(,"JSONSchemas":null})" : "null";
    case Kind::Values:
      return shown_values(value);
    case Kind::Rules:
      return list_of(value, shown_rule);
  }
  return "null";
}

// Definitions are no deeper than kube::kMaxJsonDepth.
std::string shown_schema(const Json& schema) {
  std::string out;
  for (const Member& member : kMembers) {
    out += (out.empty() ? "" : ",") + quoted_member(member.name) + shown_member(schema, member);
  }
  return "{" + out + "}";
}

std::string shown_column(const Json& column) {
  const Json* priority = find_member(column, "priority");
  return R"({"Name":)" + text_of(column, "name") + R"(,"Type":)" + text_of(column, "type") + R"(,"Format":)" +
         text_of(column, "format") + R"(,"Description":)" + text_of(column, "description") +
         R"(,"Priority":)" + (priority != nullptr ? dumped(*priority) : "0") + R"(,"JSONPath":)" +
         text_of(column, "jsonPath") + "}";
}

std::string shown_field(const Json& field) { return R"({"JSONPath":)" + text_of(field, "jsonPath") + "}"; }

std::string shown_scale(const Json& scale) {
  if (!scale.is_object()) return "null";
  return R"({"SpecReplicasPath":)" + text_of(scale, "specReplicasPath") + R"(,"StatusReplicasPath":)" +
         text_of(scale, "statusReplicasPath") + R"(,"LabelSelectorPath":)" +
         dumped(member_of(scale, "labelSelectorPath")) + "}";
}

std::string shown_parts(const Json& parts) {
  if (!parts.is_object()) return "null";
  return std::string(R"({"Status":)") + (parts.contains("status") ? "{}" : "null") + R"(,"Scale":)" +
         shown_scale(member_of(parts, "scale")) + "}";
}

std::string shown_version(const Json& version, const Json& versions) {
  const auto own = [&](const char* member) -> const Json& {
    static const Json kNothing;
    return is_same_in_all(versions, member) ? kNothing : member_of(version, member);
  };
  const Json& schema = own("schema");
  return R"({"Name":)" + text_of(version, "name") + R"(,"Served":)" + flag_of(version, "served") +
         R"(,"Storage":)" + flag_of(version, "storage") + R"(,"Deprecated":)" +
         flag_of(version, "deprecated") + R"(,"DeprecationWarning":)" +
         dumped(member_of(version, "deprecationWarning")) + R"(,"Schema":)" +
         (schema.is_object()
              ? R"({"OpenAPIV3Schema":)" + shown_or_null(member_of(schema, "openAPIV3Schema")) + "}"
              : "null") +
         R"(,"Subresources":)" + shown_parts(own("subresources")) + R"(,"AdditionalPrinterColumns":)" +
         list_of(own("additionalPrinterColumns"), shown_column) + R"(,"SelectableFields":)" +
         list_of(own("selectableFields"), shown_field) + "}";
}

}  // namespace

FieldErrors named_internally(FieldErrors errors, const Json& versions) {
  constexpr std::string_view kFirst = "spec.versions[0].";
  for (const Shared& shared : kShared) {
    if (!is_same_in_all(versions, shared.member)) continue;
    const auto at = [&](std::size_t i) {
      return "spec.versions[" + std::to_string(i) + "]." + shared.member;
    };
    for (std::size_t i = 1; i < versions.size(); ++i) {
      std::erase_if(errors, [&](const kube::FieldError& error) { return error.field.starts_with(at(i)); });
    }
    const std::size_t length = kFirst.size() + std::string_view(shared.member).size();
    for (kube::FieldError& error : errors) {
      if (error.field.starts_with(at(0))) error.field.replace(0, length, shared.at_spec);
      const std::size_t named = error.detail.find(at(0));
      if (named != std::string::npos) error.detail.replace(named, length, shared.at_spec);
    }
  }
  return errors;
}

std::string shown_internally(const Json& versions) {
  return list_of(versions, [&](const Json& version) { return shown_version(version, versions); });
}

}  // namespace cw::apiserver
