#include "apiserver/impersonation_headers.h"

#include <string>
#include <string_view>

#include "lib/base/ascii.h"
#include "lib/base/percent.h"
#include "lib/kube/field_error.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kExtraHeader = "impersonate-extra-";

// ["a", "b"], as Go shows its value.
std::string go_list(const kube::List<std::string>& texts) {
  if (!texts.present()) return "[]string(nil)";
  std::string out = "[]string{";
  for (const std::string& text : texts) out += (out.ends_with('{') ? "" : ", ") + kube::quoted(text);
  return out + "}";
}

std::string go_map(const kube::MapOf<kube::List<std::string>>& map) {
  if (map.empty()) return "map[string][]string(nil)";
  std::string out = "map[string][]string{";
  for (const auto& [key, values] : map) {
    out += (out.ends_with('{') ? "" : ", ") + kube::quoted(key) + ":" + go_list(values);
  }
  return out + "}";
}

std::string shown(const kube::UserInfo& user) {
  return "&user.DefaultInfo{Name:\"\", UID:" + kube::quoted(user.uid) + ", Groups:" + go_list(user.groups) +
         ", Extra:" + go_map(user.extra) + "}";
}

}  // namespace

kube::Outcome<std::optional<kube::UserInfo>> read_impersonation(const http::Request& request) {
  kube::UserInfo user;
  user.username = request.header("Impersonate-User");
  user.uid = request.header("Impersonate-Uid");
  for (const auto& [header, value] : request.headers) {
    const std::string name = lower_case(header);
    if (name == "impersonate-group") user.groups.push_back(value);
    if (!name.starts_with(kExtraHeader)) continue;
    const std::string_view encoded = std::string_view(name).substr(kExtraHeader.size());
    // As it is if it is no percent encoding.
    const std::string key = percent_decoded(encoded).value_or(std::string(encoded));
    auto values = user.extra.get(key);
    values.push_back(value);
    user.extra.set(key, values);
  }
  if (!user.username.empty()) return std::optional(std::move(user));
  if (user.uid.empty() && !user.groups.present() && user.extra.empty()) {
    return std::optional<kube::UserInfo>();
  }
  return kube::bad_request("requested " + shown(user) + " without impersonating a user name");
}

}  // namespace cw::apiserver
