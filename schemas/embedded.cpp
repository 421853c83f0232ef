#include "schemas/embedded.h"

#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "schemas/metadata.h"
#include "schemas/outcome.h"
#include "schemas/path.h"
#include "schemas/render.h"

namespace cw::schemas {
namespace {

class EmbeddedWalk {
 public:
  void visit(const Json& value, const Schema& schema, const Path& at) {
    if (!schema.has_embedded_inside) return;
    if (value.is_array() && schema.items) {
      for (std::size_t i = 0; i < value.size(); ++i) visit(value[i], *schema.items, at.item(i));
    }
    if (!value.is_object()) return;
    if (schema.embedded_resource) {
      for (const char* name : {"apiVersion", "kind"}) check_type_member(value, name, at.member(name));
    }
    for (const auto& [name, member] : value.items()) {
      const Schema* child = schema.find_member(name);
      if (child == nullptr) continue;
      visit(member, *child, schema.has_additional_properties ? at.key(name) : at.member(name));
    }
  }

  kube::FieldErrors take() { return std::move(failures_); }

 private:
  void check_type_member(const Json& object, const char* name, const Path& at) {
    const auto found = object.find(name);
    kube::FieldError error;
    if (found == object.end()) {
      error = kube::required(kube::FieldPath(at.text()), {});
    } else if (!found->is_string()) {
      error = kube::invalid(kube::FieldPath(at.text()), rendered(*found), "must be a string");
    } else if (found->get_ref<const std::string&>().empty()) {
      error = kube::invalid(kube::FieldPath(at.text()), "\"\"", "must not be empty");
    } else {
      return;
    }
    error.rule = rule_id::kResource;
    failures_.push_back(std::move(error));
  }

  kube::FieldErrors failures_;
};

Status normalize_below(Json& value, const Schema& schema, const Path& at, std::vector<std::string>& unknown);

Status normalize_object(Json& object, const Path& at, std::vector<std::string>& unknown) {
  for (const char* name : {"apiVersion", "kind"}) {
    const auto found = object.find(name);
    if (found == object.end() || found->is_string()) continue;
    const std::string path = at.member(name).text();
    return Error{Code::Invalid, path + ": Invalid value: " + rendered(*found) + ": must be a string"};
  }
  auto more = TRY(normalize_metadata(object, at.member("metadata").text()));
  std::move(more.begin(), more.end(), std::back_inserter(unknown));
  return Done{};
}

Status normalize_members(Json& object, const Schema& schema, const Path& at,
                         std::vector<std::string>& unknown) {
  if (schema.embedded_resource) TRY(normalize_object(object, at, unknown));
  for (auto& [name, member] : object.items()) {
    const Schema* child = schema.find_member(name);
    if (child == nullptr) continue;
    const Path place = schema.has_additional_properties ? at.key(name) : at.member(name);
    TRY(normalize_below(member, *child, place, unknown));
  }
  return Done{};
}

Status normalize_below(Json& value, const Schema& schema, const Path& at, std::vector<std::string>& unknown) {
  if (!schema.has_embedded_inside) return Done{};
  if (value.is_object()) return normalize_members(value, schema, at, unknown);
  if (!value.is_array() || !schema.items) return Done{};
  for (std::size_t i = 0; i < value.size(); ++i) {
    TRY(normalize_below(value[i], *schema.items, at.item(i), unknown));
  }
  return Done{};
}

}  // namespace

Result<std::vector<std::string>> normalize_embedded(Json& value, const Schema& schema) {
  std::vector<std::string> unknown;
  TRY(normalize_below(value, schema, Path(), unknown));
  return unknown;
}

kube::FieldErrors check_embedded(const Json& value, const Schema& schema) {
  EmbeddedWalk walk;
  walk.visit(value, schema, Path());
  return walk.take();
}

}  // namespace cw::schemas
