#include "lib/kube/service_account.h"

#include "lib/kube/names.h"

namespace cw::kube {

std::optional<ServiceAccountName> parse_service_account(std::string_view username) {
  if (!username.starts_with(kServiceAccountPrefix)) return std::nullopt;
  username.remove_prefix(kServiceAccountPrefix.size());
  const std::size_t colon = username.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const ServiceAccountName found{username.substr(0, colon), username.substr(colon + 1)};
  if (!label_problems(found.name_space).empty() || !subdomain_problems(found.name).empty()) {
    return std::nullopt;
  }
  return found;
}

std::string service_account_username(std::string_view name_space, std::string_view name) {
  return std::string(kServiceAccountPrefix).append(name_space).append(":").append(name);
}

bool is_service_account(std::string_view username, std::string_view name_space, std::string_view name) {
  if (name_space.empty() || !username.starts_with(kServiceAccountPrefix)) return false;
  username.remove_prefix(kServiceAccountPrefix.size());
  return username.size() == name_space.size() + 1 + name.size() && username.starts_with(name_space) &&
         username[name_space.size()] == ':' && username.ends_with(name);
}

List<std::string> service_account_groups(std::string_view name_space) {
  const std::string all(kServiceAccountsGroup);
  return {all, all + ":" + std::string(name_space)};
}

UserInfo user_named(std::string_view username) {
  UserInfo user;
  user.username = username;
  if (const auto account = parse_service_account(username)) {
    user.groups = service_account_groups(account->name_space);
  }
  user.groups.push_back(std::string(kAuthenticatedGroup));
  return user;
}

}  // namespace cw::kube
