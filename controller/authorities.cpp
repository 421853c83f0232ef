#include "controller/authorities.h"

#include "controller/certificates/cascade.h"
#include "controller/issuers/ca_health.h"
#include "controller/issuers/issuer_type.h"
#include "lib/api/names.h"

namespace cw::controller {
namespace {

using certificates::Authority;

using Found = std::optional<Authority>;

Result<Found> authority_of(const api::Issuer& issuer, const issuers::IssuerDirectory& directory,
                           issuers::CaKeyPairs& key_pairs) {
  if (issuers::type_of(issuer.spec) != issuers::IssuerType::Ca) return Found{};
  if (!kube::is_condition_true(issuer.status.conditions, api::kReady)) return Found{};
  const kube::ObjectKey secret{directory.resource_namespace(issuer), issuer.spec.ca->secret_name};
  const auto pair = key_pairs.load(secret);
  if (!pair) {
    const Code code = pair.error().code;
    const bool stays = code == Code::NotFound || code == Code::Invalid || code == Code::Forbidden;
    return stays ? Result<Found>(Found{}) : Result<Found>(pair.error());
  }
  const auto& ca = (*pair)->certificate();
  return Found(Authority{
      .mark = certificates::authority_mark(ca.der()),
      .not_after = ca.not_after(),
      .since = (*pair)->written_at.value_or(ca.not_before()),
      .secret = secret,
      .may_be_outlived = issuers::may_outlive_ca(issuer.metadata) == issuers::Outliving::Allowed,
      .cascade = certificates::parse_cascade(issuer.metadata.annotations.get(api::kCascadeAnnotation))});
}

}  // namespace

bool says_other_to_leaves(const api::Issuer& before, const api::Issuer& after) {
  const auto ready = [](const api::Issuer& issuer) {
    return kube::is_condition_true(issuer.status.conditions, api::kReady);
  };
  return !(before.metadata.annotations == after.metadata.annotations) || !(before.spec == after.spec) ||
         ready(before) != ready(after);
}

certificates::FindReadySince ready_since_finder(const issuers::IssuerDirectory& directory) {
  return [&directory](const api::IssuerReference& reference,
                      const std::string& name_space) -> std::optional<TimePoint> {
    if (!api::is_built_in_group(reference)) return std::nullopt;
    const auto issuer = directory.find(reference, name_space);
    if (!issuer) return std::nullopt;
    const auto* ready = kube::find_condition((*issuer)->status.conditions, api::kReady);
    if (ready == nullptr || ready->status != kube::kConditionTrue) return std::nullopt;
    return ready->last_transition_time;
  };
}

certificates::FindAuthority authority_finder(const issuers::IssuerDirectory& directory,
                                             issuers::CaKeyPairs& key_pairs) {
  return [&directory, &key_pairs](const api::IssuerReference& reference,
                                  const std::string& name_space) -> Result<Found> {
    if (!api::is_built_in_group(reference)) return Found{};
    const auto issuer = directory.find(reference, name_space);
    if (!issuer) return Found{};
    return authority_of(**issuer, directory, key_pairs);
  };
}

}  // namespace cw::controller
