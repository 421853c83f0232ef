#include "lib/policy_watch/guard_world.h"

#include <nlohmann/json.hpp>

#include "lib/api/resources.h"
#include "lib/kube/decode.h"
#include "lib/kube/metadata.h"

namespace cw::policy {
namespace {

constexpr std::chrono::seconds kLife{10};
constexpr std::size_t kMaxKept = 1000;

struct NamespaceObject {
  kube::ObjectMeta metadata;
};
template <kube::FieldsOf<NamespaceObject> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("metadata", s.metadata);
}

Result<std::optional<kube::Map>> labels_of(const kube::KubeReader& reader, const std::string& name) {
  const auto found = reader.get(api::kNamespaces, {"", name});
  if (!found && found.error().code == Code::NotFound) return std::optional<kube::Map>();
  if (!found) return found.error();
  return std::optional(TRY(kube::decode<NamespaceObject>(*found)).metadata.labels);
}

}  // namespace

Result<std::optional<kube::Map>> find_annotations(const FindAnnotations& find,
                                                  const api::IssuerReference& issuer,
                                                  const std::string& name_space) {
  auto found = find(issuer, name_space);
  if (!found) return Error{found.error().code, "the issuer could not be looked at: " + found.error().message};
  return found;
}

Result<std::optional<kube::Map>> GuardWorld::namespace_labels(const std::string& name) const {
  {
    const std::lock_guard lock(mutex_);
    const auto at = kept_.find(name);
    if (at != kept_.end() && at->second.good_until > clock_.now()) return at->second.labels;
  }
  std::optional<kube::Map> labels = TRY(labels_of(reader_, name));
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= kMaxKept) kept_.clear();
  kept_[name] = {labels, clock_.now() + kLife};
  return labels;
}

}  // namespace cw::policy
