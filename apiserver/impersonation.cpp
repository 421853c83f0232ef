#include "apiserver/impersonation.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "apiserver/identity.h"
#include "lib/base/ascii.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kExtraHeader = "impersonate-extra-";
constexpr std::string_view kAuthenticationGroup = "authentication.k8s.io";

// Header names have no case.
bool has_prefix(std::string_view name, std::string_view prefix) {
  return lower_case(name.substr(0, prefix.size())) == prefix;
}

bool asks_impersonation(const http::Request& request) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [](const auto& header) { return has_prefix(header.first, "impersonate-"); });
}

kube::UserInfo named_user(const http::Request& request) {
  kube::UserInfo user;
  user.username = request.header("Impersonate-User");
  user.uid = request.header("Impersonate-Uid");
  for (const auto& [name, value] : request.headers) {
    if (lower_case(name) == "impersonate-group") user.groups.push_back(value);
    if (!has_prefix(name, kExtraHeader)) continue;
    const std::string key = lower_case(name.substr(kExtraHeader.size()));
    auto values = user.extra.get(key);
    values.push_back(value);
    user.extra.set(key, values);
  }
  return user;
}

struct Account {
  std::string name_space;
  std::string name;
};

// "system:serviceaccount:ns:name"
std::optional<Account> find_account(std::string_view user) {
  constexpr std::string_view kPrefix = "system:serviceaccount:";
  if (!user.starts_with(kPrefix)) return std::nullopt;
  user.remove_prefix(kPrefix.size());
  const std::size_t colon = user.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == user.size()) return std::nullopt;
  if (user.find(':', colon + 1) != std::string_view::npos) return std::nullopt;
  return Account{std::string(user.substr(0, colon)), std::string(user.substr(colon + 1))};
}

rbac::Attributes asked_for(std::string resource, std::string name) {
  return {.verb = "impersonate", .resource = std::move(resource), .name = std::move(name)};
}

// What the verb is needed on.
std::vector<rbac::Attributes> needed(const kube::UserInfo& wanted, const std::optional<Account>& account) {
  std::vector<rbac::Attributes> all;
  if (account) {
    all.push_back(asked_for("serviceaccounts", account->name));
    all.back().name_space = account->name_space;
  } else {
    all.push_back(asked_for("users", wanted.username));
  }
  for (const std::string& group : wanted.groups) all.push_back(asked_for("groups", group));
  for (const auto& [key, values] : wanted.extra) {
    for (const std::string& value : values) {
      all.push_back(asked_for("userextras", value));
      all.back().sub_resource = key;
      all.back().api_group = kAuthenticationGroup;
    }
  }
  if (!wanted.uid.empty()) {
    all.push_back(asked_for("uids", wanted.uid));
    all.back().api_group = kAuthenticationGroup;
  }
  return all;
}

void add_groups(kube::UserInfo& user, const std::optional<Account>& account) {
  if (account && user.groups.empty()) {
    user.groups.push_back("system:serviceaccounts");
    user.groups.push_back("system:serviceaccounts:" + account->name_space);
  }
  const std::string_view every = user.username == kAnonymous ? kUnauthenticated : kAuthenticated;
  if (!is_in_group(user, every)) user.groups.push_back(std::string(every));
}

}  // namespace

kube::Outcome<kube::UserInfo> impersonate(const kube::UserInfo& user, const http::Request& request,
                                          const Authorizer& authorizer) {
  if (!asks_impersonation(request)) return user;
  kube::UserInfo wanted = named_user(request);
  if (wanted.username.empty()) {
    return kube::bad_request("requested impersonation of groups, uid or extra without impersonating a user");
  }
  const std::optional<Account> account = find_account(wanted.username);
  for (const rbac::Attributes& asked : needed(wanted, account)) {
    const rbac::Decision decision = authorizer.decide(user, asked);
    if (!decision.allowed) return forbidden_request(user, asked, decision.reason);
  }
  add_groups(wanted, account);
  return wanted;
}

}  // namespace cw::apiserver
