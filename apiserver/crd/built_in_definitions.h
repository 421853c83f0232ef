// The kinds of schemas/ as CustomResourceDefinitions, for the store. A mark in an annotation tells which
// version of the program wrote one, in whose words and at which generation; whoever changes the spec raises
// the generation.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/documentation/api_documentation.h"
#include "apiserver/stored_object.h"
#include "lib/base/clock.h"
#include "schemas/documents.h"
#include "schemas/kinds.h"

namespace cw::apiserver {

inline constexpr const char* kBuiltInAnnotation = "certwright.dev/built-in";

// Somebody's own, or ours and changed: false.
bool is_built_in(const StoredObject&);
// nullptr if the definition of this name is none of ours.
const schemas::KindSchema* built_in_kind(std::string_view definition_name);

// Makes them. Reads documents and descriptions when the first is asked for. Not thread-safe.
class BuiltInDefinitions {
 public:
  // `documentation` must outlive it.
  explicit BuiltInDefinitions(const ApiDocumentation& documentation);

  // Whether it is as make() makes it; else another version of the program wrote it, or other descriptions
  // were given.
  bool is_current(const StoredObject& built_in) const;
  // Established, with all that a definition has. `before`: the stored one that it replaces, or null.
  Json make(const schemas::KindSchema&, const Json& before, TimePoint now);

 private:
  Json version_of(const schemas::KindSchema&);
  Json schema_of(const schemas::KindSchema&);

  const ApiDocumentation& documentation_;
  std::string mark_;
  std::optional<schemas::ParsedDocuments> documents_;
  DescribedTypes described_;
};

}  // namespace cw::apiserver
