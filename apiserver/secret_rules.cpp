#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "apiserver/core_kinds.h"
#include "apiserver/data_rules.h"
#include "apiserver/json_access.h"
#include "apiserver/kinds/secret_warnings.h"
#include "apiserver/wire/body.h"
#include "lib/base/encoding.h"
#include "lib/kube/json.h"

namespace cw::apiserver {
namespace {

using kube::FieldPath;

// stringData is only for writing: it goes into data, where it wins.
void fold_string_data(Json& secret) {
  if (const Json* plain = find_member(secret, "stringData")) {
    Json& data = make_object(secret, "data");
    for (const auto& [key, value] : plain->items()) data[key] = encode_base64(value.get<std::string>());
    secret.erase("stringData");
  }
  if (text_member(secret, "type").empty()) secret["type"] = "Opaque";
}

struct NeededKeys {
  std::string_view type;
  std::array<std::string_view, 2> keys;
  bool any_suffices;
};

// The types whose data has a fixed form.
constexpr std::array<NeededKeys, 5> kNeededKeys{{
    {"kubernetes.io/tls", {"tls.crt", "tls.key"}, false},
    {"kubernetes.io/basic-auth", {"username", "password"}, true},
    {"kubernetes.io/ssh-auth", {"ssh-privatekey", ""}, false},
    {"kubernetes.io/dockerconfigjson", {".dockerconfigjson", ""}, false},
    {"kubernetes.io/dockercfg", {".dockercfg", ""}, false},
}};

FieldErrors check_needed_keys(const Json& secret) {
  const std::string type = text_member(secret, "type");
  const Json& data = object_member(secret, "data");
  FieldErrors missing;
  for (const NeededKeys& needed : kNeededKeys) {
    if (needed.type != type) continue;
    for (const std::string_view key : needed.keys) {
      if (key.empty()) continue;
      // An empty one is enough but for SSH.
      const bool is_empty = key == "ssh-privatekey" && text_member(data, key).empty();
      if (data.contains(key) && !is_empty) {
        if (needed.any_suffices) return {};
      } else {
        missing.push_back(kube::required(FieldPath("data").key(key), ""));
      }
    }
  }
  return missing;
}

// Its value is never shown.
FieldErrors check_docker_json(const Json& secret) {
  const std::string type = text_member(secret, "type");
  const std::string_view key = type == "kubernetes.io/dockerconfigjson" ? ".dockerconfigjson"
                               : type == "kubernetes.io/dockercfg"      ? ".dockercfg"
                                                                        : "";
  const Json* value = key.empty() ? nullptr : find_member(object_member(secret, "data"), key);
  if (value == nullptr) return {};
  const auto bytes = decode_base64(value->get_ref<const std::string&>());
  // In Go's words, and never the value.
  const Result<Json> parsed = parse_body(bytes.value_or(""));
  std::string why = parsed ? std::string() : parsed.error().message;
  if (parsed && !parsed->is_object() && !parsed->is_null()) {
    const std::string kind = parsed->is_boolean() ? "bool" : parsed->type_name();
    why = "json: cannot unmarshal " + kind + " into Go value of type map[string]interface {}";
  }
  if (why.empty()) return {};
  return {kube::invalid(FieldPath("data").key(key), kube::quoted("<secret contents redacted>"), why)};
}

FieldErrors check_account_name(const Json& secret) {
  constexpr std::string_view kAnnotation = "kubernetes.io/service-account.name";
  if (text_member(secret, "type") != "kubernetes.io/service-account-token") return {};
  if (!text_at(secret, {"metadata", "annotations", kAnnotation}).empty()) return {};
  return {kube::required(FieldPath("metadata").child("annotations").key(kAnnotation), "")};
}

FieldErrors check_secret(const Json& secret) {
  const Json& data = object_member(secret, "data");
  FieldErrors errors = check_keys(data, FieldPath("data"));
  std::size_t total = 0;
  for (const Json& value : data) {
    if (value.is_string()) total += decoded_size(value.get_ref<const std::string&>());
  }
  if (total > kMaxDataBytes) errors.push_back(kube::too_long(FieldPath("data"), kMaxDataBytes));
  append(errors, check_needed_keys(secret));
  append(errors, check_docker_json(secret));
  append(errors, check_account_name(secret));
  return errors;
}

FieldErrors check_secret_update(const Json& next, const Json& old) {
  FieldErrors errors;
  const std::string type = text_member(next, "type");
  if (type != text_member(old, "type")) {
    errors.push_back(kube::invalid(FieldPath("type"), kube::quoted(type), "field is immutable"));
  }
  append(errors, check_frozen(next, old, {"data"}));
  return errors;
}

}  // namespace

KindRules secret_rules() {
  return {.fill = fold_string_data,
          .check = check_secret,
          .check_update = check_secret_update,
          .update_first = true,
          .warn = warn_of_secret};
}

}  // namespace cw::apiserver
