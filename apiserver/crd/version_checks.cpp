#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/crd/definition_kind.h"
#include "apiserver/crd/schema_checks.h"
#include "apiserver/json_access.h"
#include "lib/kube/utf8.h"
#include "schemas/render.h"

namespace cw::apiserver {
namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> known) {
  return std::find(known.begin(), known.end(), text) != known.end();
}

void check_warning(const Json& version, const FieldPath& at, FieldErrors& errors) {
  if (!version.contains("deprecationWarning")) return;
  const std::string text = text_member(version, "deprecationWarning");
  const auto refuse = [&](std::string why) {
    errors.push_back(kube::invalid(at, kube::quoted(text), std::move(why)));
  };
  constexpr std::size_t kLongest = 256;
  if (!true_member(version, "deprecated")) return refuse("can only be set for deprecated versions");
  if (text.size() > kLongest) refuse("must be <= 256 characters long");
  if (text.empty()) refuse("must not be an empty string");
  const auto bad = std::find_if(text.begin(), text.end(),
                                [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (bad != text.end()) {
    refuse("must only contain printable UTF-8 characters; non-printable character found at index " +
           std::to_string(bad - text.begin()));
  }
}

void check_json_path(const std::string& path, const FieldPath& at, FieldErrors& errors) {
  if (path.front() == '.') return;
  errors.push_back(kube::invalid(at, kube::quoted(path), "must be a simple json path starting with ."));
}

void check_column(const Json& column, const FieldPath& at, FieldErrors& errors) {
  constexpr const char* kTypes = "must be one of boolean,date,integer,number,string";
  constexpr const char* kFormats = "must be one of byte,date,date-time,double,float,int32,int64,password";
  if (text_member(column, "name").empty()) errors.push_back(kube::required(at.child("name"), ""));
  const std::string type = text_member(column, "type");
  if (type.empty()) {
    errors.push_back(kube::required(at.child("type"), kTypes));
  } else if (!is_one_of(type, {"boolean", "date", "integer", "number", "string"})) {
    errors.push_back(kube::invalid(at.child("type"), kube::quoted(type), kTypes));
  }
  const std::string format = text_member(column, "format");
  if (!format.empty() &&
      !is_one_of(format, {"byte", "date", "date-time", "double", "float", "int32", "int64", "password"})) {
    errors.push_back(kube::invalid(at.child("format"), kube::quoted(format), kFormats));
  }
  const std::string path = text_member(column, "jsonPath");
  if (path.empty()) {
    errors.push_back(kube::required(at.child("JSONPath"), ""));
  } else {
    check_json_path(path, at.child("JSONPath"), errors);
  }
}

void check_columns(const Json& version, const FieldPath& at, FieldErrors& errors) {
  const Json& columns = array_member(version, "additionalPrinterColumns");
  if (columns.size() > kMaxColumns) {
    errors.push_back({kube::FieldErrorKind::TooMany,
                      at.text(),
                      std::to_string(columns.size()),
                      "must have at most " + std::to_string(kMaxColumns) + " items",
                      {}});
  }
  for (std::size_t i = 0; i < std::min(columns.size(), kMaxColumns); ++i) {
    check_column(columns[i], at.index(i), errors);
  }
}

// `roots`: below which of them it may lead, as `where` says it.
void check_scale_path(const std::string& path, std::initializer_list<std::string_view> roots,
                      const char* where, const FieldPath& at, FieldErrors& errors) {
  if (path.front() != '.') {
    check_json_path(path, at, errors);
  } else if (std::none_of(roots.begin(), roots.end(), [&](auto root) { return path.starts_with(root); })) {
    errors.push_back(
        kube::invalid(at, kube::quoted(path), std::string("should be a json path under ") + where));
  }
}

void check_scale(const Json& version, const FieldPath& at, FieldErrors& errors) {
  const Json* scale = find_path(version, {"subresources", "scale"});
  if (scale == nullptr) return;
  const auto check = [&](const char* member, bool is_needed, std::initializer_list<std::string_view> roots,
                         const char* where) {
    const std::string path = text_member(*scale, member);
    const FieldPath place(at.text() + "." + member);
    if (!path.empty()) {
      check_scale_path(path, roots, where, place, errors);
    } else if (is_needed) {
      errors.push_back(kube::required(place, ""));
    }
  };
  check("specReplicasPath", true, {".spec."}, ".spec");
  check("statusReplicasPath", true, {".status."}, ".status");
  check("labelSelectorPath", false, {".spec.", ".status."}, "either .spec or .status");
}

void check_selectable(const Json& version, const Json& schema, const FieldPath& at, FieldErrors& errors) {
  const Json& fields = array_member(version, "selectableFields");
  std::set<std::string> known;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string path = text_member(fields[i], "jsonPath");
    const FieldPath place = at.index(i).child("jsonPath");
    if (path.empty()) {
      errors.push_back(kube::required(place, ""));
      continue;
    }
    std::string problem;
    const Json* found = schema_at(schema, path, Brackets::Refused, problem);
    if (found == nullptr) {
      errors.push_back(kube::invalid(place, kube::quoted(path), "is an invalid path: " + problem));
      continue;
    }
    if (path == ".metadata" || path.starts_with(".metadata.")) {
      errors.push_back(kube::invalid(place, kube::quoted(path), "must not point to fields in metadata"));
    }
    if (!is_one_of(text_member(*found, "type"), {"string", "boolean", "integer"})) {
      errors.push_back(kube::invalid(place, kube::quoted(path),
                                     "must point to a field of type string, boolean or integer. Enum string "
                                     "fields and strings with formats are allowed."));
    }
    if (!known.insert(path).second) errors.push_back(kube::duplicate(place, kube::quoted(path)));
  }
  if (known.size() > kMaxSelectableFields) {
    errors.push_back({kube::FieldErrorKind::TooMany,
                      at.text(),
                      std::to_string(known.size()),
                      "must have at most " + std::to_string(kMaxSelectableFields) + " items",
                      {}});
  }
}

// With a status subresource the status is validated by itself, so nothing at the root may be about it.
void check_root(const Json& schema, bool has_status, const FieldPath& at, FieldErrors& errors) {
  constexpr std::array<std::string_view, 23> kAllowed{"description",
                                                      "type",
                                                      "format",
                                                      "title",
                                                      "maximum",
                                                      "exclusiveMaximum",
                                                      "minimum",
                                                      "exclusiveMinimum",
                                                      "maxLength",
                                                      "minLength",
                                                      "pattern",
                                                      "maxItems",
                                                      "minItems",
                                                      "uniqueItems",
                                                      "multipleOf",
                                                      "required",
                                                      "items",
                                                      "properties",
                                                      "externalDocs",
                                                      "example",
                                                      "x-kubernetes-preserve-unknown-fields",
                                                      "x-kubernetes-validations",
                                                      ""};
  constexpr const char* kOnly =
      "only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength "
      "MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs "
      "Example XPreserveUnknownFields XValidations] fields are allowed at the root of the schema if the "
      "status subresource is enabled";
  const std::string type = text_member(schema, "type");
  if (has_status && !type.empty() && type != "object") {
    errors.push_back(kube::invalid(FieldPath(at.text() + ".type"), kube::quoted(type),
                                   "only \"object\" is allowed as the type at the root of the schema if the "
                                   "status subresource is enabled"));
  } else if (has_status) {
    for (const auto& [keyword, value] : schema.items()) {
      if (std::find(kAllowed.begin(), kAllowed.end(), keyword) != kAllowed.end()) continue;
      errors.push_back(kube::invalid(at, schemas::rendered(schema), kOnly));
      break;
    }
  }
  if (true_member(schema, "nullable")) {
    errors.push_back(
        kube::forbidden(FieldPath(at.text() + ".nullable"), "nullable cannot be true at the root"));
  }
}

}  // namespace

FieldErrors check_version(const Json& version, const Json* old, const FieldPath& at) {
  FieldErrors errors;
  check_warning(version, at.child("deprecationWarning"), errors);
  const Json* schema = find_path(version, {"schema", "openAPIV3Schema"});
  const Json* before = old != nullptr ? find_path(*old, {"schema", "openAPIV3Schema"}) : nullptr;
  if (schema != nullptr && (before == nullptr || *before != *schema)) {
    const FieldPath place = at.child("schema").child("openAPIV3Schema");
    check_root(*schema, find_path(version, {"subresources", "status"}) != nullptr, place, errors);
    FieldErrors found = check_schema(*schema, place);
    std::move(found.begin(), found.end(), std::back_inserter(errors));
  }
  check_scale(version, at.child("subresources").child("scale"), errors);
  check_columns(version, at.child("additionalPrinterColumns"), errors);
  if (schema != nullptr) check_selectable(version, *schema, at.child("selectableFields"), errors);
  return errors;
}

}  // namespace cw::apiserver
