#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/crd/schema_checks.h"
#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

// The next piece of a path: a delimiter, a quoted text or a name.
std::string_view next_piece(std::string_view& path) {
  std::size_t end = 1;
  if (path.front() == '\'') {
    while (end < path.size() && (path[end] != '\'' || path[end - 1] == '\\')) ++end;
    end = std::min(end + 1, path.size());
  } else if (path.find_first_of(".[]") != 0) {
    end = std::min(path.find_first_of(".[]"), path.size());
  }
  const std::string_view piece = path.substr(0, end);
  path.remove_prefix(end);
  return piece;
}

std::string unquoted(std::string_view piece) {
  std::string out;
  for (std::size_t i = 1; i + 1 < piece.size(); ++i) {
    if (piece[i] == '\\' && i + 2 < piece.size()) ++i;
    out += piece[i];
  }
  return out;
}

}  // namespace

const Json* schema_at(const Json& schema, std::string_view path, Brackets brackets, std::string& problem) {
  const Json* at = &schema;
  const auto refuse = [&](const char* why) {
    problem = why;
    return nullptr;
  };
  while (!path.empty()) {
    const std::string_view delimiter = next_piece(path);
    if (delimiter == "[" && brackets == Brackets::Refused) return refuse("array notation is not allowed");
    if (delimiter != "." && delimiter != "[") {
      problem = "expected [ or . but got: " + std::string(delimiter);
      return nullptr;
    }
    if (path.empty()) return refuse("unexpected end of JSON path");
    const std::string_view piece = next_piece(path);
    std::string name(piece);
    if (delimiter == "[") {
      if (piece.size() < 2 || piece.front() != '\'' || piece.back() != '\'') {
        problem = "expected single quoted string but got " + name;
        return nullptr;
      }
      name = unquoted(piece);
    }
    const Json* values = find_member(*at, "additionalProperties");
    if (const Json* properties = find_member(*at, "properties");
        properties != nullptr && !properties->empty()) {
      at = find_member(*properties, name);
    } else {
      at = values != nullptr && values->is_object() ? values : nullptr;
    }
    if (at == nullptr) return refuse("does not refer to a valid field");
    if (delimiter == "[" && (path.empty() || next_piece(path) != "]"))
      return refuse("unexpected end of JSON path");
  }
  return at;
}

}  // namespace cw::apiserver
