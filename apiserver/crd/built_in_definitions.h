// The kinds of schemas/ as CustomResourceDefinitions, for the store. A mark in an annotation tells which
// version of the program wrote one and at which generation; whoever changes the spec raises the generation.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/stored_object.h"
#include "lib/base/clock.h"
#include "schemas/documents.h"
#include "schemas/kinds.h"

namespace cw::apiserver {

inline constexpr const char* kBuiltInAnnotation = "certwright.dev/built-in";

// Established, with all that a definition has. `before`: the stored one that it replaces, or null.
Json built_in_definition(const schemas::KindSchema&, const schemas::ParsedDocuments&, const Json& before,
                         TimePoint now);

enum class BuiltIn : std::uint8_t {
  No,       // somebody's own, or ours and changed
  Current,  // as this program writes it
  Other,    // as another version of the program wrote it
};
BuiltIn built_in_state(const StoredObject&);

// nullptr if the definition of this name is none of ours.
const schemas::KindSchema* built_in_kind(std::string_view definition_name);

}  // namespace cw::apiserver
