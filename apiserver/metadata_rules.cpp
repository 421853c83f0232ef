#include "apiserver/metadata_rules.h"

#include <algorithm>
#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "apiserver/data_rules.h"
#include "apiserver/json_access.h"
#include "lib/base/ascii.h"
#include "lib/kube/json_text.h"
#include "lib/kube/names.h"

namespace cw::apiserver {
namespace {

using kube::FieldPath;

constexpr std::size_t kMaxAnnotations = 256UL << 10U;  // bytes of keys and values

const FieldPath kMetadata("metadata");

kube::Problems name_problems(std::string_view name, NameRule rule) {
  switch (rule) {
    case NameRule::Subdomain:
      return kube::subdomain_problems(name);
    case NameRule::Label:
      return kube::label_problems(name);
    case NameRule::PathSegment:
      break;
  }
  return kube::path_segment_problems(name);
}

void add(FieldErrors& errors, const FieldPath& at, std::string_view value, kube::Problems problems) {
  for (std::string& problem : problems)
    errors.push_back(kube::invalid(at, kube::quoted(value), std::move(problem)));
}

// A prefix may end in the '-' that stands before what will be generated.
std::string completed_prefix(std::string prefix) {
  if (prefix.size() > 1 && prefix.back() == '-') prefix.back() = 'a';
  return prefix;
}

void check_name(const Json& metadata, const ResourceRow& row, FieldErrors& errors) {
  const std::string prefix = text_member(metadata, "generateName");
  const std::string name = text_member(metadata, "name");
  if (!prefix.empty()) {
    add(errors, kMetadata.child("generateName"), prefix, name_problems(completed_prefix(prefix), row.names));
  }
  if (name.empty()) {
    errors.push_back(kube::required(kMetadata.child("name"), "name or generateName is required"));
  } else {
    add(errors, kMetadata.child("name"), name, name_problems(name, row.names));
  }
}

void check_namespace(const Json& metadata, const ResourceRow& row, FieldErrors& errors) {
  const FieldPath at = kMetadata.child("namespace");
  const std::string name_space = text_member(metadata, "namespace");
  if (!row.resource.namespaced) {
    if (!name_space.empty()) errors.push_back(kube::forbidden(at, "not allowed on this type"));
  } else if (name_space.empty()) {
    errors.push_back(kube::required(at, ""));
  } else {
    add(errors, at, name_space, kube::label_problems(name_space));
  }
}

void check_generation(const Json& metadata, FieldErrors& errors) {
  const Json* generation = find_member(metadata, "generation");
  if (generation == nullptr || !generation->is_number_integer() || *generation >= 0) return;
  errors.push_back(kube::invalid(kMetadata.child("generation"), dumped(*generation),
                                 "must be greater than or equal to 0"));
}

void check_labels(const Json& metadata, FieldErrors& errors) {
  const FieldPath at = kMetadata.child("labels");
  for (const auto& [key, value] : object_member(metadata, "labels").items()) {
    add(errors, at, key, kube::qualified_name_problems(key));
    const std::string text = value.is_string() ? value.get<std::string>() : std::string();
    add(errors, at, text, kube::label_value_problems(text));
  }
}

void check_annotations(const Json& metadata, FieldErrors& errors) {
  const FieldPath at = kMetadata.child("annotations");
  std::size_t total = 0;
  for (const auto& [key, value] : object_member(metadata, "annotations").items()) {
    add(errors, at, key, kube::qualified_name_problems(lower_case(key)));
    total += key.size() + (value.is_string() ? value.get_ref<const std::string&>().size() : 0);
  }
  if (total > kMaxAnnotations) errors.push_back(kube::too_long(at, kMaxAnnotations));
}

// As Go writes the list: members in the order of the type.
std::string shown_owners(const Json& owners) {
  constexpr std::array kOrder{"apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"};
  std::string out = "[";
  for (const Json& owner : owners) {
    if (out.size() > 1) out += ',';
    out += '{';
    for (const char* member : kOrder) {
      const Json* value = find_member(owner, member);
      if (value == nullptr) continue;
      if (out.back() != '{') out += ',';
      kube::append_json_string(out, member);
      out += ':' + dumped(*value);
    }
    out += '}';
  }
  return out + "]";
}

void check_owner(const Json& owner, FieldErrors& errors) {
  const FieldPath at = kMetadata.child("ownerReferences");
  const std::string version = text_member(owner, "apiVersion");
  if (version.empty() || version.back() == '/' || std::count(version.begin(), version.end(), '/') > 1) {
    errors.push_back(
        kube::invalid(at.child("apiVersion"), kube::quoted(version), "version must not be empty"));
  }
  for (const char* member : {"kind", "name", "uid"}) {
    if (!text_member(owner, member).empty()) continue;
    errors.push_back(kube::invalid(at.child(member), kube::quoted(""), "must not be empty"));
  }
  if (version == "v1" && text_member(owner, "kind") == "Event") {
    const std::string shown = shown_owners(Json::array({owner}));
    errors.push_back(kube::invalid(at, shown.substr(1, shown.size() - 2),  // itself, not a list of it
                                   "/v1, Kind=Event is disallowed from being an owner"));
  }
}

void check_owners(const Json& metadata, FieldErrors& errors) {
  const Json& owners = array_member(metadata, "ownerReferences");
  std::optional<std::string> controller;
  for (const Json& owner : owners) {
    check_owner(owner, errors);
    if (!true_member(owner, "controller")) continue;
    const std::string name = text_member(owner, "kind") + "/" + text_member(owner, "name");
    if (controller) {
      errors.push_back(kube::invalid(kMetadata.child("ownerReferences"), shown_owners(owners),
                                     "Only one reference can have Controller set to true. Found \"true\" in "
                                     "references for " +
                                         *controller + " and " + name));
    } else {
      controller = name;
    }
  }
}

bool has_item(const Json& list, std::string_view text) {
  return std::any_of(list.begin(), list.end(), [&](const Json& item) { return item == text; });
}

// Finalizers without a prefix are the system's own; core kinds know which there are.
bool is_standard_finalizer(const std::string& name) {
  return name == kOrphanFinalizer || name == kForegroundFinalizer || name == "kubernetes";
}

void check_finalizers(const Json& metadata, const ResourceRow& row, FieldErrors& errors) {
  const FieldPath at = kMetadata.child("finalizers");
  const Json& finalizers = array_member(metadata, "finalizers");
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    const std::string name = finalizers[i].is_string() ? finalizers[i].get<std::string>() : std::string();
    if (row.family == Family::Core) {
      append(errors, check_finalizer_name(name, at, at.index(i)));
    } else {
      add(errors, at, name, kube::qualified_name_problems(name));
    }
  }
  if (has_item(finalizers, kOrphanFinalizer) && has_item(finalizers, kForegroundFinalizer)) {
    errors.push_back(
        kube::invalid(at, dumped(finalizers), "finalizer orphan and foregroundDeletion cannot be both set"));
  }
}

FieldErrors check_new_finalizers(const Json& next, const Json& old) {
  std::string added;
  for (const Json& finalizer : array_member(next, "finalizers")) {
    if (has_item(array_member(old, "finalizers"), finalizer.get<std::string>())) continue;
    if (!added.empty()) added += ", ";
    added += kube::quoted(finalizer.get<std::string>());
  }
  if (added.empty()) return {};
  return {
      kube::forbidden(kMetadata.child("finalizers"),
                      "no new finalizers can be added if the object is being deleted, found new finalizers "
                      "[]string{" +
                          added + "}")};
}

}  // namespace

FieldErrors check_finalizer_name(const std::string& name, const FieldPath& at, const FieldPath& item) {
  FieldErrors errors;
  add(errors, at, name, kube::qualified_name_problems(name));
  if (name.find('/') == std::string::npos && !is_standard_finalizer(name)) {
    errors.push_back(kube::invalid(item, kube::quoted(name),
                                   "name is neither a standard finalizer name nor is it fully qualified"));
  }
  return errors;
}

FieldErrors check_metadata(const Json& object, const ResourceRow& row) {
  const Json& metadata = object_member(object, "metadata");
  FieldErrors errors;
  check_name(metadata, row, errors);
  check_namespace(metadata, row, errors);
  check_generation(metadata, errors);
  check_labels(metadata, errors);
  check_annotations(metadata, errors);
  check_owners(metadata, errors);
  check_finalizers(metadata, row, errors);
  return errors;
}

std::vector<std::string> finalizer_warnings(const Json& object) {
  std::vector<std::string> warnings;
  for (const Json& finalizer : array_member(object_member(object, "metadata"), "finalizers")) {
    const auto& name = finalizer.get_ref<const std::string&>();
    if (name.find('/') != std::string::npos || is_standard_finalizer(name)) continue;
    const bool dotted = name.find('.') != std::string::npos;
    warnings.push_back("metadata.finalizers: " + kube::quoted(name) +
                       ": prefer a domain-qualified finalizer name " +
                       (dotted ? "including a path (/) " : "") +
                       "to avoid accidental conflicts with other finalizer writers");
  }
  return warnings;
}

FieldErrors check_metadata_update(const Json& next_object, const Json& old_object) {
  const Json& next = object_member(next_object, "metadata");
  const Json& old = object_member(old_object, "metadata");
  FieldErrors errors;
  if (old.contains("deletionTimestamp")) append(errors, check_new_finalizers(next, old));
  for (const char* member : {"name", "namespace", "uid", "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    const Json* value = find_member(next, member);
    const Json* before = find_member(old, member);
    const bool same = value == nullptr || before == nullptr ? value == before : *value == *before;
    if (same) continue;
    errors.push_back(kube::invalid(kMetadata.child(member), value != nullptr ? dumped(*value) : "null",
                                   "field is immutable"));
  }
  return errors;
}

}  // namespace cw::apiserver
