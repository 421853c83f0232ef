#include "apiserver/reviews.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/managed_fields.h"
#include "apiserver/pod_actions.h"
#include "apiserver/prepare.h"
#include "apiserver/tokens/token_requests.h"
#include "lib/base/time_text.h"
#include "lib/kube/encode.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;

// A new object: nothing of what the asker sent.
Json about_oneself(const ReviewQuestion& question, TimePoint now) {
  return {{"apiVersion", question.row.group_version()},
          {"kind", question.row.resource.kind},
          {"metadata", {{"creationTimestamp", format_time(now)}}},
          {"status", {{"userInfo", kube::to_json(question.asker)}}}};
}

}  // namespace

Outcome<Json> Reviews::answer(const ReviewQuestion& question) const {
  const std::string_view kind = question.row.resource.kind;
  if (kind == "SelfSubjectReview") return about_oneself(question, parts_.clock.now());
  if (kind == "SelfSubjectRulesReview") {
    return review_rules(question.review, question.asker, parts_.authorizer);
  }
  if (kind == "Binding" || kind == "Eviction") return act_on_pod(question);
  Json review = tracked(question);
  if (kind == "TokenReview")
    return review_token(std::move(review), {parts_.store, parts_.tokens, parts_.clock});
  if (kind == "TokenRequest") return token(question, std::move(review));
  TRY(match_namespace(review, question.row, question.key.name_space));
  return review_access(question.row, std::move(review), question.asker, question.key.name_space,
                       parts_.authorizer);
}

// By its own path, or by that of the collection.
Outcome<Json> Reviews::act_on_pod(const ReviewQuestion& question) const {
  Json wanted = question.review;
  TRY(match_namespace(wanted, question.row, question.key.name_space));
  ObjectKey pod = question.key;
  if (question.sub_resource.empty()) pod.name = metadata_text(wanted, "name");
  const PodActions actions(parts_, gate_);
  if (question.row.resource.kind == "Binding") return actions.bind(pod, wanted, question.dry_run);
  return actions.evict(pod, wanted, question.asker, question.dry_run);
}

// As of everything that is written, the fields have a manager, though nobody will ask again.
Json Reviews::tracked(const ReviewQuestion& question) const {
  Json review = question.review;
  if (question.manager.empty()) return review;
  const TrackedWrite write{question.row, parts_.types, ObjectPart::Whole, question.manager,
                           parts_.clock.now()};
  track_update(review, nullptr, write);
  if (question.sub_resource.empty()) return review;
  for (Json& entry : review["metadata"]["managedFields"]) entry["subresource"] = question.sub_resource;
  return review;
}

Outcome<Json> Reviews::token(const ReviewQuestion& question, Json review) const {
  TRY(match_namespace(review, question.row, question.key.name_space));
  const RowPtr accounts = parts_.resources.find("", "v1", "serviceaccounts");
  const auto open = TRY(gate_.enter(parts_.store, *accounts, question.key));
  return make_token(std::move(review), question.key, {parts_.store, parts_.tokens, parts_.clock});
}

}  // namespace cw::apiserver
