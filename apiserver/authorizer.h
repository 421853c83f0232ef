// Authorizer: whether a user may do what a request asks. system:masters may do all; else the rules of the
// roles and bindings in the store decide, as in Kubernetes; beside them every user may see what is served and
// ask what it may do, and everyone may see that the server is well, and its version. Thread-safe.
#pragma once

#include <string_view>

#include "apiserver/request_info.h"
#include "apiserver/stored_rulebook.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

class Authorizer {
 public:
  explicit Authorizer(const Store& store) : rulebook_(store) {}
  Authorizer(const Authorizer&) = delete;
  Authorizer& operator=(const Authorizer&) = delete;

  rbac::Decision decide(const kube::UserInfo&, const rbac::Attributes&) const;
  // 403 unless it is allowed; why, in either case, is put where `reason` points.
  kube::Outcome<Done> check(const kube::UserInfo&, const RequestInfo&, std::string* reason = nullptr) const;
  const StoredRulebook& rulebook() const { return rulebook_; }

 private:
  StoredRulebook rulebook_;
};

bool is_master(const kube::UserInfo&);
bool is_in_group(const kube::UserInfo&, std::string_view group);
// What a request asks to do.
rbac::Attributes attributes_of(const RequestInfo&);

}  // namespace cw::apiserver
