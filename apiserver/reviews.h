// The kinds that are questions: may someone do something, and who am I. Answered, never stored.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/authorizer.h"
#include "apiserver/resource_row.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

// The review with its status filled in. 422 for a question that is none.
kube::Outcome<Json> answer_review(const ResourceRow&, const Json& review, const kube::UserInfo& asker,
                                  const std::string& name_space, const Authorizer&);

}  // namespace cw::apiserver
