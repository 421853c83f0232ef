// OfflineWorld: what a verdict depends on, from manifests instead of a cluster: CertificateRequestPolicies,
// Namespaces, issuers, roles and bindings. A policy without a status counts as Ready if nothing is wrong with
// it, as if it had just been applied; one with a status by its Ready condition. Immutable; thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/explain/request_input.h"
#include "lib/policy/decide.h"
#include "lib/rbac/rules.h"

namespace cw::cli::explain {

class OfflineWorld final : public policy::World {
 public:
  // Of an object that stands more than once the last counts, as if all were applied in turn. `name_space` is
  // that of namespaced objects which name none. Invalid: an object that counts cannot be decoded.
  static Result<std::unique_ptr<OfflineWorld>> from(const std::vector<Manifest>&,
                                                    const std::string& name_space);

  std::vector<std::string> namespaces() const;
  // What the manifests do not have though the answer may depend on it, a sentence each.
  std::vector<std::string> gaps(const api::IssuerReference&, const std::string& name_space) const;

  std::vector<policy::PolicyPointer> policies() const override { return policies_; }
  // NotFound: the manifests do not have the Namespace, so its labels are not known.
  Result<std::optional<kube::Map>> namespace_labels(const std::string& name) const override;
  Result<std::optional<kube::Map>> issuer_annotations(const api::IssuerReference&,
                                                      const std::string& name_space) const override;
  Result<bool> may_use(const kube::UserInfo&, const std::string& policy,
                       const std::string& name_space) const override;
  std::vector<Result<bool>> may_use_each(const kube::UserInfo&, std::span<const std::string> policies,
                                         const std::string& name_space) const override;
  bool probably_may_use(const kube::UserInfo&, const std::string& policy,
                        const std::string& name_space) const override;

 private:
  using PoliciesByName = std::map<std::string, policy::PolicyPointer>;
  Status add(const kube::Json& object, const std::string& name_space, PoliciesByName&);

  explicit OfflineWorld(std::unique_ptr<const rbac::Rulebook> rulebook) : rulebook_(std::move(rulebook)) {}

  std::vector<policy::PolicyPointer> policies_;
  std::map<std::string, kube::Map> namespaces_;   // labels by name
  std::map<kube::ObjectKey, kube::Map> issuers_;  // annotations; no namespace: a ClusterIssuer
  std::unique_ptr<const rbac::Rulebook> rulebook_;
};

}  // namespace cw::cli::explain
