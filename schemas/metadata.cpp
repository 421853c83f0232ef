#include "schemas/metadata.h"

#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

#include "lib/kube/decode.h"
#include "lib/kube/encode.h"
#include "lib/kube/metadata.h"

namespace cw::schemas {
namespace {

using kube::Json;

// Not in kube::ObjectMeta: the one is kept as it is, the other is dropped.
constexpr const char* kManagedFields = "managedFields";
constexpr const char* kSelfLink = "selfLink";

// The JSON names of a struct's fields.
template <kube::HasFields T>
std::vector<std::string_view> names_of() {
  std::vector<std::string_view> names;
  T empty;
  kube::visit_fields(empty, [&](kube::FieldName field, auto& /*member*/) { names.push_back(field.text); });
  return names;
}

template <kube::HasFields T>
void note_unknown(const Json& object, const std::string& path, std::vector<std::string>& unknown) {
  if (!object.is_object()) return;
  const std::vector<std::string_view> names = names_of<T>();
  for (const auto& [name, member] : object.items()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) unknown.push_back(path + "." + name);
  }
}

std::vector<std::string> find_unknown(const Json& metadata, const std::string& path) {
  std::vector<std::string> unknown;
  note_unknown<kube::ObjectMeta>(metadata, path, unknown);
  std::erase_if(unknown, [&path](const std::string& found) {
    return found == path + "." + kManagedFields || found == path + "." + kSelfLink;
  });
  const auto owners = metadata.find("ownerReferences");
  if (owners == metadata.end() || !owners->is_array()) return unknown;
  for (std::size_t i = 0; i < owners->size(); ++i) {
    note_unknown<kube::OwnerReference>((*owners)[i], path + ".ownerReferences[" + std::to_string(i) + "]",
                                       unknown);
  }
  return unknown;
}

}  // namespace

Result<std::vector<std::string>> normalize_metadata(Json& object, const std::string& path) {
  const auto found = object.find("metadata");
  if (found == object.end()) return std::vector<std::string>();
  Json& metadata = *found;
  if (metadata.is_null()) metadata = Json::object();
  auto decoded = kube::decode<kube::ObjectMeta>(metadata);
  if (!decoded) {
    const std::string& why = decoded.error().message;
    return Error{Code::Invalid, path + (metadata.is_object() ? "." : ": ") + why};
  }
  if (const auto link = metadata.find(kSelfLink);
      link != metadata.end() && !link->is_string() && !link->is_null()) {
    return Error{Code::Invalid, path + "." + kSelfLink + ": must be a string"};
  }
  std::vector<std::string> unknown = find_unknown(metadata, path);
  Json canonical = kube::to_json(*decoded);
  if (const auto fields = metadata.find(kManagedFields); fields != metadata.end() && fields->is_array()) {
    canonical[kManagedFields] = std::move(*fields);
  }
  metadata = std::move(canonical);
  return unknown;
}

}  // namespace cw::schemas
