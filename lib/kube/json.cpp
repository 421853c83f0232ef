#include "lib/kube/json.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include <nlohmann/json.hpp>

namespace cw::kube {
namespace {

// The end of the string that starts at `quote`, or the end of the text.
std::size_t skip_string(std::string_view text, std::size_t quote) {
  std::size_t i = quote + 1;
  while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
  return i;
}

// Where the text first nests too deeply, or npos. Brackets in strings do not count.
std::size_t find_too_deep(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') i = skip_string(text, i);
    if (c == '}' || c == ']') --depth;
    if ((c == '{' || c == '[') && ++depth > kMaxJsonDepth) return i;
  }
  return std::string_view::npos;
}

std::string place(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - line_start + 1);
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  const std::size_t too_deep = find_too_deep(text);
  if (too_deep != std::string_view::npos) {
    return Error{Code::Invalid, "JSON is nested deeper than " + std::to_string(kMaxJsonDepth) +
                                    " levels at " + place(text, too_deep)};
  }
  // For nlohmann a NUL is the end of the text, whatever follows.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return Error{Code::Invalid, "malformed JSON at " + place(text, nul)};
  }
  // nlohmann's own message is not passed on: it quotes the input, which may be a key or of any length.
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    return Error{Code::Invalid, "malformed JSON at " + place(text, error.byte == 0 ? 0 : error.byte - 1)};
  } catch (const Json::exception&) {
    return Error{Code::Invalid, "malformed JSON: a number is out of range"};
  }
}

}  // namespace cw::kube
