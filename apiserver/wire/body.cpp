#include "apiserver/wire/body.h"

#include <nlohmann/json.hpp>

#include "apiserver/go_json_error.h"
#include "apiserver/json_access.h"
#include "apiserver/protobuf_decode.h"
#include "apiserver/typed_decode.h"
#include "apiserver/wire/accept.h"
#include "lib/yaml/parse.h"
#include "schemas/member_scan.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;

// What a body says of its own type is read into this first.
constexpr std::string_view kGoType =
    R"(struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" })";

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

}  // namespace

kube::StatusError unknown_format() {
  return {kube::Reason::UnsupportedMediaType,
          "the body of the request was in an unknown format - accepted media types include: " +
              std::string(kAllMediaTypes)};
}

Result<Json> parse_body(std::string_view body) {
  Result<Json> parsed = kube::parse_json(body);
  if (parsed) return parsed;
  // Go is asked only for its words; what it would take and we do not keeps our message.
  auto why = go_json_error(body);
  return Error{Code::Invalid, why ? *std::move(why) : parsed.error().message};
}

// Why apiVersion and kind cannot even be read; nothing if they can.
std::optional<std::string> type_problem(const Json& body) {
  const std::string start = "couldn't get version/kind; json parse error: json: cannot unmarshal ";
  if (!body.is_object() && !body.is_null()) {
    return start + go_kind(body) + " into Go value of type " + std::string(kGoType);
  }
  for (const char* name : {"apiVersion", "kind"}) {
    const Json* value = body.is_object() ? find_member(body, name) : nullptr;
    if (value == nullptr || value->is_null() || value->is_string()) continue;
    return start + go_kind(*value) + " into Go struct field ." + name + " of type string";
  }
  return std::nullopt;
}

std::vector<std::string> duplicate_failures(const Json& tree, std::string_view body) {
  std::vector<std::string> failures;
  if (count_members(tree) == count_colons(body)) return failures;
  for (const std::string& path : schemas::find_duplicate_members(body)) {
    failures.push_back("duplicate field " + kube::quoted(path));
  }
  return failures;
}

Outcome<Json> read_any_body(std::string_view content_type, std::string_view body, const ValueType& type) {
  const std::string media = content_type.empty() ? "application/json" : media_type(content_type);
  Json value;
  if (media == kProtobufType) {
    Result<Json> decoded = decode_protobuf(body, type);
    if (!decoded) return kube::bad_request(decoded.error().message);
    value = std::move(decoded).value();
  } else if (media == "application/yaml") {
    Result<yaml::ParsedYaml> parsed = yaml::parse_yaml(body);
    if (!parsed) return kube::bad_request(parsed.error().message);
    value = std::move(parsed->json);
  } else if (media == "application/json") {
    Result<Json> parsed = parse_body(body);
    if (!parsed) {
      return kube::bad_request("couldn't get version/kind; json parse error: " + parsed.error().message);
    }
    value = std::move(parsed).value();
  } else {
    return unknown_format();
  }
  if (const auto problem = type_problem(value)) return kube::bad_request(*problem);
  return value.is_null() ? Json::object() : std::move(value);
}

}  // namespace cw::apiserver
