// The user that a ServiceAccount is: "system:serviceaccount:NAMESPACE:NAME", and the groups of it. The one
// place that knows this form. Pure. Source: k8s.io/apiserver pkg/authentication/serviceaccount/util.go.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/kube/admission_review.h"

namespace cw::kube {

inline constexpr std::string_view kServiceAccountPrefix = "system:serviceaccount:";
inline constexpr std::string_view kServiceAccountsGroup = "system:serviceaccounts";
inline constexpr std::string_view kAuthenticatedGroup = "system:authenticated";

// Parts of the text that was parsed.
struct ServiceAccountName {
  std::string_view name_space;
  std::string_view name;
};

// nullopt: the user is no service account, or none that could exist (a namespace or name that may not be).
std::optional<ServiceAccountName> parse_service_account(std::string_view username);
std::string service_account_username(std::string_view name_space, std::string_view name);
// Whether the user is that account. Nothing is the account without a namespace.
bool is_service_account(std::string_view username, std::string_view name_space, std::string_view name);

// "system:serviceaccounts" and "system:serviceaccounts:NAMESPACE".
List<std::string> service_account_groups(std::string_view name_space);
// With the groups that the user has by its name alone: those of an account, and system:authenticated.
UserInfo user_named(std::string_view username);

}  // namespace cw::kube
