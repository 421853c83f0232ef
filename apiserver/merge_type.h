// MergeType: what server-side apply must know of the type at a place: what is owned as a whole, what is
// merged and by which keys. One view on both sources of types: definitions/core.json and the schemas of
// custom resources. A cheap handle; what it points to must outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/resource_row.h"
#include "apiserver/type_catalog.h"
#include "schemas/schema.h"

namespace cw::apiserver {

// Merged: a struct or map whose members are owned one by one. SetList, KeyedList: items are owned one by one.
enum class MergeKind : std::uint8_t { Leaf, Merged, SetList, KeyedList };

// What a value of the type has to be; Scalar: text, a number or a boolean.
enum class ValueForm : std::uint8_t { Anything, Scalar, Text, Numeric, Boolean, List, Map };

class MergeType {
 public:
  // Of a whole object.
  MergeType(const ResourceRow&, const TypeCatalog&);
  MergeType(const schemas::KindSchema&, const TypeCatalog&);

  // Of the value that is there: what no type is known for is judged by its form.
  MergeKind kind(const Json& value) const;
  MergeType member(const std::string& name) const;
  MergeType item() const;
  // False for a member that the type does not have.
  bool declares(const std::string& name) const;
  // Whether it is a field of a struct, not an entry of a map.
  bool has_field(const std::string& name) const;
  ValueForm form() const;
  // "f:name" of a member; "k:{…}" or "v:…" of an item.
  static std::string element_of(const std::string& name) { return "f:" + name; }
  std::string element_of_item(const Json& item) const;
  // Why the item of a set or of a list with keys has no element; nullopt if it has one.
  std::optional<std::string> item_problem(const Json& item) const;

 private:
  MergeType() = default;  // nothing is known
  static MergeType of(const ValueType*, const Field*);
  static MergeType of(const schemas::Schema*, bool loose);
  const std::vector<std::string>& keys() const;
  Json key_fallback(const std::string& name) const;

  const ValueType* type_ = nullptr;
  const Field* field_ = nullptr;
  const schemas::Schema* schema_ = nullptr;
  bool loose_ = false;                   // unknown fields are kept, here or above
  const ValueType* metadata_ = nullptr;  // at the root of a custom resource
};

}  // namespace cw::apiserver
