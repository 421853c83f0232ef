#include "apiserver/reviews.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

using kube::FieldPath;
using kube::Outcome;

rbac::Attributes attributes_of(const Json& spec) {
  const Json& path = object_member(spec, "nonResourceAttributes");
  const Json& resource = object_member(spec, "resourceAttributes");
  if (!spec.contains("resourceAttributes"))
    return {.verb = text_member(path, "verb"), .path = text_member(path, "path")};
  return {.verb = text_member(resource, "verb"),
          .api_group = text_member(resource, "group"),
          .resource = text_member(resource, "resource"),
          .sub_resource = text_member(resource, "subresource"),
          .name = text_member(resource, "name"),
          .name_space = text_member(resource, "namespace")};
}

kube::UserInfo user_of(const Json& spec) {
  kube::UserInfo user;
  user.username = text_member(spec, "user");
  user.uid = text_member(spec, "uid");
  for (const Json& group : array_member(spec, "groups")) user.groups.push_back(group.get<std::string>());
  return user;
}

FieldErrors check_question(const Json& spec, bool names_user) {
  const FieldPath at("spec");
  const Json* resource = find_member(spec, "resourceAttributes");
  const Json* path = find_member(spec, "nonResourceAttributes");
  FieldErrors errors;
  if (resource != nullptr && path != nullptr) {
    errors.push_back(kube::invalid(at.child("nonResourceAttributes"), dumped(*path),
                                   "cannot be specified in combination with resourceAttributes"));
  }
  if (resource == nullptr && path == nullptr) {
    errors.push_back(
        kube::invalid(at.child("resourceAttributes"), "null",
                      "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
  }
  const bool nobody = text_member(spec, "user").empty() && array_member(spec, "groups").empty();
  if (names_user && nobody) {
    errors.push_back(
        kube::invalid(at.child("user"), kube::quoted(""), "at least one of user or group must be specified"));
  }
  return errors;
}

Json user_json(const kube::UserInfo& user) {
  Json json = Json::object();
  if (!user.username.empty()) json["username"] = user.username;
  if (!user.uid.empty()) json["uid"] = user.uid;
  if (!user.groups.empty()) json["groups"] = user.groups.items();
  for (const auto& [key, values] : user.extra) json["extra"][key] = values.items();
  return json;
}

}  // namespace

Outcome<Json> answer_review(const ResourceRow& row, const Json& review, const kube::UserInfo& asker,
                            const std::string& name_space, const Authorizer& authorizer) {
  Json answered = review;
  if (row.resource.plural == "selfsubjectreviews") {
    answered["status"] = {{"userInfo", user_json(asker)}};
    return answered;
  }
  const Json& spec = object_member(review, "spec");
  const bool of_asker = row.resource.plural == "selfsubjectaccessreviews";
  FieldErrors errors = check_question(spec, !of_asker);
  if (row.resource.namespaced && text_at(spec, {"resourceAttributes", "namespace"}) != name_space) {
    errors.push_back(kube::invalid(FieldPath("spec").child("resourceAttributes").child("namespace"),
                                   kube::quoted(text_at(spec, {"resourceAttributes", "namespace"})),
                                   "must match metadata.namespace"));
  }
  if (!errors.empty()) return kube::invalid("", row.resource.group, "", errors);
  const rbac::Decision decision = authorizer.decide(of_asker ? asker : user_of(spec), attributes_of(spec));
  answered["status"] = {{"allowed", decision.allowed}};
  if (!decision.reason.empty()) answered["status"]["reason"] = decision.reason;
  return answered;
}

}  // namespace cw::apiserver
