#include "apiserver/tokens/token_requests.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/wire/go_words.h"
#include "lib/base/random.h"
#include "lib/base/time_text.h"
#include "lib/kube/encode.h"
#include "lib/kube/service_account.h"

namespace cw::apiserver {
namespace {

using kube::FieldPath;
using kube::Outcome;

constexpr std::int64_t kLeastSeconds = 600;
constexpr std::int64_t kMostSeconds = std::int64_t{1} << 32;
// The lifetime that kubelets ask for. Bound to a pod, such a token lives for a year and is only warned of, so
// that old programs that read it once go on.
constexpr std::int64_t kWarnOnlySeconds = 3607;
constexpr std::int64_t kExtendedSeconds = 365L * 24 * 3600;

constexpr std::string_view kGroup = "authentication.k8s.io";
constexpr std::string_view kKind = "TokenRequest";

// The things that a token can be bound to, as errors name them.
kube::Resource core_resource(std::string_view plural) { return {"", "v1", plural, {}, plural != "nodes"}; }

Outcome<Json> find_object(const Store& store, std::string_view plural, const ObjectKey& key) {
  if (key.name.empty()) return kube::bad_request("Name parameter required.");
  const Result<ObjectPtr> found = store.get({std::string(plural), key});
  if (found) return parse_object(**found);
  if (found.error().code == Code::NotFound) return kube::not_found(core_resource(plural), key.name);
  return kube::StatusError(found.error());
}

ObjectClaim claim_of(const Json& object) {
  return {metadata_text(object, "name"), metadata_text(object, "uid")};
}

kube::StatusError other_uid(const kube::Resource& resource, const std::string& name, const std::string& why) {
  return kube::conflict(resource, name, why);
}

Outcome<Done> check_metadata(const Json& request, const Json& account) {
  const std::string name = metadata_text(request, "name");
  const std::string wanted = metadata_text(account, "name");
  if (!name.empty() && name != wanted) {
    const kube::FieldError error = kube::invalid(FieldPath("metadata").child("name"), kube::quoted(name),
                                                 "must match the service account name if specified");
    return kube::invalid(kKind, kGroup, wanted, {error});
  }
  const std::string uid = metadata_text(request, "uid");
  const std::string account_uid = metadata_text(account, "uid");
  if (uid.empty() || uid == account_uid) return Done{};
  return other_uid({kGroup, "v1", kKind, kKind}, wanted,
                   "the UID in the token request (" + uid +
                       ") does not match the UID of the service account (" + account_uid + ")");
}

Outcome<Done> check_lifetime(std::int64_t seconds) {
  const char* why = nullptr;
  if (seconds < kLeastSeconds) why = "may not specify a duration less than 10 minutes";
  if (seconds > kMostSeconds) why = "may not specify a duration larger than 2^32 seconds";
  if (why == nullptr) return Done{};
  const FieldPath at = FieldPath("spec").child("expirationSeconds");
  return kube::invalid(kKind, kGroup, "", {kube::invalid(at, std::to_string(seconds), why)});
}

Outcome<Done> bind_pod(const Json& pod, TokenClaims& claims, const Store& store) {
  if (text_at(pod, {"spec", "serviceAccountName"}) != claims.account.name) {
    return kube::bad_request("cannot bind token for serviceaccount " + kube::quoted(claims.account.name) +
                             " to pod running with different serviceaccount name.");
  }
  claims.pod = claim_of(pod);
  const std::string node_name = text_at(pod, {"spec", "nodeName"});
  if (node_name.empty()) return Done{};
  const Outcome<Json> node = find_object(store, "nodes", {"", node_name});
  claims.node = node ? claim_of(*node) : ObjectClaim{node_name, {}};
  return Done{};
}

Outcome<Done> bind(const Json& reference, TokenClaims& claims, const Store& store) {
  const std::string api_version = text_member(reference, "apiVersion");
  const std::string kind = text_member(reference, "kind");
  const bool is_core = api_version.find('/') == std::string::npos;
  const bool is_node = kind == "Node";
  if (!is_core || (kind != "Pod" && kind != "Secret" && !is_node)) {
    return kube::bad_request("cannot bind token to object of type " +
                             go_group_version_kind(api_version, kind));
  }
  const std::string plural = kind == "Pod" ? "pods" : is_node ? "nodes" : "secrets";
  const std::string name = text_member(reference, "name");
  const Json object = TRY(find_object(store, plural, {is_node ? std::string() : claims.name_space, name}));
  if (kind == "Pod") TRY(bind_pod(object, claims, store));
  if (kind == "Secret") claims.secret = claim_of(object);
  if (is_node) claims.node = claim_of(object);
  const std::string uid = text_member(reference, "uid");
  if (uid.empty() || uid == metadata_text(object, "uid")) return Done{};
  return other_uid({"", "v1", kind, kind}, name,
                   "the UID in the bound object reference (" + uid +
                       ") does not match the UID in record. The object might have been deleted and then "
                       "recreated");
}

void set_lifetime(TokenClaims& claims, std::int64_t seconds, TimePoint now) {
  const bool is_for_us = std::all_of(claims.audiences.begin(), claims.audiences.end(),
                                     [](const std::string& one) { return one == kTokenIssuer; });
  const bool extends = claims.pod && seconds == kWarnOnlySeconds && is_for_us;
  if (extends) claims.warn_after = now + std::chrono::seconds(seconds);
  claims.issued = now;
  claims.not_before = now;
  claims.expires = now + std::chrono::seconds(extends ? kExtendedSeconds : seconds);
}

void fill_lifetime(Json& request) {
  Json& spec = make_object(request, "spec");
  if (!spec.contains("expirationSeconds")) spec["expirationSeconds"] = kDefaultTokenSeconds;
}

}  // namespace

KindRules token_request_rules() { return {.fill = fill_lifetime}; }

Outcome<Json> make_token(Json request, const ObjectKey& key, const TokenParts& parts) {
  const Json account = TRY(find_object(parts.store, "serviceaccounts", key));
  TRY(check_metadata(request, account));
  Json& spec = make_object(request, "spec");
  if (array_member(spec, "audiences").empty()) spec["audiences"] = Json::array({kTokenIssuer});
  const TimePoint now = parts.clock.now();
  Json& metadata = make_object(request, "metadata");
  metadata["name"] = key.name;
  metadata["namespace"] = key.name_space;
  metadata["uid"] = metadata_text(account, "uid");
  metadata["creationTimestamp"] = format_time(now);
  const std::int64_t seconds = spec.value("expirationSeconds", kDefaultTokenSeconds);
  spec["expirationSeconds"] = seconds;
  TRY(check_lifetime(seconds));

  TokenClaims claims{.issuer = std::string(kTokenIssuer),
                     .subject = kube::service_account_username(key.name_space, key.name),
                     .audiences = spec["audiences"].get<std::vector<std::string>>(),
                     .id = random_uuid(),
                     .name_space = key.name_space,
                     .account = claim_of(account)};
  const Json* reference = find_member(spec, "boundObjectRef");
  if (reference != nullptr && !reference->is_null())
    TRY(bind(*reference, claims, parts.store));
  else
    spec["boundObjectRef"] = nullptr;
  set_lifetime(claims, seconds, now);
  Result<std::string> token = parts.tokens.keys().sign(claims);
  if (!token) return kube::internal_error("failed to generate token: " + token.error().message);
  request["status"] = {{"token", *std::move(token)},
                       {"expirationTimestamp", format_time(now + std::chrono::seconds(seconds))}};
  return request;
}

Outcome<Json> review_token(Json review, const TokenParts& parts) {
  const Json& spec = object_member(review, "spec");
  const std::string token = text_member(spec, "token");
  if (token.empty()) return kube::bad_request("token is required for TokenReview in authentication");
  std::vector<std::string> audiences;
  for (const Json& one : array_member(spec, "audiences")) audiences.push_back(one.get<std::string>());
  Result<TokenUser, std::string> found = parts.tokens.authenticate(token, audiences);
  if (!found) {
    review["status"] = {{"user", Json::object()}, {"error", found.error()}};
    return review;
  }
  review["status"] = {
      {"authenticated", true}, {"user", kube::to_json(found->user)}, {"audiences", found->audiences}};
  return review;
}

}  // namespace cw::apiserver
