// What a ServiceAccount's token says, in both forms that Kubernetes has: bound tokens, which TokenRequest
// makes and which end; and tokens that live in a Secret and end with it. Pure. Source: k8s.io/kubernetes
// pkg/serviceaccount/{claims,legacy}.go.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/json.h"

namespace cw::apiserver {

using kube::Json;

// The issuer of tokens that live in a Secret.
inline constexpr std::string_view kLegacyIssuer = "kubernetes/serviceaccount";

// One object, not just one of the name.
struct ObjectClaim {
  std::string name;
  std::string uid;
  bool operator==(const ObjectClaim&) const = default;
};

struct TokenClaims {
  std::string issuer;
  std::string subject;
  std::vector<std::string> audiences = {};
  std::optional<TimePoint> expires = {};
  std::optional<TimePoint> not_before = {};
  std::optional<TimePoint> issued = {};
  std::string id = {};  // "jti"
  std::string name_space;
  ObjectClaim account;
  std::optional<ObjectClaim> pod = {};
  std::optional<ObjectClaim> node = {};
  std::optional<ObjectClaim> secret = {};  // of a token that lives in a Secret, the name alone
  std::optional<TimePoint> warn_after = {};
  bool operator==(const TokenClaims&) const = default;

  bool lives_in_secret() const { return issuer == kLegacyIssuer; }
};

std::string encode_claims(const TokenClaims&);
// Invalid: a member of another type. What the server did not write is not looked for.
Result<TokenClaims> decode_claims(const Json&);

}  // namespace cw::apiserver
