#include "lib/policy_watch/watched_policies.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/api/names.h"
#include "lib/api/resources.h"

namespace cw::policy {
namespace {

bool comes_before(const PolicyPointer& policy, const std::string& name) { return policy->name() < name; }

// Status alone, without another readiness, decides nothing.
bool decide_alike(const CompiledPolicy& a, const CompiledPolicy& b) {
  return a.readiness() == b.readiness() && a.mode() == b.mode() && a.object().spec == b.object().spec;
}

}  // namespace

WatchedPolicies::WatchedPolicies(const kube::KubeReader& reader, watch::Patience patience,
                                 std::function<void(const std::string&)> changed)
    : cache_(
          reader, api::kCertificateRequestPolicies, {},
          [this](const kube::Json& json) { return compile(json); }, patience) {
  cache_.objects().on_change([this, changed = std::move(changed)](const kube::ObjectKey& key,
                                                                  const auto& before, const auto& after) {
    take(key.name, after ? after->compiled : nullptr);
    if (before && after && decide_alike(*before->compiled, *after->compiled)) return;
    changed(key.name);
  });
}

WatchedPolicies::List WatchedPolicies::list() const {
  const std::scoped_lock lock(mutex_);
  return list_;
}

PolicyPointer WatchedPolicies::find(const std::string& name) const {
  const auto all = list();
  const auto at = std::lower_bound(all->begin(), all->end(), name, comes_before);
  return at != all->end() && (*at)->name() == name ? *at : nullptr;
}

Result<WatchedPolicies::Watched> WatchedPolicies::compile(const kube::Json& json) const {
  // The overload is named, for the other one wants simdjson.
  constexpr Result<api::CertificateRequestPolicy> (*kDecode)(const kube::Json&) =
      api::decode_certificate_request_policy;
  return Watched{CompiledPolicy::compile(TRY(kDecode(json)))};
}

void WatchedPolicies::take(const std::string& name, const PolicyPointer& after) {
  const std::scoped_lock lock(mutex_);
  auto changed = *list_;
  const auto at = std::lower_bound(changed.begin(), changed.end(), name, comes_before);
  const bool known = at != changed.end() && (*at)->name() == name;
  if (known && after) *at = after;
  if (known && !after) changed.erase(at);
  if (!known && after) changed.insert(at, after);
  list_ = std::make_shared<const std::vector<PolicyPointer>>(std::move(changed));
}

}  // namespace cw::policy
