#include "apiserver/core_kinds.h"

#include <nlohmann/json.hpp>

#include "apiserver/data_rules.h"
#include "apiserver/json_access.h"
#include "apiserver/metadata_rules.h"
#include "lib/kube/names.h"

namespace cw::apiserver {
namespace {

using kube::FieldPath;

// ---- Namespace

// The label by which selectors find a namespace by its name cannot be changed.
void label_namespace(Json& object) {
  Json& metadata = make_object(object, "metadata");
  const std::string name = text_member(metadata, "name");
  if (!name.empty()) make_object(metadata, "labels")[kNamespaceNameLabel] = name;
}

void prepare_namespace(Json& object) {
  Json& finalizers = make_object(object, "spec")["finalizers"];
  if (!finalizers.is_array()) finalizers = Json::array();
  for (const Json& finalizer : finalizers) {
    if (finalizer == kNamespaceFinalizer) return;
  }
  finalizers.push_back(kNamespaceFinalizer);
}

bool is_security_level(std::string_view text) {
  return text == "privileged" || text == "baseline" || text == "restricted";
}

bool is_security_version(std::string_view text) {
  constexpr std::string_view kFirst = "v1.";
  if (text == "latest") return true;
  if (!text.starts_with(kFirst)) return false;
  text.remove_prefix(kFirst.size());
  const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  return is_number && (text == "0" || text.front() != '0');
}

void activate_namespace(Json& object) {
  prepare_namespace(object);
  object["status"] = {{"phase", "Active"}};
}

FieldErrors check_namespace_finalizers(const Json& name_space) {
  FieldErrors errors;
  const FieldPath at = FieldPath("spec").child("finalizers");
  const Json& finalizers = array_member(object_member(name_space, "spec"), "finalizers");
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    append(errors, check_finalizer_name(finalizers[i].get<std::string>(), at.index(i), at.index(i)));
  }
  return errors;
}

// The levels by which Pods of a namespace are judged elsewhere; here they must be levels.
FieldErrors check_pod_security(const Json& name_space) {
  FieldErrors errors;
  const Json* labels = find_path(name_space, {"metadata", "labels"});
  if (labels == nullptr) return errors;
  for (const std::string mode : {"enforce", "audit", "warn"}) {
    for (const std::string& label : {mode, mode + "-version"}) {
      const std::string key = "pod-security.kubernetes.io/" + label;
      const Json* given = find_member(*labels, key);
      if (given == nullptr) continue;
      const auto value = given->get<std::string>();
      const bool is_level = label == mode;
      if (is_level ? is_security_level(value) : is_security_version(value)) continue;
      errors.push_back(kube::invalid(
          FieldPath("metadata").child("labels").key(key), kube::quoted(value),
          is_level ? "must be one of privileged, baseline, restricted" : "must be \"latest\" or \"v1.x\""));
    }
  }
  return errors;
}

FieldErrors check_new_namespace(const Json& name_space) {
  FieldErrors errors = check_pod_security(name_space);
  const FieldPath at = FieldPath("spec").child("finalizers");
  for (const Json& finalizer : array_member(object_member(name_space, "spec"), "finalizers")) {
    append(errors, check_finalizer_name(finalizer.get<std::string>(), at, at));
  }
  return errors;
}

// Labels that were wrong before may stay.
FieldErrors check_namespace_update(const Json& next, const Json& old) {
  FieldErrors errors = check_pod_security(next);
  const bool same = kube::causes_of(errors) == kube::causes_of(check_pod_security(old));
  return same ? FieldErrors() : errors;
}

// What must be done before it goes is changed by its own subresource only.
void keep_namespace_finalizers(Json& next, const Json& old) { copy_member(next, old, "spec"); }

FieldErrors check_namespace_part(const Json& next, const Json& /*old*/, ObjectPart part) {
  if (part == ObjectPart::Finalizers) return check_namespace_finalizers(next);
  const bool ends = !metadata_text(next, "deletionTimestamp").empty();
  const std::string phase = text_at(next, {"status", "phase"});
  if (phase == (ends ? "Terminating" : "Active")) return {};
  return {kube::invalid(FieldPath("status").child("Phase"), kube::quoted(phase),
                        ends ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
                             : "may only be 'Active' if `deletionTimestamp` is empty")};
}

// ---- ConfigMap

FieldErrors check_config_map(const Json& object) {
  const Json& data = object_member(object, "data");
  const Json& binary = object_member(object, "binaryData");
  FieldErrors errors = check_keys(data, FieldPath("data"));
  append(errors, check_keys(binary, FieldPath("binaryData")));
  std::size_t total = 0;
  for (const auto& [key, value] : data.items()) {
    if (value.is_string()) total += value.get_ref<const std::string&>().size();
    if (!binary.contains(key)) continue;
    errors.push_back(kube::invalid(FieldPath("data").key(key), kube::quoted(key),
                                   "duplicate of key present in binaryData"));
  }
  for (const Json& value : binary) {
    if (value.is_string()) total += decoded_size(value.get_ref<const std::string&>());
  }
  // The whole object; kube-apiserver names no field, which reads as "[]".
  if (total > kMaxDataBytes) errors.push_back(kube::too_long(FieldPath("[]"), kMaxDataBytes));
  return errors;
}

FieldErrors check_config_map_update(const Json& next, const Json& old) {
  return check_frozen(next, old, {"data", "binaryData"});
}

// ---- ServiceAccount

// Of a Secret that an account may use only the name counts.
void keep_secret_names(Json& object) {
  const Json* secrets = find_member(object, "secrets");
  if (secrets == nullptr || !secrets->is_array()) return;
  Json names = Json::array();
  for (const Json& secret : *secrets) {
    const std::string name = text_member(secret, "name");
    names.push_back(name.empty() ? Json::object() : Json{{"name", name}});
  }
  object["secrets"] = std::move(names);
}

// ---- Lease

FieldErrors check_number(const Json& spec, std::string_view name, int least, std::string_view why) {
  const Json* value = find_member(spec, name);
  if (value == nullptr || !value->is_number_integer() || value->get<std::int64_t>() >= least) return {};
  return {kube::invalid(FieldPath("spec").child(name), value->dump(), std::string(why))};
}

FieldErrors check_lease(const Json& object) {
  const Json& spec = object_member(object, "spec");
  FieldErrors errors = check_number(spec, "leaseDurationSeconds", 1, "must be greater than 0");
  append(errors, check_number(spec, "leaseTransitions", 0, "must be greater than or equal to 0"));
  return errors;
}

// Of leases that are elected over, which are a feature that is off: what nobody has set before goes.
void drop_elections(Json& next, const Json& old) {
  const auto spec = next.find("spec");
  if (spec == next.end() || !spec->is_object()) return;
  for (const char* name : {"strategy", "preferredHolder"}) {
    if (!object_member(old, "spec").contains(name)) spec->erase(name);
  }
}

void drop_new_elections(Json& lease) { drop_elections(lease, Json::object()); }

}  // namespace

KindRules namespace_rules() {
  return {.fill = label_namespace,
          .prepare_create = activate_namespace,
          .prepare_update = keep_namespace_finalizers,
          .check_create = check_new_namespace,
          .check_update = check_namespace_update,
          .check_part = check_namespace_part};
}

KindRules config_map_rules() {
  return {.check = check_config_map, .check_update = check_config_map_update, .update_first = true};
}

KindRules service_account_rules() { return {.fill = keep_secret_names}; }

KindRules lease_rules() {
  return {.prepare_create = drop_new_elections, .prepare_update = drop_elections, .check = check_lease};
}

}  // namespace cw::apiserver
