#include "apiserver/tokens/token_claims.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

// The claims of a token that lives in a Secret.
constexpr const char* kLegacyNamespace = "kubernetes.io/serviceaccount/namespace";
constexpr const char* kLegacySecret = "kubernetes.io/serviceaccount/secret.name";
constexpr const char* kLegacyAccount = "kubernetes.io/serviceaccount/service-account.name";
constexpr const char* kLegacyAccountUid = "kubernetes.io/serviceaccount/service-account.uid";
constexpr const char* kKubernetes = "kubernetes.io";

constexpr std::int64_t kLastSecond = 253'402'300'799;  // of the year 9999

void set_time(Json& to, const char* name, const std::optional<TimePoint>& time) {
  if (time) to[name] = time->time_since_epoch().count();
}

void set_object(Json& to, const char* name, const std::optional<ObjectClaim>& object) {
  if (object) to[name] = {{"name", object->name}, {"uid", object->uid}};
}

Error wrong(std::string_view what) { return {Code::Invalid, "a wrong claim: " + std::string(what)}; }

Result<std::string> text_claim(const Json& from, std::string_view name) {
  const Json* found = find_member(from, name);
  if (found == nullptr) return std::string();
  if (!found->is_string()) return wrong(name);
  return found->get<std::string>();
}

// RFC 7519 §2 NumericDate; a fraction is dropped.
Result<std::optional<TimePoint>> time_claim(const Json& from, std::string_view name) {
  const Json* found = find_member(from, name);
  if (found == nullptr) return std::optional<TimePoint>();
  if (!found->is_number()) return wrong(name);
  const auto seconds = found->get<double>();
  if (!(seconds >= 0 && seconds <= static_cast<double>(kLastSecond))) return wrong(name);
  return std::optional(TimePoint(std::chrono::seconds(static_cast<std::int64_t>(seconds))));
}

Result<std::vector<std::string>> audience_claim(const Json& from) {
  const Json* found = find_member(from, "aud");
  std::vector<std::string> audiences;
  if (found == nullptr) return audiences;
  if (found->is_string()) return std::vector{found->get<std::string>()};
  if (!found->is_array()) return wrong("aud");
  for (const Json& one : *found) {
    if (!one.is_string()) return wrong("aud");
    audiences.push_back(one.get<std::string>());
  }
  return audiences;
}

Result<std::optional<ObjectClaim>> object_claim(const Json& from, std::string_view name) {
  const Json* found = find_member(from, name);
  if (found == nullptr) return std::optional<ObjectClaim>();
  if (!found->is_object()) return wrong(name);
  return std::optional(ObjectClaim{TRY(text_claim(*found, "name")), TRY(text_claim(*found, "uid"))});
}

Status decode_bound(const Json& from, TokenClaims& claims) {
  claims.name_space = TRY(text_claim(from, "namespace"));
  claims.account = TRY(object_claim(from, "serviceaccount")).value_or(ObjectClaim{});
  claims.pod = TRY(object_claim(from, "pod"));
  claims.node = TRY(object_claim(from, "node"));
  claims.secret = TRY(object_claim(from, "secret"));
  claims.warn_after = TRY(time_claim(from, "warnafter"));
  return Done{};
}

Status decode_legacy(const Json& from, TokenClaims& claims) {
  claims.name_space = TRY(text_claim(from, kLegacyNamespace));
  claims.account = {TRY(text_claim(from, kLegacyAccount)), TRY(text_claim(from, kLegacyAccountUid))};
  claims.secret = ObjectClaim{TRY(text_claim(from, kLegacySecret)), {}};
  return Done{};
}

}  // namespace

std::string encode_claims(const TokenClaims& claims) {
  Json all{{"iss", claims.issuer}, {"sub", claims.subject}};
  if (!claims.audiences.empty()) all["aud"] = claims.audiences;
  set_time(all, "exp", claims.expires);
  set_time(all, "nbf", claims.not_before);
  set_time(all, "iat", claims.issued);
  if (!claims.id.empty()) all["jti"] = claims.id;
  if (claims.lives_in_secret()) {
    all[kLegacyNamespace] = claims.name_space;
    all[kLegacySecret] = claims.secret.value_or(ObjectClaim{}).name;
    all[kLegacyAccount] = claims.account.name;
    all[kLegacyAccountUid] = claims.account.uid;
    return dumped(all);
  }
  Json bound{{"namespace", claims.name_space}};
  set_object(bound, "serviceaccount", claims.account);
  set_object(bound, "pod", claims.pod);
  set_object(bound, "node", claims.node);
  set_object(bound, "secret", claims.secret);
  set_time(bound, "warnafter", claims.warn_after);
  all[kKubernetes] = std::move(bound);
  return dumped(all);
}

Result<TokenClaims> decode_claims(const Json& from) {
  TokenClaims claims;
  claims.issuer = TRY(text_claim(from, "iss"));
  claims.subject = TRY(text_claim(from, "sub"));
  claims.audiences = TRY(audience_claim(from));
  claims.expires = TRY(time_claim(from, "exp"));
  claims.not_before = TRY(time_claim(from, "nbf"));
  claims.issued = TRY(time_claim(from, "iat"));
  claims.id = TRY(text_claim(from, "jti"));
  if (claims.lives_in_secret())
    TRY(decode_legacy(from, claims));
  else
    TRY(decode_bound(object_member(from, kKubernetes), claims));
  return claims;
}

}  // namespace cw::apiserver
