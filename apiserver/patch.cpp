#include "apiserver/patch.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/object_decode.h"
#include "apiserver/strategic_patch.h"
#include "apiserver/typed_decode.h"
#include "apiserver/wire/accept.h"
#include "apiserver/wire/body.h"
#include "apiserver/wire/go_words.h"
#include "lib/base/ascii.h"
#include "lib/kube/json_patch.h"
#include "lib/yaml/parse.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr std::size_t kMaxOperations = 10'000;

StatusError unsupported(const ResourceRow& row) {
  if (row.family != Family::Custom) {
    StatusError error(kube::Reason::UnsupportedMediaType, "415: Unsupported Media Type");
    error.details = kube::StatusDetails{};
    return error;
  }
  return {kube::Reason::UnsupportedMediaType,
          "the body of the request was in an unknown format - accepted media types include: "
          "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"};
}

Outcome<PatchKind> read_kind(std::string_view content_type, const ResourceRow& row) {
  // Here upper case is another type.
  const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')), " \t");
  if (type == "application/json-patch+json") return PatchKind::Operations;
  if (type == "application/merge-patch+json") return PatchKind::Merge;
  if (type == "application/strategic-merge-patch+json" && row.family != Family::Custom) {
    return PatchKind::Strategic;
  }
  if (type == "application/apply-patch+yaml") return PatchKind::Apply;
  return unsupported(row);
}

std::string no_unmarshal(const Json& value, std::string_view go_type) {
  return "json: cannot unmarshal " + go_kind(value) + " into Go value of type " + std::string(go_type);
}

// Go reads each operation into a struct.
std::optional<std::string> operation_problem(const Json& operations) {
  for (const Json& one : operations) {
    if (one.is_null()) continue;
    if (!one.is_object()) return no_unmarshal(one, "handlers.jsonPatchOp");
    for (const char* name : {"op", "path", "from"}) {
      const Json* value = find_member(one, name);
      if (value == nullptr || value->is_string() || value->is_null()) continue;
      return "json: cannot unmarshal " + go_kind(*value) + " into Go struct field jsonPatchOp." + name +
             " of type string";
    }
  }
  return std::nullopt;
}

// Why the body is none of this kind; nothing if it is one.
std::optional<std::string> body_problem(PatchKind kind, const Json& body) {
  if (kind == PatchKind::Operations) {
    return body.is_array() ? operation_problem(body) : no_unmarshal(body, "[]handlers.jsonPatchOp");
  }
  if (body.is_object()) return std::nullopt;
  return no_unmarshal(body, "map[string]interface {}");
}

Outcome<Patch> read_config(std::string_view body) {
  const std::string decoding = "error decoding YAML: ";
  Result<yaml::ParsedYaml> parsed = yaml::parse_yaml(body);
  if (!parsed) {
    return kube::bad_request(decoding + "error converting YAML to JSON: " + parsed.error().message);
  }
  Patch patch{PatchKind::Apply, std::move(parsed->json), {}};
  if (patch.body.is_null()) patch.body = Json::object();
  if (const auto problem = body_problem(patch.kind, patch.body)) {
    return kube::bad_request(decoding + "error unmarshaling JSON: while decoding JSON: " + *problem);
  }
  if (!parsed->repeated.empty()) {
    patch.repeated = "error converting YAML to JSON: " + yaml::strict_message(*parsed);
  }
  return patch;
}

// Decoded with the words of its kind: a strategic patch is read by another way.
Outcome<Patch> read_json_patch(PatchKind kind, std::string_view body) {
  const std::string start = kind == PatchKind::Strategic ? "" : "error decoding patch: ";
  Result<Json> parsed = parse_body(body);
  if (!parsed) return kube::bad_request(start + parsed.error().message);
  Patch patch{kind, std::move(parsed).value(), {}};
  if (patch.body.is_null()) {
    if (kind == PatchKind::Merge) return kube::bad_request("Invalid JSON Patch");
    patch.body = kind == PatchKind::Operations ? Json::array() : Json::object();
  }
  if (const auto problem = body_problem(kind, patch.body)) return kube::bad_request(start + *problem);
  return patch;
}

// What no decoding of the patched object would take: 422 with the object as the bad value.
StatusError bad_result(const std::string& shown, const std::string& why) {
  return kube::invalid("", "", "", {kube::invalid(kube::FieldPath("patch"), kube::quoted(shown), why)});
}

Outcome<Json> patched(const Patch& patch, const Json& stored, const ResourceRow& row,
                      const TypeCatalog& types) {
  if (patch.kind == PatchKind::Merge) return kube::merged(stored, patch.body);
  if (patch.kind == PatchKind::Strategic) {
    Result<Json> merged = apply_strategic_patch(stored, patch.body, types.type(row.definition));
    if (!merged && merged.error().code == Code::Internal) {
      return StatusError(kube::Reason::None, merged.error().message);
    }
    if (!merged) return kube::bad_request(merged.error().message);
    return std::move(merged).value();
  }
  Result<Json> changed = kube::apply_json_patch(stored, patch.body);
  if (!changed) return kube::generic(kube::Reason::Invalid);
  return std::move(changed).value();
}

}  // namespace

Outcome<Patch> read_patch(std::string_view content_type, std::string_view body, const ResourceRow& row) {
  const PatchKind kind = TRY(read_kind(content_type, row));
  if (kind == PatchKind::Apply) return read_config(body);
  Patch patch = TRY(read_json_patch(kind, body));
  if (kind == PatchKind::Operations && patch.body.size() > kMaxOperations) {
    return StatusError(kube::Reason::RequestEntityTooLarge,
                       "Request entity too large: The allowed maximum operations in a JSON patch is " +
                           std::to_string(kMaxOperations) + ", got " + std::to_string(patch.body.size()));
  }
  return patch;
}

Outcome<WantedObject> apply_patch(const Patch& patch, const Json& stored, const ResourceRow& row,
                                  const TypeCatalog& types, FieldValidation validation) {
  Json result = TRY(patched(patch, stored, row, types));
  const bool strategic = patch.kind == PatchKind::Strategic;
  if (row.family != Family::Custom) {
    const std::string version = strategic ? std::string() : text_member(result, "apiVersion");
    const std::string kind = strategic ? std::string() : text_member(result, "kind");
    const bool same =
        (version.empty() || version == row.group_version()) && (kind.empty() || kind == row.resource.kind);
    if (!same) return bad_result(dumped(result), no_such_kind(version, kind));
    result["apiVersion"] = row.group_version();
    result["kind"] = row.resource.kind;
  }
  Result<DecodedObject> decoded =
      decode_tree(row, types, result, strategic ? DecodedBy::Converter : DecodedBy::Decoder);
  if (!decoded) {
    return bad_result(strategic ? go_print(patch.body) : dumped(result), decoded.error().message);
  }
  const std::vector<std::string>& failures = decoded->strict_failures;
  if (validation == FieldValidation::Strict && !failures.empty()) {
    return bad_result(strategic ? go_print(patch.body) : dumped(result), strict_message(failures));
  }
  WantedObject wanted{std::move(decoded->object), {}};
  if (validation == FieldValidation::Warn) wanted.warnings = failures;
  return wanted;
}

Outcome<WantedObject> apply_server_side(const Json& config, const Json& stored, const TrackedWrite& write,
                                        OnConflict on_conflict) {
  const ResourceRow& row = write.row;
  const std::string version = text_member(config, "apiVersion");
  const std::string kind = text_member(config, "kind");
  if (version != row.group_version() || kind != row.resource.kind) {
    const auto slashes = std::count(version.begin(), version.end(), '/');
    if (slashes > 1) return kube::bad_request("invalid object type: /, Kind=");
    return kube::bad_request("invalid object type: " + go_group_version_kind(version, kind));
  }
  if (find_path(config, {"metadata", "managedFields"}) != nullptr) {
    return kube::bad_request("metadata.managedFields must be nil");
  }
  const Json applied = TRY(apply_config(config, stored, write, on_conflict));
  Result<DecodedObject> decoded = decode_tree(row, write.types, applied, DecodedBy::Converter);
  if (!decoded) {
    return StatusError(kube::Reason::None,
                       "failed to convert new object (" + shown_object(config, row) +
                           ") to proper version: unable to convert unstructured object to " +
                           go_group_version_kind(row.group_version(), row.resource.kind) + ": " +
                           decoded.error().message);
  }
  return WantedObject{std::move(decoded->object), {}, true};
}

}  // namespace cw::apiserver
