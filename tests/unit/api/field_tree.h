// field_tree<T>(): every JSON path that visit_fields of a struct names, with the JSON type and format of the
// value there, in the words of OpenAPI v3. "spec.dnsNames[]" is an element, "spec.extra{}" a value of a map.
#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <type_traits>

#include "lib/base/clock.h"
#include "lib/base/duration.h"
#include "lib/kube/fields.h"
#include "lib/kube/metadata.h"

namespace cw::api::test {

using FieldTree = std::map<std::string, std::string>;

class FieldTreeWalk {
 public:
  explicit FieldTreeWalk(FieldTree& tree) : tree_(tree) {}

  void walk(const std::string& path, const std::string& /*value*/) { tree_[path] = "string"; }
  void walk(const std::string& path, bool /*value*/) { tree_[path] = "boolean"; }
  // Go's int has no format in the schema, and is an int64 here.
  void walk(const std::string& path, std::int64_t /*value*/) { tree_[path] = "integer"; }
  void walk(const std::string& path, std::int32_t /*value*/) { tree_[path] = "integer int32"; }
  void walk(const std::string& path, const Duration& /*value*/) { tree_[path] = "string"; }
  void walk(const std::string& path, const TimePoint& /*value*/) { tree_[path] = "string date-time"; }
  void walk(const std::string& path, const kube::Bytes& /*value*/) { tree_[path] = "string byte"; }
  void walk(const std::string& path, const kube::RawJson& /*value*/) { tree_[path] = "any"; }
  void walk(const std::string& path, const kube::Quantity& /*value*/) { tree_[path] = "int-or-string"; }
  // What the server owns: the schema names no field of it.
  void walk(const std::string& path, const kube::ObjectMeta& /*value*/) { tree_[path] = "object"; }
  template <typename T>
  void walk(const std::string& path, const std::optional<T>& /*value*/) {
    walk(path, T{});
  }
  template <typename T>
  void walk(const std::string& path, const kube::List<T>& /*value*/) {
    tree_[path] = "array";
    walk(path + "[]", T{});
  }
  template <typename T>
  void walk(const std::string& path, const kube::MapOf<T>& /*value*/) {
    tree_[path] = "object";
    walk(path + "{}", T{});
  }
  template <kube::HasFields T>
  void walk(const std::string& path, const T& value) {
    if (!path.empty()) tree_[path] = "object";
    visit_fields(value, [&](kube::FieldName field, const auto& member) {
      walk((path.empty() ? "" : path + ".") + std::string(field.text), member);
    });
  }

 private:
  FieldTree& tree_;
};

template <typename T>
FieldTree field_tree() {
  FieldTree tree;
  FieldTreeWalk(tree).walk("", T{});
  return tree;
}

}  // namespace cw::api::test
