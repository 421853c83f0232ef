#include "apiserver/impersonation.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "apiserver/identity.h"
#include "apiserver/impersonation_headers.h"
#include "lib/base/ascii.h"
#include "lib/kube/names.h"
#include "lib/kube/service_account.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::UserInfo;

constexpr std::string_view kAuthenticationGroup = "authentication.k8s.io";
constexpr std::size_t kMaxRememberedUsers = 10'000;
// As many things as this are asked for at once ("*") before they are asked for one by one.
constexpr std::size_t kMany = 4;

// "system:node:web-1" → "web-1"
std::optional<std::string_view> node_name(std::string_view user) {
  constexpr std::string_view kPrefix = "system:node:";
  if (!user.starts_with(kPrefix)) return std::nullopt;
  user.remove_prefix(kPrefix.size());
  if (!kube::subdomain_problems(user).empty()) return std::nullopt;
  return user;
}

bool names_only_a_user(const UserInfo& wanted) {
  return wanted.uid.empty() && wanted.groups.empty() && wanted.extra.empty();
}

// A service account, running on that node.
bool runs_on(const UserInfo& user, std::string_view node) {
  const auto nodes = user.extra.get("authentication.kubernetes.io/node-name");
  return kube::parse_service_account(user.username) && nodes.size() == 1 && nodes[0] == node;
}

bool is_of_node(const UserInfo& wanted, const UserInfo& asker) {
  const auto node = node_name(wanted.username);
  return names_only_a_user(wanted) && node && runs_on(asker, *node);
}

bool is_node(const UserInfo& wanted, const UserInfo& /*asker*/) {
  return names_only_a_user(wanted) && node_name(wanted.username).has_value();
}

bool is_account(const UserInfo& wanted, const UserInfo& /*asker*/) {
  return names_only_a_user(wanted) && kube::parse_service_account(wanted.username).has_value();
}

bool is_other(const UserInfo& wanted, const UserInfo& /*asker*/) {
  return !node_name(wanted.username) && !kube::parse_service_account(wanted.username);
}

bool is_any(const UserInfo& /*wanted*/, const UserInfo& /*asker*/) { return true; }

struct Mode {
  std::string_view name;  // empty: the old one
  bool (*applies)(const UserInfo& wanted, const UserInfo& asker);
};
constexpr std::array<Mode, 5> kModes{{{"associated-node", is_of_node},
                                      {"arbitrary-node", is_node},
                                      {"serviceaccount", is_account},
                                      {"user-info", is_other},
                                      {"", is_any}}};

// What is wrong with the keys and values of "extra", where that is looked at.
std::string extra_problem(const UserInfo& wanted) {
  const std::string not_allowed = " in extra is not allowed";
  for (const auto& [key, values] : wanted.extra) {
    if (key.empty()) return "impersonating the empty string key" + not_allowed;
    const std::size_t slash = std::min(key.find('/'), key.size());
    if (slash == 0 || slash + 1 >= key.size()) {
      return "impersonating an invalid key" + not_allowed +
             ": extra.key: Invalid value: " + kube::quoted(key) +
             R"(: must be a domain-prefixed path (such as "acme.io/foo"))";
    }
    if (const auto problems = kube::subdomain_problems(key.substr(0, slash)); !problems.empty()) {
      return "impersonating an invalid key" + not_allowed +
             ": extra.key: Invalid value: " + kube::quoted(key.substr(0, slash)) + ": " + problems.front();
    }
    if (std::find(values.begin(), values.end(), "") != values.end()) {
      return "impersonating the empty string value" + not_allowed;
    }
  }
  return {};
}

// One question whether a user may act as another, in one mode.
class Attempt {
 public:
  Attempt(const Mode& mode, const UserInfo& asker, const UserInfo& wanted, const Authorizer& authorizer)
      : mode_(mode), asker_(asker), wanted_(wanted), authorizer_(authorizer) {}

  // Who the asker then is.
  Outcome<UserInfo> user(const RequestInfo& request) const {
    if (!is_old()) TRY(check_request(request));
    UserInfo user = wanted_;
    TRY(check_name(user));
    if (!wanted_.uid.empty()) TRY(check(asked("uids", wanted_.uid)));
    TRY(check_groups());
    TRY(check_extra());
    const bool anonymous = user.username == kAnonymous;
    if (anonymous || !is_in_group(user, kUnauthenticated)) {
      const std::string_view every = anonymous ? kUnauthenticated : kAuthenticated;
      if (!is_in_group(user, every)) user.groups.push_back(std::string(every));
    }
    return user;
  }

 private:
  bool is_old() const { return mode_.name.empty(); }

  // The old mode asks for users and groups in the core group, which has no such resources.
  rbac::Attributes asked(std::string resource, std::string name) const {
    rbac::Attributes attributes{
        .verb = "impersonate", .resource = std::move(resource), .name = std::move(name)};
    if (!is_old()) attributes.verb.append(":").append(mode_.name);
    const bool is_core = is_old() && (attributes.resource == "users" || attributes.resource == "groups");
    if (!is_core) attributes.api_group = kAuthenticationGroup;
    return attributes;
  }

  Outcome<Done> check(const rbac::Attributes& attributes) const {
    const rbac::Decision decision = authorizer_.decide(asker_, attributes);
    if (decision.allowed) return Done{};
    return forbidden_request(asker_, attributes, decision.reason);
  }

  Outcome<Done> check_request(const RequestInfo& request) const {
    rbac::Attributes attributes = attributes_of(request);
    attributes.verb = "impersonate-on:" + std::string(mode_.name) + ":" + attributes.verb;
    return check(attributes);
  }

  Outcome<Done> check_name(UserInfo& user) const {
    rbac::Attributes attributes = asked("users", wanted_.username);
    const auto node = is_old() ? std::nullopt : node_name(wanted_.username);
    if (node) {
      attributes.resource = "nodes";
      // Of the node that it runs on: a right to all such nodes, as each is another.
      attributes.name = mode_.applies == is_of_node ? "*" : std::string(*node);
      user.groups = {"system:nodes"};
    }
    if (const auto account = kube::parse_service_account(wanted_.username)) {
      attributes.resource = "serviceaccounts";
      attributes.name_space = account->name_space;
      attributes.name = account->name;
      if (wanted_.groups.empty()) user.groups = kube::service_account_groups(account->name_space);
    }
    return check(attributes);
  }

  Outcome<Done> check_groups() const {
    const rbac::Attributes all = asked("groups", "*");
    if (!is_old()) {
      if (is_in_group(wanted_, ""))
        return refused("groups", "", "impersonating the empty string group is not allowed");
      if (is_master(wanted_)) {
        return refused("groups", std::string(kAdminGroup),
                       "impersonating the system:masters group is not allowed");
      }
      if (wanted_.groups.size() >= kMany && check(all)) return Done{};
    }
    for (const std::string& group : wanted_.groups) TRY(check(asked("groups", group)));
    return Done{};
  }

  Outcome<Done> check_extra() const {
    if (!is_old()) {
      if (const std::string why = extra_problem(wanted_); !why.empty()) return refused("userextras", "", why);
      if (is_large_extra() && check(asked_extra("*", "*"))) return Done{};
    }
    for (const auto& [key, values] : wanted_.extra) {
      for (const std::string& value : values) TRY(check(asked_extra(key, value)));
    }
    return Done{};
  }

  rbac::Attributes asked_extra(const std::string& key, const std::string& value) const {
    rbac::Attributes attributes = asked("userextras", value);
    attributes.sub_resource = key;
    return attributes;
  }

  bool is_large_extra() const {
    std::size_t count = 0;
    for (const auto& [key, values] : wanted_.extra) count += values.size();
    return count >= kMany || wanted_.extra.size() >= kMany;
  }

  kube::StatusError refused(std::string resource, std::string name, const std::string& why) const {
    return forbidden_request(asker_, asked(std::move(resource), std::move(name)), why);
  }

  const Mode& mode_;
  const UserInfo& asker_;
  const UserInfo& wanted_;
  const Authorizer& authorizer_;
};

}  // namespace

Outcome<UserInfo> Impersonation::act_as(const UserInfo& user, const http::Request& request,
                                        const RequestInfo& info) const {
  const std::optional<UserInfo> wanted = TRY(read_impersonation(request));
  if (!wanted) return user;
  std::optional<kube::StatusError> first_refusal;
  const std::size_t last = last_mode(user.username);
  for (std::size_t i = 0; i <= kModes.size(); ++i) {
    // The one that allowed it last, then all others.
    const std::size_t mode = i == 0 ? last : i - 1;
    if (mode >= kModes.size() || (i > 0 && mode == last) || !kModes[mode].applies(*wanted, user)) continue;
    Outcome<UserInfo> found = Attempt(kModes[mode], user, *wanted, authorizer_).user(info);
    if (found) {
      if (mode != last) remember_mode(user.username, mode);
      return found;
    }
    if (!first_refusal) first_refusal = std::move(found).error();
  }
  return *first_refusal;  // the old mode always applies
}

std::size_t Impersonation::last_mode(const std::string& user) const {
  const std::lock_guard lock(mutex_);
  const auto at = modes_.find(user);
  return at != modes_.end() ? at->second : kModes.size();
}

void Impersonation::remember_mode(const std::string& user, std::size_t mode) const {
  const std::lock_guard lock(mutex_);
  if (modes_.size() >= kMaxRememberedUsers) modes_.clear();
  modes_[user] = mode;
}

}  // namespace cw::apiserver
