#include "apiserver/crd/format_warnings.h"

#include <set>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/kube/field_error.h"
#include "schemas/formats.h"

namespace cw::apiserver {
namespace {

using TypedFormats = std::set<std::pair<std::string, std::string>>;  // format, type

bool is_recognized(std::string_view format, std::string_view type) {
  if (type == "integer") return format == "int32" || format == "int64";
  if (type == "number") return format == "float" || format == "double";
  return type == "string" && schemas::find_format(format) != nullptr;
}

void collect(const Json& schema, TypedFormats& found) {
  if (!schema.is_object()) return;
  const std::string format = text_member(schema, "format");
  std::string type = text_member(schema, "type");
  if (!format.empty() && !is_recognized(format, type)) found.emplace(format, std::move(type));
  for (const Json& child : object_member(schema, "properties")) collect(child, found);
  for (const char* name : {"items", "additionalProperties", "not"}) {
    if (const Json* child = find_member(schema, name)) collect(*child, found);
  }
  for (const char* name : {"allOf", "anyOf", "oneOf"}) {
    for (const Json& child : array_member(schema, name)) collect(child, found);
  }
}

TypedFormats formats_of(const Json& definition) {
  TypedFormats found;
  for (const Json& version : array_member(object_member(definition, "spec"), "versions")) {
    collect(object_member(object_member(version, "schema"), "openAPIV3Schema"), found);
  }
  return found;
}

}  // namespace

std::vector<std::string> format_warnings(const Json& definition, const Json* old) {
  const TypedFormats known = old != nullptr ? formats_of(*old) : TypedFormats();
  std::set<std::string> fresh;
  for (const auto& typed : formats_of(definition)) {
    if (!known.contains(typed)) fresh.insert(typed.first);
  }
  std::vector<std::string> warnings;
  for (const std::string& format : fresh) {
    warnings.push_back("unrecognized format " + kube::quoted(format));
  }
  return warnings;
}

}  // namespace cw::apiserver
