#include "schemas/documents.h"

#include <nlohmann/json.hpp>

#include "lib/base/assert.h"

namespace cw::schemas {

ParsedDocuments::ParsedDocuments() {
  for (const Document& document : documents()) {
    auto parsed = kube::parse_json(document.text);
    CW_ASSERT(parsed.has_value());
    files_.emplace(document.name, *std::move(parsed));
  }
}

References::Target ParsedDocuments::find(std::string_view reference, std::string_view from_file) const {
  const std::size_t hash = reference.find("#/");
  if (hash == std::string_view::npos) return {};
  const std::string_view path = hash == 0 ? from_file : reference.substr(0, hash);
  const auto file = files_.find(path);
  if (file == files_.end()) return {};
  const auto part = file->second.find(reference.substr(hash + 2));
  if (part == file->second.end()) return {};
  return {&*part, std::string(path)};
}

const Json& ParsedDocuments::get(std::string_view name) const {
  const auto found = files_.find(name);
  CW_ASSERT(found != files_.end());
  return found->second;
}

}  // namespace cw::schemas
