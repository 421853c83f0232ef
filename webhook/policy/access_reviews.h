// SignerAccess by SubjectAccessReview (authorization.k8s.io/v1): the API server decides. Answers are kept for
// a second, so that a burst of approvals by one controller is one question. Thread-safe. Source:
// reference/admission.md 3.2.2 step 4.
#pragma once

#include <cstddef>
#include <string_view>

#include "lib/rbac/access_reviews.h"
#include "webhook/policy/approval.h"

namespace cw::webhook {

class AccessReviews final : public SignerAccess {
 public:
  using Wait = rbac::AccessReviews::Wait;
  // `wait` is called before the one retry of a question that the API server could not take.
  AccessReviews(kube::KubeWriter&, const Clock&, Wait wait);
  Result<bool> may_approve(const kube::UserInfo&, std::string_view signer) override;
  // How many answers are kept.
  std::size_t remembered() const { return reviews_.remembered(); }

 private:
  rbac::AccessReviews reviews_;
};

}  // namespace cw::webhook
