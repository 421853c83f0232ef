#include "apiserver/core_kinds.h"

#include <nlohmann/json.hpp>

#include "apiserver/data_rules.h"
#include "apiserver/json_access.h"
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

void activate_namespace(Json& object) {
  prepare_namespace(object);
  object["status"] = {{"phase", "Active"}};
}

// What must be done before it goes is changed by its own subresource only.
void keep_namespace_finalizers(Json& next, const Json& old) { copy_member(next, old, "spec"); }

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
    if (value.is_string()) total += value.get_ref<const std::string&>().size() / 4 * 3;
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
  for (const Json& secret : *secrets) names.push_back({{"name", text_member(secret, "name")}});
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

}  // namespace

KindRules namespace_rules() {
  return {.fill = label_namespace,
          .prepare_create = activate_namespace,
          .prepare_update = keep_namespace_finalizers};
}

KindRules config_map_rules() { return {.check = check_config_map, .check_update = check_config_map_update}; }

KindRules service_account_rules() { return {.fill = keep_secret_names}; }

KindRules lease_rules() { return {.check = check_lease}; }

}  // namespace cw::apiserver
