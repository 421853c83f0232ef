// The kinds that are questions: may someone do something, who am I, whose token is this; tokens themselves;
// and what is done to Pods by a POST. Answered, never stored. Thread-safe.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/api_parts.h"
#include "apiserver/namespace_gate.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

struct ReviewQuestion {
  const ResourceRow& row;  // of the review
  const Json& review;      // decoded
  const ObjectKey& key;    // the namespace of the request line; of a subresource the object's name too
  const std::string& sub_resource;
  const kube::UserInfo& asker;
  const std::string& manager;  // whose the fields are; may be empty
  bool dry_run = false;
};

class Reviews {
 public:
  Reviews(const ApiParts& parts, NamespaceGate& gate) : parts_(parts), gate_(gate) {}

  // The review with its status filled in. 422 for a question that is none.
  kube::Outcome<Json> answer(const ReviewQuestion&) const;

 private:
  Json tracked(const ReviewQuestion&) const;
  kube::Outcome<Json> act_on_pod(const ReviewQuestion&) const;
  kube::Outcome<Json> token(const ReviewQuestion&, Json) const;

  ApiParts parts_;
  NamespaceGate& gate_;
};

// Of the three kinds of SubjectAccessReview and SelfSubjectRulesReview. Pure but for the store's roles.
kube::Outcome<Json> review_access(const ResourceRow&, Json review, const kube::UserInfo& asker,
                                  const std::string& name_space, const Authorizer&);
kube::Outcome<Json> review_rules(const Json& review, const kube::UserInfo& asker, const Authorizer&);

}  // namespace cw::apiserver
