// SignerAccess by SubjectAccessReview (authorization.k8s.io/v1): the API server decides. Answers are kept for
// a second, so that a burst of approvals by one controller is one question. Thread-safe; the network is asked
// outside the lock. Source: reference/admission.md 3.2.2 step 4.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/kube/client.h"
#include "webhook/policy/approval.h"

namespace cw::webhook {

class AccessReviews final : public SignerAccess {
 public:
  using Wait = std::function<void(std::chrono::milliseconds)>;
  // `wait` is called before the one retry of a question that the API server could not take.
  AccessReviews(kube::KubeWriter& writer, const Clock& clock, Wait wait)
      : writer_(writer), clock_(clock), wait_(std::move(wait)) {}
  Result<bool> may_approve(const kube::UserInfo&, std::string_view signer) override;
  // How many answers are kept.
  std::size_t remembered();

 private:
  struct Entry {
    std::string question;
    bool allowed = false;
    TimePoint good_until;
  };

  std::optional<bool> cached(const std::string& question);
  void remember(const std::string& question, bool allowed);
  void drop_oldest();
  Result<bool> ask(const kube::Json& review) const;

  kube::KubeWriter& writer_;
  const Clock& clock_;
  Wait wait_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // oldest first
  std::map<std::string_view, std::list<Entry>::iterator> by_question_;
  std::size_t bytes_ = 0;
};

}  // namespace cw::webhook
