#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/crd/definition_kind.h"
#include "apiserver/crd/internal_versions.h"
#include "apiserver/crd/schema_checks.h"
#include "apiserver/data_rules.h"
#include "apiserver/json_access.h"
#include "lib/base/ascii.h"
#include "lib/kube/names.h"
#include "schemas/render.h"

namespace cw::apiserver {
namespace {

std::string joined(const kube::Problems& problems) {
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? "" : ",") + problem;
  return text;
}

void check_label(const std::string& text, const FieldPath& at, FieldErrors& errors) {
  const kube::Problems problems = kube::rfc1035_label_problems(text);
  if (!problems.empty()) errors.push_back(kube::invalid(at, kube::quoted(text), joined(problems)));
}

void check_camel_case(const std::string& text, const FieldPath& at, FieldErrors& errors) {
  const kube::Problems problems = kube::rfc1035_label_problems(lower_case(text));
  if (text.empty() || problems.empty()) return;
  errors.push_back(kube::invalid(at, kube::quoted(text),
                                 "may have mixed case, but should otherwise match: " + joined(problems)));
}

void check_names(const Json& names, const FieldPath& at, FieldErrors& errors) {
  for (const char* member : {"plural", "singular"}) {
    const std::string text = text_member(names, member);
    if (!text.empty()) check_label(text, at.child(member), errors);
  }
  const std::string kind = text_member(names, "kind");
  const std::string list_kind = text_member(names, "listKind");
  check_camel_case(kind, at.child("kind"), errors);
  check_camel_case(list_kind, at.child("listKind"), errors);
  for (const char* member : {"shortNames", "categories"}) {
    const Json& list = array_member(names, member);
    if (list.size() > kMaxNames) {
      errors.push_back({kube::FieldErrorKind::TooMany,
                        at.child(member).text(),
                        std::to_string(list.size()),
                        "must have at most " + std::to_string(kMaxNames) + " items",
                        {}});
    }
    for (std::size_t i = 0; i < std::min(list.size(), kMaxNames); ++i) {
      check_label(list[i].get<std::string>(), at.child(member).index(i), errors);
    }
  }
  if (!kind.empty() && kind == list_kind) {
    errors.push_back(kube::invalid(at.child("listKind"), kube::quoted(list_kind),
                                   "kind and listKind may not be the same"));
  }
}

void check_group(const Json& spec, const FieldPath& at, FieldErrors& errors) {
  const std::string group = text_member(spec, "group");
  const kube::Problems problems = kube::subdomain_problems(group);
  if (group.empty()) {
    errors.push_back(kube::required(at, ""));
  } else if (!problems.empty()) {
    errors.push_back(kube::invalid(at, kube::quoted(group), joined(problems)));
  } else if (group.find('.') == std::string::npos) {
    errors.push_back(kube::invalid(at, kube::quoted(group), "should be a domain with at least one dot"));
  }
}

void check_scope(const Json& spec, const FieldPath& at, FieldErrors& errors) {
  const std::string scope = text_member(spec, "scope");
  if (scope.empty()) {
    errors.push_back(kube::required(at, ""));
  } else if (scope != "Cluster" && scope != "Namespaced") {
    errors.push_back(kube::not_supported(at, kube::quoted(scope), {"Cluster", "Namespaced"}));
  }
}

// What the versions must be together.
void check_versions(const Json& spec, const FieldPath& at, FieldErrors& errors) {
  const Json& versions = array_member(spec, "versions");
  std::set<std::string> names;
  int stored = 0;
  for (const Json& version : versions) {
    names.insert(text_member(version, "name"));
    stored += true_member(version, "storage") ? 1 : 0;
  }
  if (versions.size() > kMaxVersions) {
    errors.push_back({kube::FieldErrorKind::TooMany,
                      at.text(),
                      std::to_string(versions.size()),
                      "must have at most " + std::to_string(kMaxVersions) + " items",
                      {}});
  }
  const Json* given = find_member(spec, "versions");
  const auto shown = [given] { return shown_internally(given != nullptr ? *given : Json()); };
  if (names.size() != versions.size()) {
    errors.push_back(kube::invalid(at, shown(), "must contain unique version names"));
  }
  if (stored != 1) {
    errors.push_back(kube::invalid(at, shown(), "must have exactly one version marked as storage version"));
  }
}

const Json* version_of(const Json* definition, const std::string& name) {
  if (definition == nullptr) return nullptr;
  for (const Json& version : array_member(object_member(*definition, "spec"), "versions")) {
    if (text_member(version, "name") == name) return &version;
  }
  return nullptr;
}

void check_spec(const Json& definition, const Json* old, FieldErrors& errors) {
  const FieldPath at("spec");
  const Json& spec = object_member(definition, "spec");
  check_group(spec, at.child("group"), errors);
  check_scope(spec, at.child("scope"), errors);
  const Json& versions = array_member(spec, "versions");
  const FieldPath versions_at = at.child("versions");
  for (std::size_t i = 0; i < std::min(versions.size(), kMaxVersions); ++i) {
    const Json& version = versions[i];
    const Json* schema = find_path(version, {"schema", "openAPIV3Schema"});
    if (schema == nullptr || !schema->is_object()) {
      errors.push_back(kube::required(versions_at.index(i).child("schema").child("openAPIV3Schema"), ""));
    }
  }
  FieldErrors found;
  for (std::size_t i = 0; i < std::min(versions.size(), kMaxVersions); ++i) {
    const std::string name = text_member(versions[i], "name");
    check_label(name, versions_at.index(i).child("name"), errors);
    append(found, check_version(versions[i], version_of(old, name), versions_at.index(i)));
  }
  append(errors, named_internally(std::move(found), versions));
  check_versions(spec, versions_at, errors);
  // The first one counts as the version of before there were several.
  const std::string first = versions.empty() ? std::string() : text_member(versions.front(), "name");
  if (!first.empty()) check_label(first, at.child("version"), errors);
  const Json& names = object_member(spec, "names");
  const FieldPath names_at = at.child("names");
  for (const char* member : {"plural", "singular", "kind", "listKind"}) {
    if (text_member(names, member).empty()) errors.push_back(kube::required(names_at.child(member), ""));
  }
  check_names(names, names_at, errors);
  append(errors, check_conversion(definition, old));
}

void check_stored_versions(const Json& definition, FieldErrors& errors) {
  const FieldPath at = FieldPath("status").child("storedVersions");
  const Json& stored = array_member(object_member(definition, "status"), "storedVersions");
  if (stored.empty()) {
    const bool is_there = find_path(definition, {"status", "storedVersions"}) != nullptr;
    errors.push_back(kube::invalid(at, is_there ? "[]" : "null", "must have at least one stored version"));
    return;
  }
  const std::string storage = text_member(storage_version(definition), "name");
  if (!storage.empty() && std::find(stored.begin(), stored.end(), storage) == stored.end()) {
    errors.push_back(
        kube::invalid(at, schemas::rendered(stored), "must have the storage version " + storage));
  }
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const auto name = stored[i].get<std::string>();
    if (version_of(&definition, name) != nullptr) continue;
    errors.push_back(kube::invalid(
        at.index(i), kube::quoted(name),
        "missing from spec.versions; " + name + " was previously a storage version, and must remain in " +
            "spec.versions until a storage migration ensures no data remains persisted in " + name +
            " and removes " + name + " from status.storedVersions"));
  }
}

// "unapproved…" or the address of a review, or neither.
std::string approval_of(const Json& definition) {
  return text_member(object_member(object_member(definition, "metadata"), "annotations"),
                     "api-approved.kubernetes.io");
}

// Groups of the Kubernetes community are for kinds that it has approved.
void check_approval(const Json& definition, const Json* old, FieldErrors& errors) {
  const std::string group = text_at(definition, {"spec", "group"});
  const bool is_protected = group == "k8s.io" || group.ends_with(".k8s.io") || group == "kubernetes.io" ||
                            group.ends_with(".kubernetes.io");
  const std::string approval = approval_of(definition);
  if (!is_protected || (old != nullptr && approval_of(*old) == approval)) return;
  const FieldPath at = FieldPath("metadata").child("annotations").key("api-approved.kubernetes.io");
  const bool is_address = approval.starts_with("https://") || approval.starts_with("http://");
  if (approval.empty()) {
    errors.push_back(kube::required(at,
                                    "protected groups must have approval annotation "
                                    "\"api-approved.kubernetes.io\", see "
                                    "https://github.com/kubernetes/enhancements/pull/1111"));
  } else if (!approval.starts_with("unapproved") && !is_address) {
    errors.push_back(
        kube::invalid(at, kube::quoted(approval),
                      "protected groups must have approval annotation "
                      "\"api-approved.kubernetes.io\" with either a URL or a reason starting with "
                      "\"unapproved\", see https://github.com/kubernetes/enhancements/pull/1111"));
  }
}

FieldErrors check_all(const Json& definition, const Json* old) {
  FieldErrors errors;
  const std::string name = metadata_text(definition, "name");
  const std::string wanted =
      text_at(definition, {"spec", "names", "plural"}) + "." + text_at(definition, {"spec", "group"});
  if (old == nullptr && name != wanted && !name.empty()) {
    errors.push_back(kube::invalid(FieldPath("metadata").child("name"), kube::quoted(name),
                                   "must be spec.names.plural+\".\"+spec.group"));
  }
  check_spec(definition, old, errors);
  check_names(object_member(object_member(definition, "status"), "acceptedNames"),
              FieldPath("status").child("acceptedNames"), errors);
  check_stored_versions(definition, errors);
  check_approval(definition, old, errors);
  if (true_member(object_member(definition, "spec"), "preserveUnknownFields")) {
    errors.push_back(kube::invalid(FieldPath("spec").child("preserveUnknownFields"), "true",
                                   "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
                                   "spec.versions[*].schema instead"));
  }
  return errors;
}

void check_same(const Json& next, const Json& old, std::initializer_list<std::string_view> path,
                const FieldPath& at, FieldErrors& errors) {
  const std::string now = text_at(next, path);
  if (now != text_at(old, path)) errors.push_back(kube::invalid(at, kube::quoted(now), "field is immutable"));
}

}  // namespace

FieldErrors check_definition(const Json& definition) { return check_all(definition, nullptr); }

FieldErrors check_definition_update(const Json& next, const Json& old) {
  FieldErrors errors = check_all(next, &old);
  const FieldPath spec("spec");
  if (condition_status(old, "Established") == "True") {
    check_same(next, old, {"spec", "scope"}, spec.child("scope"), errors);
    check_same(next, old, {"spec", "names", "kind"}, spec.child("names").child("kind"), errors);
  }
  check_same(next, old, {"spec", "group"}, spec.child("group"), errors);
  check_same(next, old, {"spec", "names", "plural"}, spec.child("names").child("plural"), errors);
  return errors;
}

}  // namespace cw::apiserver
