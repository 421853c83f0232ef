#include "apiserver/documentation/openapi_answers.h"

#include <algorithm>

#include "apiserver/api_response.h"
#include "apiserver/wire/accept.h"
#include "lib/base/encoding.h"
#include "lib/pki/digest.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kProtobufV2 = "com.github.proto-openapi.spec.v2.v1.0+protobuf";
constexpr std::string_view kProtobufV2Older = "com.github.proto-openapi.spec.v2@v1.0+protobuf";

http::Response bare(int status) {
  http::Response response;
  response.status = status;
  response.content_type.clear();
  return response;
}

bool covers(const MediaRange& range, std::string_view sub_type) {
  return (range.type == "*" || range.type == "application") &&
         (range.sub_type == "*" || range.sub_type == sub_type);
}

// What the client likes best of these; empty: none.
std::string_view best_of(const http::Request& request, std::initializer_list<std::string_view> sub_types) {
  const std::string_view header = request.header("Accept");
  for (const MediaRange& range : parse_accept(header.empty() ? "*/*" : header)) {
    for (const std::string_view sub_type : sub_types) {
      if (covers(range, sub_type)) return sub_type;
    }
  }
  return {};
}

http::Response document(const http::Request& request, const std::string& text, std::string_view sub_type) {
  http::Response response = json_response(200, text);
  response.content_type = "application/" + std::string(sub_type);
  response.headers.emplace_back("Vary", "Accept");
  set_etag(request, content_hash(text), response);
  return response;
}

http::Response version2(const http::Request& request, const OpenApi& openapi) {
  const std::string_view sub_type = best_of(request, {"json", kProtobufV2, kProtobufV2Older});
  if (sub_type.empty()) return bare(406);
  if (sub_type == "json") return document(request, *openapi.document_v2(), sub_type);
  return document(request, *openapi.document_v2_protobuf(), kProtobufV2);
}

http::Response version3(const http::Request& request, const OpenApi& openapi, const std::string& path) {
  const auto text = openapi.document_v3(path);
  if (!text) return bare(404);
  const std::string_view sub_type = best_of(request, {"json"});
  if (sub_type.empty()) return bare(406);
  const std::string_view asked = request.parameter("hash");
  if (asked.empty()) return document(request, *text, sub_type);
  const std::string hash = content_hash(*text);
  if (asked != hash) {
    http::Response moved = bare(301);
    moved.content_type = "application/json";
    moved.headers.emplace_back("Location", "/openapi/v3/" + path + "?hash=" + hash);
    moved.headers.emplace_back("Vary", "Accept");
    return moved;
  }
  http::Response response = document(request, *text, sub_type);
  std::erase_if(response.headers, [](const auto& header) { return header.first == "Cache-Control"; });
  response.headers.emplace_back("Cache-Control", "public, immutable");
  return response;
}

}  // namespace

std::string content_hash(std::string_view text) {
  std::string hash = encode_hex(pki::sha256(text));
  std::transform(hash.begin(), hash.end(), hash.begin(),
                 [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
  return hash;
}

void set_etag(const http::Request& request, const std::string& hash, http::Response& response) {
  const std::string tag = "\"" + hash + "\"";
  response.headers.emplace_back("Etag", tag);
  const std::string_view known = request.header("If-None-Match");
  if (known.empty() || (known != "*" && known.find(tag) == std::string_view::npos)) return;
  response.status = 304;
  response.body.clear();
}

http::Response openapi_response(const http::Request& request, const OpenApi& openapi) {
  constexpr std::string_view kDocuments = "/openapi/v3/";
  if (request.path == "/openapi/v2") return version2(request, openapi);
  if (request.path.starts_with(kDocuments) && request.path.size() > kDocuments.size()) {
    return version3(request, openapi, request.path.substr(kDocuments.size()));
  }
  if (request.path != "/openapi/v3" && request.path != kDocuments) return no_such_page();
  const std::string index = openapi.index_v3();
  http::Response response = json_response(200, index);
  response.content_type = "text/plain; charset=utf-8";
  set_etag(request, content_hash(index), response);
  return response;
}

}  // namespace cw::apiserver
