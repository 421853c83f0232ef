// Which part of the old object a part of the new one replaces, so that an update is not refused for what it
// leaves alone. Members correspond by name, items only of a list map, by their keys. Source: apiserver
// pkg/cel/common/equality.go. Pure.
#pragma once

#include <map>
#include <string>

#include "schemas/path.h"
#include "schemas/schema.h"

namespace cw::schemas {

// `old` is what the object at the path replaces, or nullptr. apiVersion and kind of the whole object do not
// correspond.
const Json* find_old_member(const Path& object, const Json* old, std::string_view name);

class OldItems {
 public:
  // `old` must outlive this.
  OldItems(const Schema& list, const Json* old);
  // nullptr if no old item has the keys of this one, or more than one has.
  const Json* find(const Json& item) const;

 private:
  const Schema& list_;
  std::map<std::string, const Json*> by_key_;  // nullptr: more than one
};

// The keys of an item of a list map, in one text; two items have the same if and only if their keys are
// equal.
std::string list_map_key(const Schema& list, const Json& item);

}  // namespace cw::schemas
