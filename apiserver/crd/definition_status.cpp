#include "apiserver/crd/definition_status.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/crd/definition_kind.h"
#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

struct Conflict {
  std::string reason;
  std::string message;
};

std::string in_use(const std::string& name) { return kube::quoted(name) + " is already in use"; }

// Takes over each wanted name that is free; the last one that is not says why.
class Naming {
 public:
  Naming(const Json& wanted, Json accepted, const TakenNames& taken)
      : wanted_(wanted), names_(std::move(accepted)), taken_(taken) {}

  void run() {
    one("plural", "PluralConflict", taken_.resources);
    one("singular", "SingularConflict", taken_.resources);
    short_names();
    one("kind", "KindConflict", taken_.kinds);
    one("listKind", "ListKindConflict", taken_.kinds);
    copy_member(names_, wanted_, "categories");
  }

  const std::optional<Conflict>& conflict() const { return conflict_; }
  Json take() { return std::move(names_); }

 private:
  void one(const char* member, const char* reason, const std::set<std::string, std::less<>>& taken) {
    const std::string name = text_member(wanted_, member);
    if (name != text_member(names_, member) && taken.contains(name)) {
      conflict_ = Conflict{reason, in_use(name)};
    } else {
      copy_member(names_, wanted_, member);
    }
  }

  void short_names() {
    const Json& held = array_member(names_, "shortNames");
    std::vector<std::string> problems;
    for (const Json& name : array_member(wanted_, "shortNames")) {
      const bool is_held = std::find(held.begin(), held.end(), name) != held.end();
      if (!is_held && taken_.resources.contains(name.get<std::string>())) {
        problems.push_back(in_use(name.get<std::string>()));
      }
    }
    if (problems.empty()) return copy_member(names_, wanted_, "shortNames");
    std::string text = problems[0];
    for (std::size_t i = 1; i < problems.size(); ++i) text += ", " + problems[i];
    conflict_ = Conflict{"ShortNamesConflict", problems.size() == 1 ? text : "[" + text + "]"};
  }

  const Json& wanted_;
  Json names_;
  const TakenNames& taken_;
  std::optional<Conflict> conflict_;
};

void set_approval(Json& definition, TimePoint now) {
  const std::string group = text_at(definition, {"spec", "group"});
  if (!group.ends_with(".k8s.io") && !group.ends_with(".kubernetes.io")) return;
  constexpr std::string_view kType = "KubernetesAPIApprovalPolicyConformant";
  const std::string approval = text_member(
      object_member(object_member(definition, "metadata"), "annotations"), "api-approved.kubernetes.io");
  if (approval.starts_with("http")) {
    set_condition(definition, kType, "True", "ApprovedAnnotation", "approved in " + approval, now);
  } else if (approval.starts_with("unapproved")) {
    set_condition(definition, kType, "False", "UnapprovedAnnotation",
                  "not approved: \"api-approved.kubernetes.io\"=" + kube::quoted(approval), now);
  }
}

}  // namespace

AcceptedNames accepted_names(const Json& definition) {
  const Json& names = object_member(object_member(definition, "status"), "acceptedNames");
  AcceptedNames accepted{text_at(definition, {"spec", "group"}), {}, {}};
  for (const char* member : {"plural", "singular"}) accepted.resources.push_back(text_member(names, member));
  for (const Json& name : array_member(names, "shortNames"))
    accepted.resources.push_back(name.get<std::string>());
  for (const char* member : {"kind", "listKind"}) accepted.kinds.push_back(text_member(names, member));
  return accepted;
}

void TakenNames::add(const AcceptedNames& names) {
  resources.insert(names.resources.begin(), names.resources.end());
  kinds.insert(names.kinds.begin(), names.kinds.end());
  resources.erase("");
  kinds.erase("");
}

std::optional<Json> next_status(const Json& definition, const TakenNames& taken, TimePoint now) {
  Json next = definition;
  set_approval(next, now);
  const Json wanted = object_member(object_member(definition, "spec"), "names");
  Naming naming(wanted, object_member(object_member(definition, "status"), "acceptedNames"), taken);
  naming.run();
  const bool accepted = !naming.conflict();
  make_object(next, "status")["acceptedNames"] = naming.take();
  if (accepted) {
    set_condition(next, "NamesAccepted", "True", "NoConflicts", "no conflicts found", now);
  } else {
    set_condition(next, "NamesAccepted", "False", naming.conflict()->reason, naming.conflict()->message, now);
  }
  // What was served once stays served under the names that it has.
  if (condition_status(next, "Established") != "True") {
    if (accepted) {
      set_condition(next, "Established", "True", "InitialNamesAccepted",
                    "the initial names have been accepted", now);
    } else {
      set_condition(next, "Established", "False", "NotAccepted", "not all names are accepted", now);
    }
  }
  if (next["status"] == object_member(definition, "status")) return std::nullopt;
  return next["status"];
}

}  // namespace cw::apiserver
