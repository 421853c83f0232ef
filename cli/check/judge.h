// Judge: one object, judged as an API server with our kinds and our webhook would judge its creation, or the
// update of an older version of it: names and metadata, unknown fields, schema, defaults, webhook rules.
// Where the API server stops at the first stage that refuses, all stages are reported, each field once. Not
// thread-safe.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/resource_row.h"
#include "cli/check/finding.h"
#include "lib/kube/admission_request.h"
#include "schemas/check.h"
#include "schemas/kinds.h"
#include "webhook/review.h"

namespace cw::cli::check {

class Judge {
 public:
  // `reviews` must outlive this. `name_space` is that of objects which name none.
  Judge(const webhook::ReviewAnswer& reviews, std::string name_space)
      : reviews_(reviews), name_space_(std::move(name_space)) {}

  // Findings with level, rule, field and message. `old` is nullptr for a creation.
  std::vector<Finding> judge(const kube::Json& object, const schemas::KindSchema&, const kube::Json* old);

 private:
  webhook::Verdict ask_webhook(const kube::Json& object, const schemas::KindSchema&, const kube::Json* old);

  const webhook::ReviewAnswer& reviews_;
  std::string name_space_;
  schemas::Checker checker_;
  kube::ReviewParser parser_;
};

// The text of a string member, or "".
std::string text_member(const kube::Json& object, const char* name);
std::string metadata_text(const kube::Json& object, const char* name);

}  // namespace cw::cli::check
