#include "apiserver/continue_token.h"

#include <nlohmann/json.hpp>

#include "apiserver/go_json_error.h"
#include "apiserver/json_access.h"
#include "lib/base/encoding.h"
#include "lib/kube/json.h"

namespace cw::apiserver {
namespace {

constexpr const char* kVersion = "meta.k8s.io/v1";

Error invalid_token(const std::string& why) {
  return {Code::Invalid, "invalid continue token: continue key is not valid: " + why};
}

// A path that is not the shortest for where it leads.
bool has_dots(std::string_view path) {
  const std::string whole = (path.starts_with('/') ? "" : "/") + std::string(path) + "/";
  return whole.find("/./") != std::string::npos || whole.find("/../") != std::string::npos ||
         whole.find("//") != std::string::npos;
}

}  // namespace

std::string encode_continue(const ContinueFrom& from) {
  const Json token{
      {"v", kVersion}, {"rv", from.revision}, {"start", from.after.name_space + "/" + from.after.name}};
  return encode_base64url(dumped(token));
}

Result<ContinueFrom> decode_continue(std::string_view token) {
  const auto text = decode_base64url(token);
  if (!text) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const std::size_t at = token.find_first_not_of(kAlphabet);
    return invalid_token("illegal base64 data at input byte " +
                         std::to_string(at != std::string_view::npos ? at : token.size() / 4 * 4));
  }
  const Result<Json> parsed = kube::parse_json(*text);
  if (!parsed) return invalid_token(go_json_error(*text).value_or("malformed"));
  const Json* revision = find_member(*parsed, "rv");
  const std::string start = text_member(*parsed, "start");
  const bool known = text_member(*parsed, "v") == kVersion;
  const bool has_revision = revision != nullptr && revision->is_number_unsigned() && *revision != 0;
  if (known && !has_revision) {
    return invalid_token("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  }
  const std::size_t slash = start.find('/');
  if (!known) {
    return invalid_token("server does not recognize this encoded version " + text_member(*parsed, "v"));
  }
  if (start.empty()) return invalid_token("encoded start key empty (version meta.k8s.io/v1)");
  if (slash == std::string::npos || has_dots(start)) return invalid_token(start);
  return ContinueFrom{revision->get<Revision>(), {start.substr(0, slash), start.substr(slash + 1)}};
}

}  // namespace cw::apiserver
