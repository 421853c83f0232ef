// The documents of this folder as they are built into the program: schemas/*.json and schemas/parts/*.json,
// minified. Made by tools/embed_schemas.py.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "schemas/schema_reader.h"

namespace cw::schemas {

struct Document {
  std::string_view name;  // "certificate.json", "parts/solver.json"
  std::string_view text;
};

std::span<const Document> documents();

// The documents, parsed. References in them are "parts/FILE.json#/NAME", or "#/NAME" in the same file.
class ParsedDocuments final : public References {
 public:
  ParsedDocuments();
  Target find(std::string_view reference, std::string_view from_file) const override;
  // A document that exists; anything else is a bug of ours.
  const Json& get(std::string_view name) const;

 private:
  std::map<std::string, Json, std::less<>> files_;
};

}  // namespace cw::schemas
