#include "lib/kube/json_pointer.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "lib/kube/json.h"

namespace cw::kube {
namespace {

std::optional<std::string> unescaped(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      out += token[i];
      continue;
    }
    ++i;
    if (i == token.size() || (token[i] != '0' && token[i] != '1')) return std::nullopt;
    out += token[i] == '0' ? '~' : '/';
  }
  return out;
}

const Json* step(const Json& parent, const std::string& token) {
  if (parent.is_object()) {
    const auto at = parent.find(token);
    return at != parent.end() ? &*at : nullptr;
  }
  if (!parent.is_array()) return nullptr;
  const auto index = parse_index(token);
  return index && *index < parent.size() ? &parent[*index] : nullptr;
}

}  // namespace

std::optional<PointerTokens> parse_pointer(std::string_view text) {
  PointerTokens tokens;
  while (!text.empty()) {
    if (text.front() != '/' || tokens.size() == kMaxJsonDepth) return std::nullopt;
    const std::size_t end = std::min(text.find('/', 1), text.size());
    auto token = unescaped(text.substr(1, end - 1));
    if (!token) return std::nullopt;
    tokens.push_back(*std::move(token));
    text.remove_prefix(end);
  }
  return tokens;
}

std::string format_pointer(const PointerTokens& tokens) {
  std::string out;
  for (const std::string& token : tokens) {
    out += '/';
    for (const char c : token) {
      if (c == '~') {
        out += "~0";
      } else if (c == '/') {
        out += "~1";
      } else {
        out += c;
      }
    }
  }
  return out;
}

std::optional<std::size_t> parse_index(std::string_view token) {
  if (token.empty() || (token.size() > 1 && token.front() == '0')) return std::nullopt;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size()) return std::nullopt;
  return index;
}

const Json* find_at(const Json& document, const PointerTokens& tokens) {
  const Json* at = &document;
  for (const std::string& token : tokens) {
    at = step(*at, token);
    if (at == nullptr) return nullptr;
  }
  return at;
}

Json* find_at(Json& document, const PointerTokens& tokens) {
  return const_cast<Json*>(find_at(std::as_const(document), tokens));  // the document is ours to change
}

}  // namespace cw::kube
