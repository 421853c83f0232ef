// RememberingWorld: the same World, but an answer about rights is taken again for a while: for the scan,
// which has the same question for each of many Certificates. Approval never uses it. Thread-safe.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lib/policy/decide.h"
#include "lib/policy_watch/use_right.h"
#include "lib/rbac/access_reviews.h"

namespace cw::controller::approval {

class RememberingWorld final : public policy::World {
 public:
  RememberingWorld(const policy::World& world, rbac::AccessReviews& reviews)
      : world_(world), reviews_(reviews) {}

  std::vector<policy::PolicyPointer> policies() const override { return world_.policies(); }
  Result<std::optional<kube::Map>> namespace_labels(const std::string& name) const override {
    return world_.namespace_labels(name);
  }
  Result<std::optional<kube::Map>> issuer_annotations(const api::IssuerReference& issuer,
                                                      const std::string& name_space) const override {
    return world_.issuer_annotations(issuer, name_space);
  }
  Result<bool> may_use(const kube::UserInfo& user, const std::string& policy,
                       const std::string& name_space) const override {
    return reviews_.is_allowed(user, policy::use_right(policy, name_space));
  }
  std::vector<Result<bool>> may_use_each(const kube::UserInfo& user, std::span<const std::string> policies,
                                         const std::string& name_space) const override {
    std::vector<Result<bool>> answers;
    answers.reserve(policies.size());
    for (const auto& policy : policies) answers.push_back(may_use(user, policy, name_space));
    return answers;
  }
  bool probably_may_use(const kube::UserInfo& user, const std::string& policy,
                        const std::string& name_space) const override {
    return world_.probably_may_use(user, policy, name_space);
  }

 private:
  const policy::World& world_;
  rbac::AccessReviews& reviews_;
};

}  // namespace cw::controller::approval
