// FieldSet: the fields that a manager owns (FieldsV1), as a tree of path elements: "f:name" a member, "k:{…}"
// an item of a list by its keys, "v:…" an item by its value. A value with the algebra of sets; functions are
// pure. Source: sigs.k8s.io/structured-merge-diff fieldpath.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/kube/json.h"

namespace cw::apiserver {

using kube::Json;
using FieldElements = std::vector<std::string>;

struct FieldSet {
  bool owned = false;  // the place itself
  std::map<std::string, FieldSet> below = {};

  bool empty() const { return !owned && below.empty(); }
  void insert(const FieldElements& path);
  // The set at the element, or an empty one.
  const FieldSet& at(const std::string& element) const;
  bool operator==(const FieldSet&) const = default;
};

// Invalid if it is no FieldsV1 tree.
Result<FieldSet> parse_field_set(const Json& fields_v1);
Json to_fields_v1(const FieldSet&);

FieldSet united(FieldSet, const FieldSet&);
FieldSet common(const FieldSet&, const FieldSet&);
FieldSet minus(FieldSet, const FieldSet&);
// Each named member that has something below it is in the set itself.
FieldSet with_parents(FieldSet);
// ".spec.dnsNames", ".status.conditions[type=\"Ready\"].status"
std::vector<std::string> shown_paths(const FieldSet&);

}  // namespace cw::apiserver
