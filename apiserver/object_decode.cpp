#include "apiserver/object_decode.h"

#include <nlohmann/json.hpp>

#include "apiserver/go_json_error.h"
#include "apiserver/json_access.h"
#include "apiserver/protobuf_decode.h"
#include "apiserver/typed_decode.h"
#include "lib/base/encoding.h"
#include "lib/kube/json.h"
#include "schemas/member_scan.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr std::size_t kShownBytes = 30;  // of a body that cannot be understood

StatusError unrecognized(const ResourceRow& row, const std::string& why, std::string_view body) {
  std::string shown = encode_hex(body.substr(0, kShownBytes));
  if (body.size() > kShownBytes) shown += " ...";
  return kube::bad_request("the object provided is unrecognized (must be of type " +
                           std::string(row.resource.kind) +
                           "): couldn't get version/kind; json parse error: " + why + " (" + shown + ")");
}

StatusError cannot_be_handled(const ResourceRow& row, const std::string& kind, const std::string& why) {
  const std::string version(row.resource.version);
  return kube::bad_request(kind + " in version \"" + version + "\" cannot be handled as a " +
                           std::string(row.resource.kind) + ": " + why);
}

// Members of all objects in the tree, and colons outside of strings in the text: they differ if and only if a
// member stood twice, which the tree does not show.
std::size_t count_members(const Json& value) {
  if (!value.is_structured()) return 0;
  std::size_t count = value.is_object() ? value.size() : 0;
  for (const Json& child : value) count += count_members(child);
  return count;
}

std::size_t count_colons(std::string_view text) {
  std::size_t count = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      in_string = !in_string;
    } else if (text[i] == ':' && !in_string) {
      ++count;
    }
  }
  return count;
}

void add_duplicates(std::string_view body, DecodedObject& decoded) {
  if (count_members(decoded.object) == count_colons(body)) return;
  for (const std::string& path : schemas::find_duplicate_members(body)) {
    decoded.strict_failures.push_back("duplicate field " + kube::quoted(path));
  }
}

void add_unknown(const std::vector<std::string>& paths, DecodedObject& decoded) {
  for (const std::string& path : paths) decoded.strict_failures.push_back("unknown field \"" + path + "\"");
}

std::string converted_type(std::string_view package, const std::string& kind) {
  return "(" + std::string(package) + "." + kind + ")";
}

// apiVersion and kind, set where they are missing.
Outcome<Done> check_type(const ResourceRow& row, Json& object) {
  const std::string wanted_version = row.group_version();
  const std::string wanted_kind(row.resource.kind);
  const std::string version = text_member(object, "apiVersion");
  const std::string kind = text_member(object, "kind");
  if (row.family == Family::Custom && kind.empty()) {
    return unrecognized(row, "Object 'Kind' is missing", dumped(object));
  }
  if (!version.empty() && version != wanted_version) {
    return kube::bad_request("the API version in the data (" + version +
                             ") does not match the expected API version (" + wanted_version + ")");
  }
  if (row.family != Family::Custom && !kind.empty() && kind != wanted_kind) {
    return cannot_be_handled(row, kind,
                             "converting " + converted_type("v1", kind) + " to " +
                                 converted_type("core", wanted_kind) + ": unknown conversion");
  }
  if (version.empty()) object["apiVersion"] = wanted_version;
  if (kind.empty()) object["kind"] = wanted_kind;
  return Done{};
}

Status normalize_core(const ResourceRow& row, const TypeCatalog& types, DecodedObject& decoded) {
  TypedFindings findings;
  decoded.object = decode_typed(std::move(decoded.object), types.type(row.definition), findings);
  if (findings.error) return Error{Code::Invalid, *findings.error};
  add_unknown(findings.unknown, decoded);
  if (row.rules.fill != nullptr) row.rules.fill(decoded.object);
  return Done{};
}

Status normalize_custom(const ResourceRow& row, DecodedObject& decoded) {
  add_unknown(TRY(schemas::normalize(decoded.object, row.custom->object)), decoded);
  return Done{};
}

Status normalize(const ResourceRow& row, const TypeCatalog& types, DecodedObject& decoded) {
  if (row.family == Family::Custom) return normalize_custom(row, decoded);
  return normalize_core(row, types, decoded);
}

StatusError unknown_format(const ResourceRow& row) {
  std::string types = "application/json";
  if (row.family != Family::Custom) types.append(", ").append(kProtobufType);
  return {kube::Reason::UnsupportedMediaType,
          "the body of the request was in an unknown format - accepted media types include: " + types};
}

Outcome<Json> read_json(const ResourceRow& row, std::string_view content_type, std::string_view body) {
  const std::string_view type = media_type(content_type);
  if (!type.empty() && type != "application/json") return unknown_format(row);
  Result<Json> parsed = parse_body(body);
  if (!parsed) return unrecognized(row, parsed.error().message, body);
  if (parsed->is_object()) return std::move(parsed).value();
  constexpr std::string_view kGoType =
      R"(struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" })";
  return unrecognized(row,
                      "json: cannot unmarshal " + std::string(parsed->type_name()) +
                          " into Go value of type " + std::string(kGoType),
                      body);
}

Outcome<Json> read_protobuf(const ResourceRow& row, const TypeCatalog& types, std::string_view body) {
  if (row.family == Family::Custom) return unknown_format(row);
  Result<Json> decoded = decode_protobuf(body, types.type(row.definition));
  if (decoded) return std::move(decoded).value();
  return kube::bad_request(decoded.error().message);
}

}  // namespace

std::string_view media_type(std::string_view content_type) {
  return content_type.substr(0, content_type.find(';'));
}

Result<Json> parse_body(std::string_view body) {
  Result<Json> parsed = kube::parse_json(body);
  if (parsed) return parsed;
  // Go is asked only for its words; what it would take and we do not keeps our message.
  auto why = go_json_error(body);
  return Error{Code::Invalid, why ? *std::move(why) : parsed.error().message};
}

Outcome<DecodedObject> decode_object(const ResourceRow& row, const TypeCatalog& types,
                                     std::string_view content_type, std::string_view body) {
  const bool is_protobuf = media_type(content_type) == kProtobufType;
  DecodedObject decoded{
      TRY(is_protobuf ? read_protobuf(row, types, body) : read_json(row, content_type, body)), {}};
  TRY(check_type(row, decoded.object));
  if (!is_protobuf) add_duplicates(body, decoded);
  const std::string kind = text_member(decoded.object, "kind");
  const Status normalized = normalize(row, types, decoded);
  if (!normalized) return cannot_be_handled(row, kind, normalized.error().message);
  return decoded;
}

Result<DecodedObject> decode_tree(const ResourceRow& row, const TypeCatalog& types, Json object) {
  DecodedObject decoded{std::move(object), {}};
  if (!decoded.object.is_object()) return Error{Code::Invalid, "the result is no object"};
  TRY(normalize(row, types, decoded));
  return decoded;
}

std::string strict_message(const std::vector<std::string>& strict_failures) {
  std::string message = "strict decoding error: ";
  for (std::size_t i = 0; i < strict_failures.size(); ++i) {
    if (i > 0) message += ", ";
    message += strict_failures[i];
  }
  return message;
}

Outcome<std::vector<std::string>> judge_strict(const ResourceRow& row, const DecodedObject& decoded,
                                               FieldValidation validation) {
  if (validation == FieldValidation::Ignore || decoded.strict_failures.empty()) {
    return std::vector<std::string>();
  }
  if (validation == FieldValidation::Warn) return decoded.strict_failures;
  return cannot_be_handled(row, text_member(decoded.object, "kind"), strict_message(decoded.strict_failures));
}

}  // namespace cw::apiserver
