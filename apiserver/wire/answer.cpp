#include "apiserver/wire/answer.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/protobuf_encode.h"
#include "apiserver/protobuf_writer.h"
#include "apiserver/wire/accept.h"
#include "apiserver/wire/gzip.h"
#include "lib/base/ascii.h"
#include "lib/yaml/write.h"

namespace cw::apiserver {
namespace {

constexpr std::size_t kCompressFrom = 128UL << 10U;  // bytes, as kube-apiserver
constexpr std::string_view kStatus = "io.k8s.apimachinery.pkg.apis.meta.v1.Status";

struct Wish {
  Encoding encoding = Encoding::JsonText;
  bool pretty = false;
};

bool is_error(const http::Response& response) { return response.status >= 400; }

// Paths whose good answers are objects of the API.
bool is_api_path(std::string_view path) {
  return path == "/api" || path == "/apis" || path.starts_with("/api/") || path.starts_with("/apis/");
}

// Errors are not transformed: a range that wants a Table is none for them.
bool fits(const MediaRange& range, const http::Response& response) {
  return !is_error(response) || range.parameter("as").empty();
}

Wish wish_of(const http::Request& request, const http::Response& response) {
  for (const MediaRange& range : parse_accept(request.header("Accept"))) {
    if (!fits(range, response)) continue;
    const bool pretty = range.parameter("pretty") == "1";
    if (range.covers(Encoding::JsonText)) return {Encoding::JsonText, pretty};
    if (range.covers(Encoding::Yaml)) return {Encoding::Yaml};
    if (range.covers(Encoding::Protobuf)) return {Encoding::Protobuf};
  }
  return {};
}

// Browsers and command lines are people.
bool is_for_people(const http::Request& request) {
  const std::string_view pretty = request.parameter("pretty");
  if (!pretty.empty()) return pretty == "1" || pretty == "t" || pretty == "T" || lower_case(pretty) == "true";
  const std::string_view agent = request.header("User-Agent");
  return agent.starts_with("curl") || agent.starts_with("Wget") || agent.starts_with("Mozilla/5.0");
}

std::string encode_partial(const Json& object, const TypeCatalog& types) {
  ProtobufWriter out;
  out.message(1, encode_message(object_member(object, "metadata"), types.type(kObjectMetaDefinition)));
  return out.take();
}

std::string encode_items(const Json& list, const TypeCatalog& types, const ValueType* item_type) {
  std::vector<std::string> items;
  for (const Json& item : array_member(list, "items")) {
    items.push_back(item_type != nullptr ? encode_message(item, *item_type) : encode_partial(item, types));
  }
  return encode_list(text_member(list, "apiVersion"), text_member(list, "kind"),
                     object_member(list, "metadata"), items, types);
}

// The media type with what a transformation added: "application/json;g=…;v=v2;as=…".
void set_type(http::Response& response, Encoding encoding) {
  const std::size_t parameters = std::min(response.content_type.find(';'), response.content_type.size());
  response.content_type = std::string(media_type_of(encoding)) + response.content_type.substr(parameters);
}

void encode(const Wish& wish, const AnswerTypes& parts, http::Response& response) {
  if (wish.encoding == Encoding::JsonText) {
    if (wish.pretty) response.body = indented(response.body);
    return;
  }
  const Json object = Json::parse(response.body, nullptr, false);
  if (object.is_discarded()) return;
  if (wish.encoding == Encoding::Yaml) {
    response.body = yaml::write_yaml(object);
    return set_type(response, wish.encoding);
  }
  std::optional<std::string> encoded = protobuf_of(object, parts);
  if (!encoded) return;
  response.body = *std::move(encoded);
  set_type(response, wish.encoding);
}

bool accepts_gzip(std::string_view header) {
  while (!header.empty()) {
    const std::string_view token = header.substr(0, header.find(','));
    header.remove_prefix(std::min(token.size() + 1, header.size()));
    if (trimmed(token, " \t") == "gzip") return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> protobuf_of(const Json& object, const AnswerTypes& parts) {
  const std::string api_version = text_member(object, "apiVersion");
  const std::string kind = text_member(object, "kind");
  const TypeCatalog& types = parts.types;
  if (kind == "Status" && api_version == "v1") return encode_protobuf(object, types.type(kStatus));
  if (kind == "PartialObjectMetadata") {
    return encode_envelope(api_version, kind, encode_partial(object, types));
  }
  if (kind == "PartialObjectMetadataList") return encode_items(object, types, nullptr);
  RowPtr row = parts.resources.find_kind(api_version, kind);
  if (row != nullptr && row->custom == nullptr) return encode_protobuf(object, types.type(row->definition));
  constexpr std::string_view kList = "List";
  if (!kind.ends_with(kList)) return std::nullopt;
  row = parts.resources.find_kind(api_version, kind.substr(0, kind.size() - kList.size()));
  if (row == nullptr || row->custom != nullptr) return std::nullopt;
  return encode_items(object, types, &types.type(row->definition));
}

std::string watch_frames(std::string_view lines, const AnswerTypes& parts) {
  std::string frames;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const Json event = Json::parse(line, nullptr, false);
    if (!event.is_object()) continue;
    const auto object = protobuf_of(object_member(event, "object"), parts);
    if (object) frames += encode_event_frame(text_member(event, "type"), *object);
  }
  return frames;
}

void finish_answer(const http::Request& request, const AnswerTypes& parts, http::Response& response) {
  const auto is_caching = [](const auto& header) { return header.first == "Cache-Control"; };
  if (std::none_of(response.headers.begin(), response.headers.end(), is_caching)) {
    response.headers.emplace_back("Cache-Control", "no-cache, private");
  }
  if (response.stream) return;
  const bool is_json = response.content_type.starts_with("application/json");
  if (is_json && !response.body.empty() && (is_error(response) || is_api_path(request.path))) {
    Wish wish = wish_of(request, response);
    wish.pretty = wish.pretty || is_for_people(request);
    encode(wish, parts, response);
  }
  if (response.body.size() <= kCompressFrom || !accepts_gzip(request.header("Accept-Encoding"))) return;
  std::optional<std::string> small = gzipped(response.body);
  if (!small) return;
  response.body = *std::move(small);
  response.headers.emplace_back("Content-Encoding", "gzip");
  response.headers.emplace_back("Vary", "Accept-Encoding");
}

std::string indented(std::string_view json) {
  std::string out;
  out.reserve(json.size() * 2);
  std::size_t depth = 0;
  const auto new_line = [&] { out.append("\n").append(depth * 2, ' '); };
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < json.size()) out += json[++i];
      in_string = c != '"';
      continue;
    }
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') continue;
    const bool closes = c == '}' || c == ']';
    if (closes && depth > 0) --depth;
    if (closes && !out.empty() && out.back() != '{' && out.back() != '[') new_line();
    out += c;
    in_string = c == '"';
    const std::size_t next = json.find_first_not_of(" \n\t\r", i + 1);
    const char after = next == std::string_view::npos ? '\0' : json[next];
    if (c == '{' || c == '[') ++depth;
    const bool opens = (c == '{' && after != '}') || (c == '[' && after != ']');
    if (opens || c == ',') new_line();
    if (c == ':') out += ' ';
  }
  return out;
}

}  // namespace cw::apiserver
