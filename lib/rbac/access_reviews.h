// AccessReviews: may a user do something? Asked of the API server (SubjectAccessReview,
// authorization.k8s.io/v1), which knows authorizers that we do not. Answers are kept for a while, so that the
// same question is not put twice; a time to live of 0 asks always. Bounded. Thread-safe; the network is asked
// outside the lock.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "lib/base/clock.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/client.h"
#include "lib/rbac/rules.h"

namespace cw::rbac {

class AccessReviews {
 public:
  using Wait = std::function<void(std::chrono::milliseconds)>;
  // `wait` is called before the one retry of a question that the API server could not take.
  AccessReviews(kube::KubeWriter&, const Clock&, std::chrono::milliseconds time_to_live, Wait wait);
  AccessReviews(const AccessReviews&) = delete;
  AccessReviews& operator=(const AccessReviews&) = delete;
  ~AccessReviews();

  // Errors: it could not be found out.
  Result<bool> is_allowed(const kube::UserInfo&, const Attributes&);
  // How many answers are kept.
  std::size_t remembered() const;
  // Questions put to the API server since the start: for tests and metrics.
  std::uint64_t asked() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cw::rbac
