// What of a Pod may be changed, by the whole and by its parts.
#include <algorithm>
#include <limits>
#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/kinds/kind_checks.h"
#include "apiserver/kinds/pod_kinds.h"

namespace cw::apiserver {
namespace {

const FieldPath kSpec("spec");

// An error that ends the checks.
bool check_number_of_containers(FieldErrors& errors, const Json& next, const Json& old) {
  for (const char* list : {"containers", "initContainers"}) {
    if (array_member(next, list).size() == array_member(old, list).size()) continue;
    errors.push_back(kube::forbidden(kSpec.child(list), "pod updates may not add or remove containers"));
    return false;
  }
  return true;
}

void take_images(Json& spec, const Json& from) {
  for (const char* list : {"containers", "initContainers"}) {
    const Json& others = array_member(from, list);
    for (std::size_t i = 0; i < others.size(); ++i) copy_member(spec[list][i], others[i], "image");
  }
}

// It comes down only. False: the checks end here.
bool check_deadline(FieldErrors& errors, const Json& next, const Json& old) {
  const FieldPath at = kSpec.child("activeDeadlineSeconds");
  const Json* deadline = find_member(next, "activeDeadlineSeconds");
  const Json* before = find_member(old, "activeDeadlineSeconds");
  if (deadline == nullptr) {
    if (before == nullptr) return true;
    errors.push_back(kube::invalid(at, "null", "must not update from a positive integer to nil value"));
    return true;
  }
  if (*deadline < 0 || *deadline > std::numeric_limits<std::int32_t>::max()) {
    errors.push_back(kube::invalid(at, deadline->dump(), "must be between 0 and 2147483647, inclusive"));
    return false;
  }
  if (before == nullptr || *deadline <= *before) return true;
  errors.push_back(kube::invalid(at, deadline->dump(), "must be less than or equal to previous value"));
  return false;
}

bool keeps_tolerations(const Json& next, const Json& old) {
  const Json& after = array_member(next, "tolerations");
  const Json& before = array_member(old, "tolerations");
  return std::all_of(before.begin(), before.end(), [&](const Json& toleration) {
    return std::any_of(after.begin(), after.end(), [&](Json other) {
      copy_member(other, toleration, "tolerationSeconds");
      return other == toleration;
    });
  });
}

bool ends_at_once(const Json& next, const Json& old) {
  return number_member(old, "terminationGracePeriodSeconds") < 0 &&
         number_member(next, "terminationGracePeriodSeconds") == 1;
}

const Json* find_named(const Json& list, const std::string& name) {
  for (const Json& item : list) {
    if (text_member(item, "name") == name) return &item;
  }
  return nullptr;
}

// They are added to; what is there stays as it is.
FieldErrors check_ephemeral(const Json& next, const Json& old) {
  const FieldPath at = kSpec.child("ephemeralContainers");
  const Json& containers = array_member(object_member(next, "spec"), "ephemeralContainers");
  std::set<std::string> names;
  for (const char* list : {"containers", "initContainers"}) {
    for (const Json& container : array_member(object_member(next, "spec"), list)) {
      names.insert(text_member(container, "name"));
    }
  }
  FieldErrors errors;
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const std::string name = text_member(containers[i], "name");
    if (name.empty()) {
      errors.push_back(kube::required(at.index(i).child("name"), ""));
    } else {
      add_problems(errors, at.index(i).child("name"), name, kube::label_problems(name));
    }
    if (!names.insert(name).second) {
      errors.push_back(kube::duplicate(at.index(i).child("name"), kube::quoted(name)));
    }
    if (text_member(containers[i], "image").empty()) {
      errors.push_back(kube::required(at.index(i).child("image"), ""));
    }
  }
  for (const Json& before : array_member(object_member(old, "spec"), "ephemeralContainers")) {
    const std::string name = text_member(before, "name");
    const Json* kept = find_named(containers, name);
    if (kept != nullptr && *kept == before) continue;
    errors.push_back(
        kube::forbidden(at, "existing ephemeral containers " + kube::quoted(name) +
                                (kept == nullptr ? " may not be removed\n" : " may not be changed\n")));
  }
  return errors;
}

}  // namespace

FieldErrors check_pod_update(const Json& next, const Json& old) {
  const Json& spec = object_member(next, "spec");
  const Json& before = object_member(old, "spec");
  FieldErrors errors = check_new_pod(next);
  if (!check_number_of_containers(errors, spec, before)) return errors;
  if (!check_deadline(errors, spec, before)) return errors;
  if (!keeps_tolerations(spec, before)) {
    errors.push_back(kube::forbidden(kSpec.child("tolerations"),
                                     "existing toleration can not be modified except its tolerationSeconds"));
  }
  Json allowed = spec;
  take_images(allowed, before);
  copy_member(allowed, before, "activeDeadlineSeconds");
  copy_member(allowed, before, "tolerations");
  if (ends_at_once(spec, before)) copy_member(allowed, before, "terminationGracePeriodSeconds");
  if (allowed == before) return errors;
  errors.push_back(kube::forbidden(
      kSpec,
      "pod updates may not change fields other than "
      "`spec.containers[*].image`,`spec.initContainers[*].image`,"
      "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
      "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"));
  return errors;
}

namespace {

// Its first address stands in two places; where they differ, the older one holds.
void agree_on_addresses(Json& status) {
  const std::string first = text_member(status, "podIP");
  const Json& all = array_member(status, "podIPs");
  const std::string listed = all.empty() ? std::string() : text_member(all[0], "ip");
  if (first == listed) return;
  if (first.empty()) {
    status["podIP"] = listed;
  } else {
    status["podIPs"] = Json::array({{{"ip", first}}});
  }
}

}  // namespace

// Who owns a Pod and how well it is served is not its node's to say.
void prepare_pod_part(Json& next, const Json& old, ObjectPart part, TimePoint /*now*/) {
  if (part != ObjectPart::Status) return;
  copy_member(next["metadata"], object_member(old, "metadata"), "ownerReferences");
  Json& status = make_object(next, "status");
  if (text_member(status, "qosClass").empty()) copy_member(status, object_member(old, "status"), "qosClass");
  agree_on_addresses(status);
}

FieldErrors check_pod_part(const Json& next, const Json& old, ObjectPart part) {
  if (part == ObjectPart::Ephemeral) return check_ephemeral(next, old);
  const std::string quality = text_at(next, {"status", "qosClass"});
  if (quality == text_at(old, {"status", "qosClass"})) return {};
  return {kube::invalid(FieldPath("status").child("qosClass"), kube::quoted(quality), "field is immutable")};
}

std::int64_t pod_grace(const Json& pod, std::optional<std::int64_t> asked) {
  const std::string phase = text_at(pod, {"status", "phase"});
  if (text_at(pod, {"spec", "nodeName"}).empty() || phase == "Failed" || phase == "Succeeded") return 0;
  const std::int64_t grace =
      asked ? *asked : number_member(object_member(pod, "spec"), "terminationGracePeriodSeconds");
  return grace < 0 ? 1 : grace;
}

}  // namespace cw::apiserver
