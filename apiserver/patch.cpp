#include "apiserver/patch.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/object_decode.h"
#include "apiserver/strategic_patch.h"
#include "lib/kube/json_patch.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr std::size_t kMaxOperations = 10'000;

StatusError unsupported(const ResourceRow& row) {
  std::string types = "application/json-patch+json, application/merge-patch+json";
  if (row.family != Family::Custom) types += ", application/strategic-merge-patch+json";
  types += ", application/apply-patch+yaml";
  return {kube::Reason::UnsupportedMediaType,
          "the body of the request was in an unknown format - accepted media types include: " + types};
}

StatusError undecodable(PatchKind kind, const std::string& why) {
  // JSON is YAML too; other YAML is not read.
  const char* what = kind == PatchKind::Apply ? "error decoding YAML: " : "error decoding patch: ";
  return kube::bad_request(what + why);
}

Outcome<PatchKind> read_kind(std::string_view content_type, const ResourceRow& row) {
  const std::string_view type = media_type(content_type);
  if (type == "application/json-patch+json") return PatchKind::Operations;
  if (type == "application/merge-patch+json") return PatchKind::Merge;
  if (type == "application/strategic-merge-patch+json" && row.family != Family::Custom) {
    return PatchKind::Strategic;
  }
  if (type == "application/apply-patch+yaml") return PatchKind::Apply;
  return unsupported(row);
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
    if (!merged) return kube::bad_request(merged.error().message);
    return std::move(merged).value();
  }
  Result<Json> changed = kube::apply_json_patch(stored, patch.body);
  if (!changed) return kube::generic(kube::Reason::Invalid);
  return std::move(changed).value();
}

}  // namespace

Outcome<Patch> read_patch(std::string_view content_type, std::string_view body, const ResourceRow& row) {
  Patch patch{TRY(read_kind(content_type, row)), nullptr};
  Result<Json> parsed = parse_body(body);
  if (!parsed) return undecodable(patch.kind, parsed.error().message);
  patch.body = std::move(parsed).value();
  const bool fits = patch.kind == PatchKind::Operations ? patch.body.is_array() : patch.body.is_object();
  if (!fits) {
    return undecodable(
        patch.kind,
        "json: cannot unmarshal " + std::string(patch.body.type_name()) + " into Go value of type " +
            (patch.kind == PatchKind::Operations ? "[]handlers.jsonPatchOp" : "map[string]interface {}"));
  }
  if (patch.kind == PatchKind::Operations && patch.body.size() > kMaxOperations) {
    return StatusError(kube::Reason::RequestEntityTooLarge,
                       "Request entity too large: The allowed maximum operations in a JSON patch is " +
                           std::to_string(kMaxOperations) + ", got " + std::to_string(patch.body.size()));
  }
  return patch;
}

Outcome<WantedObject> apply_patch(const Patch& patch, const Json& stored, const ResourceRow& row,
                                  const TypeCatalog& types, FieldValidation validation) {
  const Json result = TRY(patched(patch, stored, row, types));
  Result<DecodedObject> decoded = decode_tree(row, types, result);
  if (!decoded) return bad_result(dumped(result), decoded.error().message);
  const std::vector<std::string>& failures = decoded->strict_failures;
  if (validation == FieldValidation::Strict && !failures.empty()) {
    return bad_result(dumped(result), strict_message(failures));
  }
  WantedObject wanted{std::move(decoded->object), {}};
  if (validation == FieldValidation::Warn) wanted.warnings = failures;
  return wanted;
}

Outcome<WantedObject> apply_server_side(const Json& config, const Json& stored, const TrackedWrite& write,
                                        OnConflict on_conflict) {
  const ResourceRow& row = write.row;
  const std::string version = text_member(config, "apiVersion");
  if (version != row.group_version()) {
    return kube::bad_request("Incorrect version specified in apply patch. Specified patch version: " +
                             version + ", expected: " + row.group_version());
  }
  if (find_path(config, {"metadata", "managedFields"}) != nullptr) {
    return kube::bad_request("metadata.managedFields must be nil");
  }
  const Json applied = TRY(apply_config(config, stored, write, on_conflict));
  Result<DecodedObject> decoded = decode_tree(row, write.types, applied);
  if (!decoded) return bad_result(dumped(applied), decoded.error().message);
  return WantedObject{std::move(decoded->object), {}, true};
}

}  // namespace cw::apiserver
