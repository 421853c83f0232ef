#include "apiserver/object_decode.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/go_json_error.h"
#include "apiserver/json_access.h"
#include "apiserver/protobuf_decode.h"
#include "apiserver/typed_decode.h"
#include "apiserver/wire/accept.h"
#include "apiserver/wire/body.h"
#include "apiserver/wire/go_words.h"
#include "lib/base/ascii.h"
#include "lib/kube/json.h"
#include "lib/yaml/parse.h"
#include "schemas/member_scan.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

StatusError unrecognized(const ResourceRow& row, const std::string& why, std::string_view body) {
  return kube::bad_request("the object provided is unrecognized (must be of type " +
                           std::string(row.resource.kind) + "): " + why + " (" + body_start(body) + ")");
}

StatusError cannot_be_handled(const ResourceRow& row, const Json& object, const std::string& why) {
  std::string version = text_member(object, "apiVersion");
  if (version.empty()) version = row.group_version();
  version.erase(0, version.find('/') + 1);
  return kube::bad_request(text_member(object, "kind") + " in version \"" + version +
                           "\" cannot be handled as a " + std::string(row.resource.kind) + ": " + why);
}

void add_unknown(const std::vector<std::string>& paths, DecodedObject& decoded) {
  for (const std::string& path : paths) decoded.strict_failures.push_back("unknown field \"" + path + "\"");
}

// The first member of metadata that has a wrong type, as Go says it.
Status check_metadata(const Json& object, const TypeCatalog& types) {
  const Json* metadata = find_member(object, "metadata");
  if (metadata == nullptr || metadata->is_null()) return Done{};
  if (!metadata->is_object()) {
    return Error{Code::Invalid,
                 "json: cannot unmarshal " + go_kind(*metadata) + " into Go value of type v1.ObjectMeta"};
  }
  TypedFindings findings;
  decode_typed(*metadata, types.type(kObjectMetaDefinition), findings);
  if (findings.error) return Error{Code::Invalid, *findings.error};
  return Done{};
}

StatusError other_version(const ResourceRow& row, const std::string& version) {
  return kube::bad_request("the API version in the data (" + version +
                           ") does not match the expected API version (" + row.group_version() + ")");
}

// Any kind of the right version goes through: validation names it.
Outcome<Done> check_custom_type(const ResourceRow& row, const TypeCatalog& types, const Json& object,
                                std::string_view body) {
  if (text_member(object, "kind").empty()) {
    return unrecognized(row, "Object 'Kind' is missing in '" + std::string(body) + "'", body);
  }
  const std::string version = text_member(object, "apiVersion");
  if (version == row.group_version()) return Done{};
  if (const Status good = check_metadata(object, types); !good) {
    return cannot_be_handled(row, object, good.error().message);
  }
  return other_version(row, version);
}

// apiVersion and kind, set where they are missing.
Outcome<Done> check_core_type(const ResourceRow& row, const TypeCatalog& types, Json& object) {
  const std::string wanted_version = row.group_version();
  const std::string wanted_kind(row.resource.kind);
  if (text_member(object, "apiVersion").empty()) object["apiVersion"] = wanted_version;
  if (text_member(object, "kind").empty()) object["kind"] = wanted_kind;
  const std::string version = text_member(object, "apiVersion");
  const std::string kind = text_member(object, "kind");
  if (version == wanted_version && kind == wanted_kind) return Done{};
  const std::size_t slash = version.find('/');
  const std::string group = slash == std::string::npos ? std::string() : version.substr(0, slash);
  const std::string number = version.substr(slash == std::string::npos ? 0 : slash + 1);
  const std::string definition = "io.k8s.api." + go_package(group) + "." + number + "." + kind;
  if (!types.definitions().contains(definition)) {
    return cannot_be_handled(row, object, no_such_kind(version, kind));
  }
  if (kind == wanted_kind) return other_version(row, version);
  return cannot_be_handled(row, object,
                           "converting (" + number + "." + kind + ") to (" + go_package(row.resource.group) +
                               "." + wanted_kind + "): unknown conversion");
}

Status normalize_core(const ResourceRow& row, const TypeCatalog& types, DecodedObject& decoded,
                      DecodedBy by) {
  TypedFindings findings;
  decoded.object = decode_typed(std::move(decoded.object), types.type(row.definition), findings);
  if (findings.error) {
    const bool converts = by == DecodedBy::Converter && findings.conversion;
    return Error{Code::Invalid, converts ? *findings.conversion : *findings.error};
  }
  add_unknown(findings.unknown, decoded);
  if (row.rules.fill != nullptr) row.rules.fill(decoded.object);
  return Done{};
}

Status normalize_custom(const ResourceRow& row, const TypeCatalog& types, DecodedObject& decoded,
                        DecodedBy by) {
  const auto nulls = by == DecodedBy::Converter ? schemas::Nulls::Kept : schemas::Nulls::Dropped;
  auto unknown = schemas::normalize(decoded.object, row.custom->object, nulls);
  if (!unknown) {
    TRY(check_metadata(decoded.object, types));
    return unknown.error();
  }
  add_unknown(*unknown, decoded);
  return Done{};
}

Status normalize(const ResourceRow& row, const TypeCatalog& types, DecodedObject& decoded, DecodedBy by) {
  if (row.family == Family::Custom) return normalize_custom(row, types, decoded, by);
  return normalize_core(row, types, decoded, by);
}

// Text that could be read, with the failures that only reading it shows.
Outcome<DecodedObject> checked(const ResourceRow& row, DecodedObject decoded, std::string_view body) {
  if (const auto problem = type_problem(decoded.object)) return unrecognized(row, *problem, body);
  if (decoded.object.is_null() && row.family != Family::Custom) decoded.object = Json::object();
  return decoded;
}

Outcome<DecodedObject> read_json(const ResourceRow& row, std::string_view body) {
  Result<Json> parsed = parse_body(body);
  if (!parsed) {
    return unrecognized(row, "couldn't get version/kind; json parse error: " + parsed.error().message, body);
  }
  DecodedObject decoded{std::move(parsed).value(), {}};
  decoded.strict_failures = duplicate_failures(decoded.object, body);
  return checked(row, std::move(decoded), body);
}

Outcome<DecodedObject> read_yaml(const ResourceRow& row, std::string_view body) {
  Result<yaml::ParsedYaml> parsed = yaml::parse_yaml(body);
  if (!parsed) return unrecognized(row, parsed.error().message, body);
  DecodedObject decoded{std::move(parsed->json), {}};
  if (!parsed->repeated.empty()) decoded.strict_failures.push_back(yaml::strict_message(*parsed));
  return checked(row, std::move(decoded), body);
}

Outcome<DecodedObject> read_protobuf(const ResourceRow& row, const TypeCatalog& types,
                                     std::string_view body) {
  if (row.family == Family::Custom) return unknown_format();
  if (!is_protobuf(body)) return unrecognized(row, std::string(kNoProtobuf), body);
  Result<Json> decoded = decode_protobuf(body, types.type(row.definition));
  if (decoded) return DecodedObject{std::move(decoded).value(), {}};
  return kube::bad_request(decoded.error().message);
}

// As Go tells them of its own types: each where it reads it. What stands twice is told at its second place.
void order_as_written(std::vector<std::string>& failures, std::string_view body) {
  if (failures.size() < 2) return;
  std::map<std::string, std::size_t> places;
  std::set<std::string> seen;
  schemas::scan_places(body, [&](const std::string& path, std::size_t /*offset*/) {
    const char* what = seen.insert(path).second ? "unknown" : "duplicate";
    places.emplace(what + (" field \"" + path + "\""), places.size());
  });
  std::stable_sort(failures.begin(), failures.end(), [&](const std::string& a, const std::string& b) {
    const auto place = [&](const std::string& failure) {
      const auto at = places.find(failure);
      return at != places.end() ? at->second : places.size();
    };
    return place(a) < place(b);
  });
}

Outcome<DecodedObject> read_body(const ResourceRow& row, const TypeCatalog& types,
                                 std::string_view content_type, std::string_view body) {
  const std::string type = content_type.empty() ? "application/json" : media_type(content_type);
  if (type == "application/json") return read_json(row, body);
  if (type == "application/yaml") return read_yaml(row, body);
  if (type == kProtobufType) return read_protobuf(row, types, body);
  return unknown_format();
}

}  // namespace

Outcome<DecodedObject> decode_object(const ResourceRow& row, const TypeCatalog& types,
                                     std::string_view content_type, std::string_view body) {
  DecodedObject decoded = TRY(read_body(row, types, content_type, body));
  if (row.family == Family::Custom) {
    TRY(check_custom_type(row, types, decoded.object, body));
  } else {
    TRY(check_core_type(row, types, decoded.object));
  }
  const Json type{{"apiVersion", decoded.object["apiVersion"]}, {"kind", decoded.object["kind"]}};
  const Status normalized = normalize(row, types, decoded, DecodedBy::Decoder);
  if (!normalized) return cannot_be_handled(row, type, normalized.error().message);
  const bool is_json = content_type.empty() || media_type(content_type) == "application/json";
  if (is_json && row.family != Family::Custom) order_as_written(decoded.strict_failures, body);
  return decoded;
}

Result<DecodedObject> decode_tree(const ResourceRow& row, const TypeCatalog& types, Json object,
                                  DecodedBy by) {
  DecodedObject decoded{std::move(object), {}};
  if (!decoded.object.is_object()) return Error{Code::Invalid, "the result is no object"};
  TRY(normalize(row, types, decoded, by));
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

std::vector<std::string> strict_warnings(const std::vector<std::string>& strict_failures) {
  constexpr std::string_view kYaml = "yaml: unmarshal errors:";
  std::vector<std::string> warnings;
  for (const std::string& failure : strict_failures) {
    if (!failure.starts_with(kYaml)) {
      warnings.push_back(failure);
      continue;
    }
    std::string_view lines = std::string_view(failure).substr(kYaml.size());
    while (!lines.empty()) {
      lines.remove_prefix(1);
      const std::string_view line = lines.substr(0, lines.find('\n'));
      lines.remove_prefix(line.size());
      warnings.emplace_back(trimmed(line, " "));
    }
  }
  return warnings;
}

Outcome<std::vector<std::string>> judge_strict(const ResourceRow& row, const DecodedObject& decoded,
                                               FieldValidation validation) {
  if (validation == FieldValidation::Ignore || decoded.strict_failures.empty()) {
    return std::vector<std::string>();
  }
  if (validation == FieldValidation::Warn) return strict_warnings(decoded.strict_failures);
  return cannot_be_handled(row, decoded.object, strict_message(decoded.strict_failures));
}

}  // namespace cw::apiserver
