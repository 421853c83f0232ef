// FieldSelector: "metadata.name=web,status.phase!=Active" over the selectable fields of one resource. Values
// may escape ',', '=' and '\'. Pure. Source: k8s.io/apimachinery pkg/fields/selector.go.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/resource_row.h"
#include "apiserver/stored_object.h"
#include "lib/base/result.h"

namespace cw::apiserver {

// The name that all objects must have which a selector of any resource chooses; empty: none, or it is
// malformed.
std::string selected_name(std::string_view text);

class FieldSelector {
 public:
  FieldSelector() = default;  // matches everything
  // Invalid if it is malformed or names a field by which the resource cannot be selected.
  static Result<FieldSelector> parse(std::string_view text, const ResourceRow&);

  bool empty() const { return terms_.empty(); }
  bool matches(const StoredObject&) const;
  // The one name, or namespace, that an object must have to match; nullopt if more than one can.
  std::optional<std::string> only_name() const { return only("metadata.name"); }
  std::optional<std::string> only_namespace() const { return only("metadata.namespace"); }

 private:
  struct Term {
    std::string label;
    std::string value;
    bool equal = true;
    const SelectableField* field = nullptr;  // null: of metadata
  };
  std::optional<std::string> only(std::string_view label) const;
  static Result<Term> parse_term(std::string_view text, const ResourceRow&);

  std::vector<Term> terms_;
  const Conversion* conversion_ = nullptr;
};

}  // namespace cw::apiserver
