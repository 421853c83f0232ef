#include "apiserver/tokens/token_authenticator.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/encoding.h"
#include "lib/base/time_text.h"
#include "lib/kube/field_error.h"
#include "lib/kube/service_account.h"
#include "lib/pki/constant_time.h"
#include "lib/pki/digest.h"

namespace cw::apiserver {
namespace {

using Refused = std::string;
using UserOutcome = Result<kube::UserInfo, Refused>;

constexpr std::size_t kRemembered = 1024;    // tokens
constexpr std::chrono::seconds kLeeway{60};  // clocks of others; k8s.io uses go-jose's
constexpr const char* kInvalid = "invalid bearer token";
constexpr const char* kInvalidated = "service account token has been invalidated";
constexpr const char* kSecretInvalidated = "Token has been invalidated";
constexpr std::string_view kExtraPrefix = "authentication.kubernetes.io/";

// ["a" "b"], as Go prints a list.
std::string listed(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) out += (out.size() > 1 ? " " : "") + kube::quoted(text);
  return out + "]";
}

std::string refusal_text(const std::string& why) {
  if (why.empty()) return kInvalid;
  return std::string("[").append(kInvalid).append(", ").append(why).append("]");
}

void add_extra(kube::UserInfo& user, std::string_view name, std::string value) {
  if (!value.empty()) user.extra.set(std::string(kExtraPrefix).append(name), kube::List<std::string>{value});
}

kube::UserInfo account_user(const TokenClaims& claims) {
  kube::UserInfo user =
      kube::user_named(kube::service_account_username(claims.name_space, claims.account.name));
  user.uid = claims.account.uid;
  return user;
}

std::string time_problem(const TokenClaims& claims, TimePoint now) {
  if (claims.not_before && now + kLeeway < *claims.not_before)
    return "service account token is not valid yet";
  if (claims.expires && now - kLeeway > *claims.expires) return "service account token has expired";
  if (claims.issued && now + kLeeway < *claims.issued) {
    return "service account token is issued in the future";
  }
  return {};
}

bool went_before(const Json& object, TimePoint moment) {
  const std::string text = metadata_text(object, "deletionTimestamp");
  if (text.empty()) return false;
  const Result<TimePoint> at = parse_time(text);
  return !at || *at < moment;
}

// What a token depends on, as it is in the store.
class Dependencies {
 public:
  Dependencies(const Store& store, const TokenClaims& claims, TimePoint now)
      : store_(store), claims_(claims), gone_before_(now - kLeeway) {}

  // Empty if all is there.
  std::string problem() const {
    if (std::string why = account_problem(gone_before_); !why.empty()) return why;
    if (std::string why = bound_problem("secrets", claims_.secret, "secret"); !why.empty()) return why;
    if (std::string why = bound_problem("pods", claims_.pod, "pod"); !why.empty()) return why;
    // Of a pod's token the node is only told.
    return claims_.pod ? std::string() : bound_problem("nodes", claims_.node, "node");
  }

  std::string account_problem(TimePoint gone_before) const {
    const auto account = find("serviceaccounts", claims_.account.name);
    if (!account) return "serviceaccounts " + kube::quoted(claims_.account.name) + " not found";
    const std::string uid = metadata_text(*account, "uid");
    if (uid != claims_.account.uid) {
      return "service account UID (" + uid + ") does not match claim (" + claims_.account.uid + ")";
    }
    if (!went_before(*account, gone_before)) return {};
    return "service account " + claims_.name_space + "/" + claims_.account.name + " has been deleted";
  }

  std::optional<Json> find(const std::string& resource, const std::string& name) const {
    const std::string name_space = resource == "nodes" ? std::string() : claims_.name_space;
    const Result<ObjectPtr> object = store_.get({resource, {name_space, name}});
    if (!object) return std::nullopt;
    return parse_metadata_object(**object);
  }

 private:
  static Json parse_metadata_object(const StoredObject& object) {
    return Json::object({{"metadata", parse_metadata(object)}});
  }

  std::string bound_problem(const std::string& resource, const std::optional<ObjectClaim>& wanted,
                            const std::string& what) const {
    if (!wanted) return {};
    const auto object = find(resource, wanted->name);
    if (!object || went_before(*object, gone_before_)) return kInvalidated;
    const std::string uid = metadata_text(*object, "uid");
    if (uid == wanted->uid) return {};
    return what + " UID (" + uid + ") does not match service account " + what + " ref claim (" + wanted->uid +
           ")";
  }

  const Store& store_;
  const TokenClaims& claims_;
  TimePoint gone_before_;
};

}  // namespace

Result<TokenUser, std::string> TokenAuthenticator::authenticate(
    std::string_view token, const std::vector<std::string>& audiences) const {
  const Claims claims = verified(token);
  if (!claims) return refusal_text(claims.error().why);
  const std::vector<std::string> ours{std::string(kTokenIssuer)};
  const std::vector<std::string>& wanted = audiences.empty() ? ours : audiences;
  const std::vector<std::string>& given = claims->audiences.empty() ? ours : claims->audiences;
  TokenUser found;
  for (const std::string& one : given) {
    if (std::find(wanted.begin(), wanted.end(), one) != wanted.end()) found.audiences.push_back(one);
  }
  if (found.audiences.empty()) {
    return refusal_text("token audiences " + listed(given) + " is invalid for the target audiences " +
                        listed(wanted));
  }
  UserOutcome user = user_of(token, *claims);
  if (!user) return refusal_text(user.error());
  found.user = std::move(user).value();
  return found;
}

UserOutcome TokenAuthenticator::user_of(std::string_view token, const TokenClaims& claims) const {
  return claims.lives_in_secret() ? secret_user(token, claims) : bound_user(claims);
}

UserOutcome TokenAuthenticator::bound_user(const TokenClaims& claims) const {
  const TimePoint now = clock_.now();
  if (const std::string why = time_problem(claims, now); !why.empty()) return why;
  if (const std::string why = Dependencies(store_, claims, now).problem(); !why.empty()) return why;
  kube::UserInfo user = account_user(claims);
  const ObjectClaim pod = claims.pod.value_or(ObjectClaim{});
  const ObjectClaim node = claims.node.value_or(ObjectClaim{});
  add_extra(user, "credential-id", claims.id.empty() ? std::string() : "JTI=" + claims.id);
  add_extra(user, "node-name", node.name);
  add_extra(user, "node-uid", node.uid);
  add_extra(user, "pod-name", pod.name);
  add_extra(user, "pod-uid", pod.uid);
  return user;
}

// Such a token lives as long as the Secret holds it.
UserOutcome TokenAuthenticator::secret_user(std::string_view token, const TokenClaims& claims) const {
  constexpr const char* kInvalidSince = "kubernetes.io/legacy-token-invalid-since";
  const ObjectClaim named = claims.secret.value_or(ObjectClaim{});
  const bool fits = claims.subject == kube::service_account_username(claims.name_space, claims.account.name);
  if (named.name.empty() || !fits) return Refused("sub claim is invalid");
  const ObjectKey key{claims.name_space, named.name};
  const Result<ObjectPtr> stored = store_.get({"secrets", key});
  if (!stored) return Refused(kSecretInvalidated);
  const Json secret = parse_object(**stored);
  if (!metadata_text(secret, "deletionTimestamp").empty()) return Refused(kSecretInvalidated);
  const auto held = decode_base64(text_at(secret, {"data", "token"}));
  if (!held || !pki::equal_in_constant_time(*held, token)) {
    return Refused("Token does not match server's copy");
  }
  const Dependencies dependencies(store_, claims, clock_.now());
  if (std::string why = dependencies.account_problem(clock_.now() + kLeeway); !why.empty()) return why;
  const std::string place = claims.name_space + "/" + named.name;
  if (!text_at(secret, {"metadata", "labels", kInvalidSince}).empty()) {
    return Refused("the token in secret " + place + " for service account " + claims.name_space + "/" +
                   claims.account.name + " has been marked invalid by its label " + kInvalidSince);
  }
  const std::lock_guard lock(mutex_);
  used_secrets_.insert(key);
  return account_user(claims);
}

TokenAuthenticator::Claims TokenAuthenticator::verified(std::string_view token) const {
  std::string digest = pki::sha256(token);
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = by_digest_.find(digest); at != by_digest_.end()) {
      recent_.splice(recent_.begin(), recent_, at->second);
      return at->second->claims;
    }
  }
  Claims claims = keys_->verify(token);
  if (claims) remember(std::move(digest), *claims);
  return claims;
}

void TokenAuthenticator::remember(std::string digest, const TokenClaims& claims) const {
  const std::lock_guard lock(mutex_);
  if (by_digest_.contains(digest)) return;
  if (recent_.size() >= kRemembered) {
    by_digest_.erase(recent_.back().digest);
    recent_.pop_back();
  }
  recent_.push_front({std::move(digest), claims});
  by_digest_.emplace(recent_.front().digest, recent_.begin());
}

std::size_t TokenAuthenticator::remembered() const {
  const std::lock_guard lock(mutex_);
  return recent_.size();
}

std::set<ObjectKey> TokenAuthenticator::take_used_secrets() const {
  const std::lock_guard lock(mutex_);
  return std::exchange(used_secrets_, {});
}

}  // namespace cw::apiserver
