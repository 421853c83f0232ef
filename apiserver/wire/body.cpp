#include "apiserver/wire/body.h"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "apiserver/go_json_error.h"
#include "apiserver/json_access.h"
#include "apiserver/protobuf_decode.h"
#include "apiserver/typed_decode.h"
#include "apiserver/wire/accept.h"
#include "lib/base/encoding.h"
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

// 0 if there is no \uXXXX.
unsigned escaped_unit(std::string_view text) {
  unsigned unit = 0;
  if (text.size() < 6 || !text.starts_with("\\u")) return 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  return error == std::errc() && end == text.data() + 6 ? unit : 0;
}

// How many bytes of the text, which starts with a backslash, belong together; 0: half a surrogate pair.
std::size_t escape_length(std::string_view text) {
  const unsigned unit = escaped_unit(text);
  if (unit < 0xd800 || unit > 0xdfff) return std::min<std::size_t>(text.size(), 2);
  const unsigned low = unit < 0xdc00 ? escaped_unit(text.substr(6)) : 0;
  return low >= 0xdc00 && low <= 0xdfff ? 12 : 0;
}

std::size_t rune_length(std::string_view text) {
  for (std::size_t length = 1; length <= std::min<std::size_t>(text.size(), 4); ++length) {
    if (is_valid_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

// With U+FFFD for what is no text, as Go reads it: bytes that are no UTF-8, halves of surrogate pairs.
std::string repaired(std::string_view body) {
  std::string out;
  while (!body.empty()) {
    const bool escaped = body.front() == '\\';
    const std::size_t length = escaped ? escape_length(body) : rune_length(body);
    out += length != 0 ? body.substr(0, length) : std::string_view("\xEF\xBF\xBD");
    body.remove_prefix(length != 0 ? length : escaped ? 6 : 1);
  }
  return out;
}

}  // namespace

kube::StatusError unknown_format() {
  return {kube::Reason::UnsupportedMediaType,
          "the body of the request was in an unknown format - accepted media types include: " +
              std::string(kAllMediaTypes)};
}

Result<Json> parse_body(std::string_view body) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // Go takes none
  Result<Json> parsed =
      body.starts_with(kByteOrderMark) ? Error{Code::Invalid, "a byte order mark"} : kube::parse_json(body);
  if (parsed) return parsed;
  if (const std::string better = repaired(body); better != body) {
    if (Result<Json> good = kube::parse_json(better)) return good;
  }
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
    if (!is_protobuf(body)) return kube::bad_request(std::string(kNoProtobuf));
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
