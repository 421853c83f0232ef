#include "controller/acme/http01_objects.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "controller/acme/http01_ingress.h"
#include "controller/acme/http01_match.h"
#include "controller/acme/http01_pod.h"
#include "lib/api/resources.h"
#include "lib/kube/json_access.h"

namespace cw::controller::acme {
namespace {

using kube::Json;

constexpr int kEdits = 5;  // of an Ingress that others edit too

const kube::WriteOptions kWriteOptions{.field_manager = "cert-manager-challenges"};

bool is_owned(const Json& object, std::string_view owner_uid) {
  const Json& owners = kube::array_member(kube::object_member(object, "metadata"), "ownerReferences");
  return std::any_of(owners.begin(), owners.end(), [&](const Json& owner) {
    return kube::true_member(owner, "controller") && kube::text_member(owner, "uid") == owner_uid;
  });
}

kube::ObjectKey key_of(const Json& object) {
  return {kube::metadata_text(object, "namespace"), kube::metadata_text(object, "name")};
}

Error about(std::string_view kind, std::string_view name, const Error& error) {
  return {error.code, "the solver's " + std::string(kind) + (name.empty() ? "" : " ") + std::string(name) +
                          ": " + error.message};
}

}  // namespace

Result<std::vector<Json>> Http01Objects::list_owned(const kube::Resource& resource) const {
  kube::ListOptions wanted;
  wanted.name_space = std::string(target_.name_space);
  wanted.label_selector = identity_selector(target_);
  auto listed = reader_.list(resource, wanted);
  if (!listed) return about(resource.kind, "", listed.error());
  std::vector<Json> owned;
  for (Json& object : listed->items) {
    if (is_owned(object, target_.owner.uid)) owned.push_back(std::move(object));
  }
  return owned;
}

Status Http01Objects::remove_object(const kube::Resource& resource, const Json& object) {
  const Status removed = writer_.remove(resource, key_of(object),
                                        {.uid = kube::metadata_text(object, "uid"), .resource_version = {}});
  // Conflict: it has gone, and another one has its name.
  if (removed || removed.error().code == Code::NotFound || removed.error().code == Code::Conflict) {
    return Done{};
  }
  return about(resource.kind, kube::metadata_text(object, "name"), removed.error());
}

// The name is taken. By an object of ours that has lost its labels: it is made anew. By another controller of
// our kind that was quicker: well.
Result<Json> Http01Objects::judge_namesake(const Kind& kind, const Json& wanted) {
  const auto found = reader_.get(kind.resource, key_of(wanted));
  if (!found) return about(kind.resource.kind, kube::metadata_text(wanted, "name"), found.error());
  const std::string name = kube::metadata_text(*found, "name");
  if (!is_owned(*found, target_.owner.uid)) {
    return about(kind.resource.kind, name, {Code::AlreadyExists, "something else has this name"});
  }
  const auto labels = [](const Json& object) -> const Json& {
    return kube::object_member(kube::object_member(object, "metadata"), "labels");
  };
  const bool is_found_again = holds(labels(*found), labels(wanted)) && !is_being_deleted(*found);
  if (is_found_again && kind.serves(*found, wanted)) return *found;
  TRY(remove_object(kind.resource, *found));
  return about(kind.resource.kind, name, {Code::Unavailable, "it was changed, and will be made anew"});
}

Result<Json> Http01Objects::create(const Kind& kind, const Json& wanted) {
  auto created = writer_.create(kind.resource, wanted, kWriteOptions);
  if (created) return created;
  if (created.error().code == Code::AlreadyExists) return judge_namesake(kind, wanted);
  return about(kind.resource.kind, "", created.error());
}

Result<Json> Http01Objects::settle_one(const Kind& kind) {
  const std::vector<Json> owned = TRY(list_owned(kind.resource));
  const Json wanted = kind.make(new_name(target_, owned));
  const Json* kept = nullptr;
  for (const Json& object : owned) {
    if (is_being_deleted(object)) continue;
    if (kind.serves(object, wanted)) {
      kept = &object;
      break;
    }
    if (kept == nullptr && kind.mend == Kind::Mend::InPlace) kept = &object;
  }
  for (const Json& object : owned) {
    if (&object != kept && !is_being_deleted(object)) TRY(remove_object(kind.resource, object));
  }
  if (kept == nullptr) return create(kind, wanted);
  if (kind.serves(*kept, wanted)) return *kept;
  auto updated =
      writer_.update(kind.resource, kube::Part::Object, brought_up_to_date(*kept, wanted), kWriteOptions);
  if (!updated) return about(kind.resource.kind, kube::metadata_text(*kept, "name"), updated.error());
  return updated;
}

Status Http01Objects::edit_ingress(const std::function<bool(Json&)>& change) {
  const std::string& name = target_.ingress->name;
  Error last;
  for (int i = 0; i < kEdits; ++i) {
    auto ingress = reader_.get(api::kIngresses, {std::string(target_.name_space), name});
    if (!ingress) return ingress.error();
    if (is_being_deleted(*ingress)) return Error{Code::NotFound, "it is being deleted"};
    if (!change(*ingress)) return Done{};
    const auto updated = writer_.update(api::kIngresses, kube::Part::Object, *ingress, kWriteOptions);
    if (updated) return Done{};
    last = updated.error();
    if (last.code != Code::Conflict) break;
  }
  return last;
}

Status Http01Objects::settle_way(const std::string& service) {
  if (target_.route != nullptr) {
    TRY(settle_one({api::kHttpRoutes, is_up_to_date, Kind::Mend::InPlace, [&](const std::string& name) {
                      return solver_route(target_, options_, name, service);
                    }}));
    return Done{};
  }
  if (target_.ingress->name.empty()) {
    TRY(settle_one({api::kIngresses, is_up_to_date, Kind::Mend::InPlace, [&](const std::string& name) {
                      return solver_ingress(target_, options_, name, service);
                    }}));
    return Done{};
  }
  const Status edited =
      edit_ingress([&](Json& ingress) { return add_path(ingress, target_, options_, service); });
  if (edited) return edited;
  return Error{edited.error().code, "spec.solver.http01.ingress.name: Ingress " + target_.ingress->name +
                                        " cannot be edited: " + edited.error().message};
}

Result<std::string> Http01Objects::settle() {
  const Json pod = TRY(settle_one({api::kPods, pod_serves, Kind::Mend::Anew, [&](const std::string& name) {
                                     return solver_pod(target_, options_, name);
                                   }}));
  const Json service =
      TRY(settle_one({api::kServices, service_serves, Kind::Mend::Anew,
                      [&](const std::string& name) { return solver_service(target_, options_, name); }}));
  TRY(settle_way(kube::metadata_text(service, "name")));
  return pod_trouble(pod);
}

Status Http01Objects::remove_all(const kube::Resource& resource) {
  const auto owned = list_owned(resource);
  if (!owned) {
    // Without such a resource there are no such objects.
    if (owned.error().code == Code::NotFound) return Done{};
    return owned.error();
  }
  Status all = Done{};
  for (const Json& object : *owned) {
    if (is_being_deleted(object)) continue;
    if (const Status removed = remove_object(resource, object); !removed) all = removed;
  }
  return all;
}

Status Http01Objects::remove() {
  std::vector<Status> ends{remove_all(api::kPods), remove_all(api::kServices)};
  if (target_.ingress != nullptr) ends.push_back(remove_all(api::kIngresses));
  if (target_.route != nullptr) ends.push_back(remove_all(api::kHttpRoutes));
  if (target_.ingress != nullptr && !target_.ingress->name.empty()) {
    Status edited = edit_ingress([&](Json& ingress) { return remove_path(ingress, target_); });
    if (!edited && edited.error().code != Code::NotFound) {
      edited = about("path in Ingress", target_.ingress->name, edited.error());
      ends.push_back(std::move(edited));
    }
  }
  Error all;
  for (const Status& end : ends) {
    if (end) continue;
    all.code = end.error().code;
    all.message += (all.message.empty() ? "" : "; ") + end.error().message;
  }
  return all.message.empty() ? Status(Done{}) : Status(all);
}

}  // namespace cw::controller::acme
