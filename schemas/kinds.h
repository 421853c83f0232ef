// The kinds that this program serves, as its schema documents define them: names, columns, schema. Read from
// the built-in documents when first asked for, so that a program that never asks pays nothing. Constant data;
// thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/kube/json.h"
#include "lib/kube/resource.h"
#include "schemas/object_schema.h"

namespace cw::schemas {

class ParsedDocuments;

// A column of `kubectl get`, as in a CustomResourceDefinition.
struct PrinterColumn {
  std::string name;
  std::string type;         // "string", "date", …
  std::string json_path;    // ".status.state"
  std::string description;  // may be empty
  int priority = 0;         // above 0: with -o wide only
  std::string format = {};  // "date-time", …; mostly empty
};

struct KindSchema {
  kube::Resource resource;  // views into constant storage
  std::string singular;
  std::string list_kind;
  std::vector<std::string> short_names;
  std::vector<std::string> categories;
  std::vector<PrinterColumn> columns;
  std::vector<std::string> selectable_fields;  // JSON paths, ".spec.issuerRef.name"
  bool has_status_subresource = false;
  ObjectSchema object;
};

std::span<const KindSchema> kinds();
// By API version and kind; nullptr if it is none of ours.
const KindSchema* find_kind(std::string_view api_version, std::string_view kind);

// The OpenAPI v3 schema of a kind as its CustomResourceDefinition has it, with descriptions and without
// references. Made anew at each call (milliseconds): keep it.
kube::Json describe(const KindSchema&);
// Of several kinds: reading the documents is most of the work.
kube::Json describe(const KindSchema&, const ParsedDocuments&);

}  // namespace cw::schemas
