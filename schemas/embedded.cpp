#include "schemas/embedded.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/base/ascii.h"
#include "lib/kube/names.h"
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
      if (const auto metadata = value.find("metadata"); metadata != value.end()) {
        check_metadata(*metadata, at.member("metadata"));
      }
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
    } else {
      const auto& text = found->get_ref<const std::string&>();
      const std::string problem = type_problem(name, text);
      if (problem.empty()) return;
      error = kube::invalid(kube::FieldPath(at.text()), kube::quoted(text), problem);
    }
    add(std::move(error));
  }

  static std::string type_problem(std::string_view name, const std::string& text) {
    if (text.empty()) return "must not be empty";
    if (name == "apiVersion") {
      return std::count(text.begin(), text.end(), '/') > 1 ? "unexpected GroupVersion string: " + text : "";
    }
    std::string problems;
    for (const std::string& problem : kube::rfc1035_label_problems(lower_case(text))) {
      problems += (problems.empty() ? "may have mixed case, but should otherwise match: " : ",") + problem;
    }
    return problems;
  }

  void check_metadata(const Json& metadata, const Path& at) {
    if (!metadata.is_object()) return;
    if (const auto name = metadata.find("name"); name != metadata.end() && name->is_string()) {
      const auto& text = name->get_ref<const std::string&>();
      if (!text.empty()) refuse(at.member("name"), text, kube::path_segment_problems(text));
    }
    for (const char* map : {"labels", "annotations"}) {
      const auto found = metadata.find(map);
      if (found == metadata.end() || !found->is_object()) continue;
      const bool is_labels = map == std::string_view("labels");
      for (const auto& [key, value] : found->items()) {
        refuse(at.member(map), key, kube::qualified_name_problems(is_labels ? key : lower_case(key)));
        const std::string text = is_labels && value.is_string() ? value.get<std::string>() : "";
        refuse(at.member(map), text, kube::label_value_problems(text));
      }
    }
  }

  void refuse(const Path& at, const std::string& value, const kube::Problems& problems) {
    for (const std::string& problem : problems) {
      add(kube::invalid(kube::FieldPath(at.text()), kube::quoted(value), problem));
    }
  }

  void add(kube::FieldError error) {
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
  const auto metadata = object.find("metadata");
  if (metadata != object.end() && !metadata->is_object() && !metadata->is_null()) {
    const char* kind = metadata->is_string()    ? "string"
                       : metadata->is_array()   ? "array"
                       : metadata->is_boolean() ? "bool"
                                                : "number";
    return Error{Code::Invalid, at.member("metadata").text() + ": Invalid value: " + rendered(*metadata) +
                                    ": json: cannot unmarshal " + kind +
                                    " into Go value of type v1.ObjectMeta"};
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
